import { bridge } from './bridge.js';
import type { Core } from './core.js';
import { dialStatusOf } from './hangup-cause.js';
import type { Leg } from './leg.js';

/** An employee calls somebody outside from his phone. */
export interface EmployeeCall {
  readonly extension: string;
  /** What he dials: E.164 digits, or the number as people write it in the country. */
  readonly number: string;
  /** What the client sees; default 74951234567. */
  readonly callerId?: string;
  /** The client answers so long after it began to ring; absent: never. */
  readonly answersAfterMs?: number;
  /** They talk so long before the client hangs up; absent: until the leg is hung up otherwise. */
  readonly talksMs?: number;
  /** The employee gives up when nobody answers; default 30 s. */
  readonly givesUpAfterMs?: number;
}

/** The phone's own call comes in: an inbound leg whose caller is the extension. */
const pickUp = (core: Core, { extension, number }: EmployeeCall, domain: string): Leg =>
  core.newLeg({
    direction: 'inbound',
    name: `sofia/internal/${extension}@${domain}`,
    presenceId: `${extension}@${domain}`,
    callerNumber: extension,
    callerName: extension,
    destination: number,
    context: 'default',
    source: 'mod_sofia',
    variables: { sip_from_user: extension, sip_req_user: number, user_name: extension, sofia_profile_name: 'internal' },
  });

/** The dialplan's `bridge` to the trunk makes the outbound leg. */
const dialOut = (core: Core, from: Leg, { number, callerId = '74951234567' }: EmployeeCall): Leg =>
  core.newLeg({
    direction: 'outbound',
    name: `sofia/external/${number}`,
    callerNumber: callerId,
    callerName: callerId,
    originalNumber: from.profile.callerNumber,
    destination: number,
    context: 'default',
    source: 'src/switch_ivr_originate.c',
    calleeNumber: number,
    originator: from.uuid,
  });

/**
 * The events of a recorded direct call [h5] with the sides changed: the employee's leg is the inbound one. Gives the
 * UUIDs of both legs.
 */
export const callOut = (core: Core, domain: string, call: EmployeeCall): { employee: string; client: string } => {
  const { schedule } = core;
  const leg = pickUp(core, call, domain);
  leg.create();
  leg.run('bridge', `sofia/gateway/trunk/${call.number}`);
  const client = dialOut(core, leg, call);
  const dialled = `${client.uuid};Outbound Call;${client.destination}`;
  leg.set({ originated_legs: dialled });
  client.create();
  client.progress();
  core.tell('clientRings', `the phone of ${call.number} rings`, { number: call.number, uuid: client.uuid });
  leg.progress();
  leg.whenOver(() => {
    if (client.bridgedAt === 0) client.hangUp('ORIGINATOR_CANCEL', 'us');
  });
  client.whenOver(() => {
    if (client.bridgedAt !== 0 || leg.over) return;
    leg.set({ originate_disposition: client.cause, DIALSTATUS: dialStatusOf(client.cause) });
    leg.hangUp(client.cause, 'us');
  });
  schedule.after(call.givesUpAfterMs ?? 30_000, () => {
    if (client.answeredAt === 0) leg.hangUp('ORIGINATOR_CANCEL', 'farEnd');
  });
  if (call.answersAfterMs !== undefined)
    schedule.after(call.answersAfterMs, () => {
      if (client.over) return;
      client.answer();
      leg.answer();
      leg.set({ originate_disposition: 'SUCCESS', DIALSTATUS: 'SUCCESS' });
      bridge(core, leg, client, {
        firstReportsFirst: true,
        secondEnded: () => leg.hangUp('NORMAL_CLEARING', 'us'),
      });
      core.tell('talk', `${call.extension} talks to ${call.number}`, { number: call.number, uuid: client.uuid });
      if (call.talksMs !== undefined) schedule.after(call.talksMs, () => client.hangUp('NORMAL_CLEARING', 'farEnd'));
    });
  return { employee: leg.uuid, client: client.uuid };
};
