import type { Core } from './core.js';
import type { Headers } from './event.js';
import type { Leg } from './leg.js';
import type { People, PhoneReaction } from './people.js';

export interface RingRequest {
  readonly extension: string;
  readonly uuid?: string;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly timeoutMs: number;
  /** The leg whose dialplan dials the phone; a queue and an originate have none. */
  readonly originator?: string;
  /** For the record: the leg on whose behalf it rings. */
  readonly onBehalfOf?: string;
  readonly variables?: Headers;
  readonly answered: (leg: Leg) => void;
  /** No answer; `leg` is absent when the phone isn't registered (FreeSWITCH makes no leg then). */
  readonly failed: (cause: string, leg?: Leg) => void;
  readonly ringing?: (leg: Leg) => void;
  readonly created?: (leg: Leg) => void;
}

/** The employees' phones: rings them and lets their owners do what the script says. */
export class Phones {
  /** Extension -> leg that occupies it: a phone has one line. */
  private readonly lines = new Map<string, Leg>();

  constructor(
    private readonly core: Core,
    readonly people: People<PhoneReaction>,
    private readonly domain: string,
  ) {}

  inUse(extension: string): boolean {
    return this.lines.get(extension)?.over === false;
  }

  registered(extension: string): boolean {
    return this.people.knows(extension) && this.people.who(extension).peek() !== 'unregistered';
  }

  forget(): void {
    this.lines.clear();
  }

  /** Gives the leg that rings; undefined when the phone isn't registered. */
  ring(request: RingRequest): Leg | undefined {
    const reaction: PhoneReaction = this.people.knows(request.extension)
      ? this.people.who(request.extension).take()
      : 'unregistered';
    if (reaction === 'unregistered') {
      this.core.tell('phoneDoesNotAnswer', `phone ${request.extension} is not registered`, {
        extension: request.extension,
        cause: 'USER_NOT_REGISTERED',
      });
      request.failed('USER_NOT_REGISTERED');
      return undefined;
    }
    const busy = this.inUse(request.extension);
    const leg = this.legTo(request);
    leg.create();
    request.created?.(leg);
    if (reaction === 'busy' || busy) this.refuse(leg, request, 'USER_BUSY');
    else if (reaction === 'dead') this.refuse(leg, request, 'NORMAL_TEMPORARY_FAILURE');
    else this.letRing(leg, request, reaction === 'rejects' ? { rejectsAfterMs: 1500 } : reaction);
    return leg;
  }

  private letRing(
    leg: Leg,
    request: RingRequest,
    reaction: Exclude<PhoneReaction, 'busy' | 'dead' | 'rejects' | 'unregistered'>,
  ): void {
    const { schedule } = this.core;
    this.lines.set(request.extension, leg);
    leg.progress();
    request.ringing?.(leg);
    this.core.tell('phoneRings', `phone ${request.extension} rings`, {
      extension: request.extension,
      uuid: leg.uuid,
      number: request.callerNumber,
    });
    const timeout = schedule.after(request.timeoutMs, () => leg.hangUp('NO_ANSWER', 'us'));
    leg.whenOver(() => {
      timeout.cancel();
      if (leg.answeredAt !== 0) return;
      // A leg that FreeSWITCH gives up is reported after the fact, one that the phone or uuid_kill ended before [l4, l5, l16].
      if (leg.cause !== 'NO_ANSWER' && leg.cause !== 'ORIGINATOR_CANCEL') leg.report();
      this.fail(request, leg);
    });
    if (reaction === 'noAnswer') return;
    if ('busyAfterMs' in reaction) {
      schedule.after(reaction.busyAfterMs, () => leg.hangUp('USER_BUSY', 'farEnd'));
      return;
    }
    if ('rejectsAfterMs' in reaction) {
      schedule.after(reaction.rejectsAfterMs, () => leg.hangUp('CALL_REJECTED', 'farEnd'));
      return;
    }
    schedule.after(reaction.answersAfterMs, () => {
      if (leg.over) return;
      timeout.cancel();
      leg.answer();
      this.core.tell('phoneAnswers', `${request.extension} answers`, { extension: request.extension, uuid: leg.uuid });
      if (reaction.hangsUpAfterMs !== undefined)
        schedule.after(reaction.hangsUpAfterMs, () => leg.hangUp('NORMAL_CLEARING', 'farEnd'));
      request.answered(leg);
    });
  }

  private refuse(leg: Leg, request: RingRequest, cause: string): void {
    leg.whenOver(() => leg.report());
    leg.hangUp(cause, 'farEnd');
    this.fail(request, leg);
  }

  private fail(request: RingRequest, leg: Leg): void {
    this.core.tell('phoneDoesNotAnswer', `${request.extension}: ${leg.cause}`, {
      extension: request.extension,
      uuid: leg.uuid,
      cause: leg.cause,
    });
    request.failed(leg.cause, leg);
  }

  private legTo(request: RingRequest): Leg {
    const { extension } = request;
    const leg = this.core.newLeg({
      ...(request.uuid === undefined ? {} : { uuid: request.uuid }),
      direction: 'outbound',
      name: `sofia/internal/${extension}@127.0.0.1:${5080 + Number(extension.slice(-1))}`,
      presenceId: `${extension}@${this.domain}`,
      callerNumber: request.callerNumber,
      callerName: request.callerName,
      destination: extension,
      context: 'default',
      source: 'src/switch_ivr_originate.c',
      calleeNumber: extension,
      ...(request.originator === undefined ? {} : { originator: request.originator }),
      variables: { ...request.variables, dialed_user: extension, dialed_domain: this.domain },
    });
    const entry = {
      extension,
      uuid: leg.uuid,
      onBehalfOf: request.onBehalfOf ?? request.originator ?? '',
      attempt: leg.variable('callbackd_attempt'),
      at: leg.createdAt,
    };
    this.core.record.rung.push(entry);
    leg.whenOver(() =>
      Object.assign(entry, {
        ...(leg.answeredAt === 0 ? {} : { answeredAt: leg.answeredAt }),
        endedBy: leg.endedBy === 'farEnd' ? 'employee' : 'freeswitch',
        cause: leg.cause,
      }),
    );
    return leg;
  }
}
