import type { Core } from './core.js';
import type { Leg } from './leg.js';

/** A client who calls the office. */
export interface CallingClient {
  /** As the trunk shows it: digits, or `anonymous`. */
  readonly number: string;
  /** Default: the number. */
  readonly name?: string;
  /** The number that was called (sip_req_user). */
  readonly dialled: string;
  /** How long he waits, from his call, before he hangs up unless he is talking; absent: for ever. */
  readonly hangUpAfterMs?: number;
  /** How long he talks before he hangs up; absent: the employee hangs up. */
  readonly talksMs?: number;
}

/** The client puts his phone down. */
export const putDown = (leg: Leg): void =>
  leg.hangUp(leg.answeredAt === 0 ? 'ORIGINATOR_CANCEL' : 'NORMAL_CLEARING', 'farEnd');

/** He talks, and puts his phone down when he has talked enough. */
export const talk = (core: Core, leg: Leg, client: CallingClient, extension: string): void => {
  const { number, talksMs } = client;
  core.tell('talk', `${extension} talks to ${number}`, { number, extension, uuid: leg.uuid });
  if (talksMs !== undefined) core.schedule.after(talksMs, () => putDown(leg));
};

/** His call comes in over the trunk: CHANNEL_CREATE. */
export const arrive = (core: Core, client: CallingClient): Leg => {
  const { number, dialled, hangUpAfterMs } = client;
  const leg = core.newLeg({
    direction: 'inbound',
    name: `sofia/internal/${number}@127.0.0.1:5090`,
    presenceId: `${number}@127.0.0.1`,
    callerNumber: number,
    callerName: client.name ?? number,
    destination: dialled,
    context: 'public',
    source: 'mod_sofia',
    variables: {
      sip_from_user: number,
      sip_from_uri: `${number}@127.0.0.1:5090`,
      sip_from_host: '127.0.0.1',
      sip_req_user: dialled,
      sip_req_uri: `${dialled}@127.0.0.1:5060`,
      sip_to_user: dialled,
      sip_to_uri: `${dialled}@127.0.0.1:5060`,
      sofia_profile_name: 'internal',
      endpoint_disposition: 'DELAYED NEGOTIATION',
    },
  });
  core.tell('clientCalls', `${number} calls ${dialled}`, { number, uuid: leg.uuid });
  leg.create();
  leg.whenOver(() => {
    const how = leg.endedBy === 'farEnd' ? `${number} hangs up` : `the call of ${number} ends (${leg.cause})`;
    core.tell('clientHangsUp', how, { number, uuid: leg.uuid, cause: leg.cause });
  });
  if (hangUpAfterMs !== undefined)
    core.schedule.after(hangUpAfterMs, () => {
      if (leg.bridgedAt === 0) putDown(leg);
    });
  return leg;
};
