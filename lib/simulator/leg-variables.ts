import { epoch, eventMicros, stamp, type Headers } from './event.js';
import { q850Of, sipStatusOf } from './hangup-cause.js';

/** What a leg's last variables are made of. */
export interface EndedLeg {
  readonly profile: {
    readonly direction: 'inbound' | 'outbound';
    readonly callerNumber: string;
    readonly callerName: string;
  };
  readonly isSofia: boolean;
  /** A phone that never had its turn has exchanged no SIP. */
  readonly created: boolean;
  readonly endedBy: 'farEnd' | 'us';
  readonly cause: string;
  readonly createdAt: number;
  readonly progressAt: number;
  readonly answeredAt: number;
  readonly bridgedAt: number;
  readonly hungUpAt: number;
  readonly applications: readonly { readonly name: string; readonly data: string }[];
}

const micros = (ms: number): string => (ms === 0 ? '0' : eventMicros(ms));
const seconds = (ms: number): string => (ms === 0 ? '0' : epoch(ms));
const secondsBetween = (from: number, to: number): string => String(Number(epoch(to)) - Number(epoch(from)));

/** mod_sofia sets them as soon as the far end has ended the leg. */
export const farEndVariables = (leg: EndedLeg): Headers => {
  const unanswered = leg.answeredAt === 0;
  const refused = unanswered && leg.profile.direction === 'outbound';
  const status = refused ? (sipStatusOf(leg.cause) ?? 480) : unanswered ? 487 : 200;
  return {
    sip_term_status: String(status),
    proto_specific_hangup_cause: `sip:${status}`,
    sip_hangup_disposition: refused ? 'recv_refuse' : unanswered ? 'recv_cancel' : 'recv_bye',
  };
};

const sentDisposition = (leg: EndedLeg): string => {
  if (leg.answeredAt !== 0) return 'send_bye';
  return leg.profile.direction === 'outbound' ? 'send_cancel' : 'send_refuse';
};

/** The variables that only CHANNEL_HANGUP_COMPLETE and the CDR have. */
export const finalVariables = (leg: EndedLeg): Headers => {
  const last = leg.applications.at(-1);
  const answered = leg.answeredAt !== 0;
  return {
    hangup_cause: leg.cause,
    hangup_cause_q850: String(q850Of(leg.cause)),
    digits_dialed: 'none',
    start_stamp: stamp(leg.createdAt),
    ...(answered ? { answer_stamp: stamp(leg.answeredAt) } : {}),
    ...(leg.bridgedAt === 0 ? {} : { bridge_stamp: stamp(leg.bridgedAt) }),
    end_stamp: stamp(leg.hungUpAt),
    start_epoch: seconds(leg.createdAt),
    start_uepoch: micros(leg.createdAt),
    answer_epoch: seconds(leg.answeredAt),
    answer_uepoch: micros(leg.answeredAt),
    bridge_epoch: seconds(leg.bridgedAt),
    bridge_uepoch: micros(leg.bridgedAt),
    progress_epoch: seconds(leg.progressAt),
    progress_uepoch: micros(leg.progressAt),
    end_epoch: seconds(leg.hungUpAt),
    end_uepoch: micros(leg.hungUpAt),
    ...(last === undefined ? {} : { last_app: last.name, ...(last.data === '' ? {} : { last_arg: last.data }) }),
    caller_id: `"${leg.profile.callerName}" <${leg.profile.callerNumber}>`,
    duration: secondsBetween(leg.createdAt, leg.hungUpAt),
    billsec: answered ? secondsBetween(leg.answeredAt, leg.hungUpAt) : '0',
    mduration: String(leg.hungUpAt - leg.createdAt),
    billmsec: String(answered ? leg.hungUpAt - leg.answeredAt : 0),
    ...(leg.isSofia && leg.created && leg.endedBy === 'us' ? { sip_hangup_disposition: sentDisposition(leg) } : {}),
  };
};
