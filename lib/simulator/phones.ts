import type { Core } from './core.js';
import type { Headers } from './event.js';
import type { Leg } from './leg.js';
import type { People, PhoneReaction } from './people.js';

export interface RingRequest {
  /** Or the number of a phone outside. */
  readonly extension: string;
  /** Reached over a trunk, as a mobile is. */
  readonly outside?: boolean;
  readonly uuid?: string;
  readonly callerNumber: string;
  readonly callerName: string;
  /** Absent: whoever rings it ends it. */
  readonly timeoutMs?: number;
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

/** A phone that is about to ring: it has a leg that FreeSWITCH has not told of. */
export interface PhoneToRing {
  readonly leg: Leg;
  ring(): void;
}

/** Where a phone of the office is: `1001@127.0.0.1:5081`. */
export const contactOf = (extension: string): string => `${extension}@127.0.0.1:${5080 + Number(extension.slice(-1))}`;

/** The employees' phones: rings them and lets their owners do what the script says. */
export class Phones {
  /** Extension -> leg that occupies it: a phone has one line. */
  private readonly lines = new Map<string, Leg>();
  private readonly gone = new Set<string>();

  constructor(
    private readonly core: Core,
    readonly people: People<PhoneReaction>,
    readonly domain: string,
  ) {}

  inUse(extension: string): boolean {
    return this.lines.get(extension)?.over === false;
  }

  registered(extension: string): boolean {
    return (
      this.people.knows(extension) && !this.gone.has(extension) && this.people.who(extension).peek() !== 'unregistered'
    );
  }

  /** Its registration comes or goes. */
  setRegistered(extension: string, registered: boolean): void {
    this.people.who(extension);
    if (registered) this.gone.delete(extension);
    else this.gone.add(extension);
  }

  forget(): void {
    this.lines.clear();
  }

  /** Gives the leg that rings; undefined when the phone isn't registered. */
  ring(request: RingRequest): Leg | undefined {
    const phone = this.prepare(request);
    phone?.ring();
    return phone?.leg;
  }

  /** `failed` is told at once, and undefined given, when the phone isn't registered. */
  prepare(request: RingRequest): PhoneToRing | undefined {
    const { extension, outside } = request;
    if (outside !== true && !this.registered(extension)) {
      if (this.people.knows(extension)) this.people.who(extension).take();
      this.core.tell('phoneDoesNotAnswer', `phone ${extension} is not registered`, {
        extension,
        cause: 'USER_NOT_REGISTERED',
      });
      request.failed('USER_NOT_REGISTERED');
      return undefined;
    }
    const leg = this.legTo(request);
    return { leg, ring: () => this.begin(leg, request) };
  }

  private begin(leg: Leg, request: RingRequest): void {
    if (leg.over) return;
    const reaction = this.people.who(request.extension).take();
    const busy = this.inUse(request.extension);
    this.keepRecord(leg, request);
    leg.create();
    request.created?.(leg);
    if (reaction === 'busy' || busy) this.refuse(leg, request, 'USER_BUSY');
    else if (reaction === 'dead') this.refuse(leg, request, 'NORMAL_TEMPORARY_FAILURE');
    else if (reaction === 'unregistered') this.refuse(leg, request, 'UNALLOCATED_NUMBER');
    else this.letRing(leg, request, reaction === 'rejects' ? { rejectsAfterMs: 1500 } : reaction);
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
    const { timeoutMs } = request;
    const timeout =
      timeoutMs === undefined ? undefined : schedule.after(timeoutMs, () => leg.hangUp('NO_ANSWER', 'us'));
    leg.whenOver(() => {
      timeout?.cancel();
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
      timeout?.cancel();
      leg.owner = reaction;
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
    const { extension, outside } = request;
    return this.core.newLeg({
      ...(request.uuid === undefined ? {} : { uuid: request.uuid }),
      direction: 'outbound',
      ...(outside === true
        ? { name: `sofia/external/${extension}` }
        : { name: `sofia/internal/${contactOf(extension)}`, presenceId: `${extension}@${this.domain}` }),
      callerNumber: request.callerNumber,
      callerName: request.callerName,
      destination: extension,
      context: 'default',
      source: 'src/switch_ivr_originate.c',
      calleeNumber: extension,
      ...(request.originator === undefined ? {} : { originator: request.originator }),
      variables: {
        ...request.variables,
        ...(outside === true ? {} : { dialed_user: extension, dialed_domain: this.domain }),
      },
    });
  }

  private keepRecord(leg: Leg, request: RingRequest): void {
    const entry = {
      extension: request.extension,
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
  }
}
