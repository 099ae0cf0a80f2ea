import type { Core } from './core.js';
import type { Headers } from './event.js';
import { dialStatusOf } from './hangup-cause.js';
import type { Leg } from './leg.js';
import type { ClientReaction, People } from './people.js';
import type { DialledClient } from './record.js';

export interface ClientDial {
  /** The leg whose dialplan dials. */
  readonly from: Leg;
  readonly uuid: string;
  /** E.164 digits: whom it is about. */
  readonly number: string;
  /** e.g. `sofia/gateway/trunk/74951230001` */
  readonly route: string;
  readonly callerId: string;
  readonly ringMs: number;
  readonly answered: (client: Leg) => void;
  readonly failed: (cause: string) => void;
}

/** How a dialplan's bridge fails, by what the client's side did. */
const refusals: Partial<Record<string, string>> = {
  busy: 'USER_BUSY',
  unallocated: 'UNALLOCATED_NUMBER',
  temporaryFailure: 'NORMAL_TEMPORARY_FAILURE',
};

/** Dials clients over the trunk; they do what their script says. */
export class Trunk {
  constructor(
    private readonly core: Core,
    readonly clients: People<ClientReaction>,
  ) {}

  dial(dial: ClientDial): void {
    const reaction = this.clients.who(dial.number).take();
    if (reaction === 'gatewayDown' || reaction === 'invalidGateway')
      return this.withoutLeg(dial, reaction === 'gatewayDown' ? 'GATEWAY_DOWN' : 'INVALID_GATEWAY');
    if (this.core.legs.has(dial.uuid)) return this.withoutLeg(dial, 'DESTINATION_OUT_OF_ORDER');
    const leg = this.legTo(dial);
    leg.create();
    const dialled = `${leg.uuid};Outbound Call;${leg.destination}`;
    dial.from.set({ originated_legs: dialled });
    dial.from.whenOver(() => {
      if (leg.bridgedAt === 0) leg.hangUp(leg.answeredAt === 0 ? 'ORIGINATOR_CANCEL' : 'NORMAL_CLEARING', 'us');
    });
    const refused = typeof reaction === 'string' ? refusals[reaction] : undefined;
    if (refused !== undefined) {
      leg.hangUp(refused, 'farEnd');
      return this.failed(dial, leg);
    }
    this.letRing(dial, leg, reaction);
  }

  private letRing(dial: ClientDial, leg: Leg, reaction: ClientReaction): void {
    const { schedule } = this.core;
    leg.progress();
    this.core.tell('clientRings', `the phone of ${dial.number} rings`, { number: dial.number, uuid: leg.uuid });
    const timeout = schedule.after(dial.ringMs, () => leg.hangUp('ALLOTTED_TIMEOUT', 'us'));
    leg.whenOver(() => {
      timeout.cancel();
      if (leg.answeredAt !== 0) return;
      leg.report();
      this.failed(dial, leg);
    });
    if (reaction === 'noAnswer') return;
    if (typeof reaction === 'object' && 'busyAfterMs' in reaction) {
      schedule.after(reaction.busyAfterMs, () => leg.hangUp('USER_BUSY', 'farEnd'));
      return;
    }
    if (typeof reaction === 'string' || 'rejectsAfterMs' in reaction) {
      schedule.after(typeof reaction === 'string' ? 1500 : reaction.rejectsAfterMs, () =>
        leg.hangUp('CALL_REJECTED', 'farEnd'),
      );
      return;
    }
    schedule.after(reaction.answersAfterMs, () => {
      if (leg.over) return;
      timeout.cancel();
      leg.answer();
      this.core.tell('clientAnswers', `${dial.number} answers`, { number: dial.number, uuid: leg.uuid });
      // FreeSWITCH bridges a little later.
      schedule.after(20, () => {
        if (leg.over || dial.from.over) return;
        const dialled = `${leg.uuid};Outbound Call;${leg.destination}`;
        dial.from.set({
          originated_legs: dialled,
          originate_disposition: 'SUCCESS',
          DIALSTATUS: 'SUCCESS',
          originate_causes: `${leg.uuid};NONE`,
        });
        dial.answered(leg);
        if (reaction.talksMs !== undefined)
          schedule.after(reaction.talksMs, () => leg.hangUp('NORMAL_CLEARING', 'farEnd'));
      });
    });
  }

  /** The trunk isn't there: FreeSWITCH makes no leg at all. */
  private withoutLeg(dial: ClientDial, cause: string): void {
    dial.from.set(this.failure(cause));
    this.core.tell('clientNotReached', `${dial.number} was not dialled (${cause})`, { number: dial.number, cause });
    dial.failed(cause);
  }

  private failed(dial: ClientDial, leg: Leg): void {
    dial.from.set({
      ...this.failure(leg.cause),
      originate_causes: `${leg.uuid};${leg.cause}`,
      last_bridge_hangup_cause: leg.cause,
    });
    this.core.tell('clientNotReached', `${dial.number} was not reached (${leg.cause})`, {
      number: dial.number,
      uuid: leg.uuid,
      cause: leg.cause,
    });
    if (!dial.from.over) dial.failed(leg.cause);
  }

  private failure(cause: string): Headers {
    return { originate_disposition: cause, DIALSTATUS: dialStatusOf(cause), originate_failed_cause: cause };
  }

  private legTo(dial: ClientDial): Leg {
    const dialled = dial.route.slice(dial.route.lastIndexOf('/') + 1);
    const attempt = dial.from.variable('callbackd_attempt');
    const leg = this.core.newLeg({
      uuid: dial.uuid,
      direction: 'outbound',
      name: `sofia/external/${dialled}`,
      callerNumber: dial.callerId,
      callerName: dial.callerId,
      originalNumber: dial.from.profile.callerNumber,
      destination: dialled,
      context: dial.from.context,
      source: 'src/switch_ivr_originate.c',
      calleeNumber: dialled,
      originator: dial.from.uuid,
      ...(attempt === '' ? {} : { variables: { callbackd_attempt: attempt, callbackd_leg: 'client' } }),
    });
    const entry: DialledClient = { number: dial.number, uuid: leg.uuid, attempt, at: leg.createdAt, talkMs: 0 };
    this.core.record.dialled.push(entry);
    leg.whenOver(() => {
      if (leg.answeredAt !== 0) entry.answeredAt = leg.answeredAt;
      entry.talkMs = leg.bridgedAt === 0 ? 0 : leg.hungUpAt - leg.bridgedAt;
      entry.endedBy = leg.endedBy === 'farEnd' ? 'client' : 'freeswitch';
      entry.cause = leg.cause;
    });
    return leg;
  }
}
