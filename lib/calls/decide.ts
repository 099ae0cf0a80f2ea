import type { EndedBy, EndedCall, Place } from './call.js';
import { employeeOf, lastVisit, type CallLife, type DirectRing, type LeaveReason, type QueueVisit } from './life.js';
import { isAnonymous, toE164 } from './phone-number.js';

/** The caller's leg at its end: the headers of its CHANNEL_HANGUP_COMPLETE, or the variables of its CDR. */
export interface FinalLeg {
  header(name: string): string | undefined;
}

export interface DecisionSettings {
  /** Digits that ask for a callback (`requests.keys`). */
  requestKeys: readonly string[];
  /** ISO country that numbers are read in. */
  country?: string | undefined;
  /** A conversation shorter than this is none (`calls.minTalk`), ms. */
  minTalkMs?: number;
  /** Channel variables that are kept with the call (`calls.variables`). */
  variables?: readonly string[];
}

interface Loss {
  place: Place;
  endedBy: EndedBy;
  enteredAt: number;
  /** Whole seconds. */
  waited?: number;
  queue?: string;
  extension?: string;
  menu?: string;
  transferredBy?: string;
  key?: string;
}

/**
 * What a client's call was, once his leg is over: one pure function, for live calls and for CDRs alike.
 * Answered means that the leg was bridged with a person in its last stage: `bridge_epoch` is not 0. Neither
 * bridge-agent-start nor cc_cause tell it (the client may hang up within the 60 ms between answer and bridge).
 */
export function decide(life: CallLife, final: FinalLeg, endedAt: number, settings: DecisionSettings): EndedCall {
  const call = { ...identity(life, settings), startedAt: life.startedAt, endedAt, ...kept(final, settings) };
  const talked = isBridged(final);
  if (talked && talkMs(final, endedAt) >= (settings.minTalkMs ?? 0)) {
    const employee = employeeOf(life, life.talkedWith.at(-1));
    return { ...call, outcome: 'answered', ...given({ employee }), ...tried(life) };
  }
  const before = talked ? { ...life, talkedWith: life.talkedWith.slice(0, -1) } : life;
  const loss = findLoss(before, final, endedAt, settings);
  const requested = loss.key !== undefined && settings.requestKeys.includes(loss.key);
  return { ...call, outcome: requested ? 'requested' : 'lost', ...loss, ...tried(life) };
}

/** A call cut off by the end of FreeSWITCH itself: no leg to look at, only what was seen of it (SPEC 3.8). */
export function decideCutOff(life: CallLife, settings: DecisionSettings): EndedCall {
  const final = new Map([
    ['variable_bridge_epoch', life.bridged ? '1' : '0'],
    ['Hangup-Cause', 'SYSTEM_SHUTDOWN'],
  ]);
  return decide(life, { header: (name) => final.get(name) }, life.lastSeenAt, settings);
}

function isBridged(final: FinalLeg): boolean {
  const epoch = final.header('variable_bridge_epoch');
  return epoch !== undefined && epoch !== '0' && epoch !== '';
}

/** How long the last conversation took, ms; without its beginning (a call cut off) long enough. */
function talkMs(final: FinalLeg, endedAt: number): number {
  const since = Number(final.header('variable_bridge_uepoch') ?? 0) / 1_000;
  return since > 0 ? endedAt - since : Number.POSITIVE_INFINITY;
}

/** The channel variables that the admin wants to keep. */
function kept(final: FinalLeg, { variables = [] }: DecisionSettings): Pick<EndedCall, 'variables'> {
  const found = variables
    .map((name) => [name, final.header(`variable_${name}`)] as const)
    .filter(([, value]) => value !== undefined);
  return found.length === 0 ? {} : { variables: Object.fromEntries(found) as Record<string, string> };
}

function identity(life: CallLife, settings: DecisionSettings): Pick<EndedCall, 'call' | 'number' | 'name' | 'dialled'> {
  const anonymous = isAnonymous(life.number);
  const e164 = toE164(life.number, settings.country);
  const { number, name, dialled } = life;
  return { call: life.uuid, ...given({ number, e164, name, dialled }), ...(anonymous && { anonymous }) };
}

/** Finds the last waiting phase and how it ended. */
function findLoss(life: CallLife, final: FinalLeg, endedAt: number, settings: DecisionSettings): Loss {
  const requested = life.phases.find(
    (phase): phase is QueueVisit => phase.kind === 'queue' && settings.requestKeys.includes(phase.key ?? ''),
  );
  if (requested !== undefined) return queueLoss(requested, final, endedAt);
  const phase = life.phases.at(-1);
  const app = final.header('variable_last_app');
  if (app === 'voicemail') return { ...elsewhere(life, final, endedAt, 'voicemail'), ...extensionOf(phase) };
  if (app === 'ivr')
    return { ...elsewhere(life, final, endedAt, 'ivr'), ...given({ menu: final.header('variable_last_arg') }) };
  if (life.talkedWith.length > 0) return transferLoss(life, final, endedAt);
  if (phase?.kind === 'queue' && phase.transferredOut !== true) return queueLoss(phase, final, endedAt);
  if (phase?.kind === 'ring') return ringLoss(phase, final, endedAt);
  return elsewhere(life, final, endedAt, 'dialplan');
}

function queueLoss(seen: QueueVisit, final: FinalLeg, endedAt: number): Loss {
  const visit = completed(seen, final);
  const leftAt = visit.leftAt ?? Math.floor(endedAt / 1_000) * 1_000;
  return {
    place: 'queue',
    queue: visit.queue,
    enteredAt: visit.joinedAt,
    waited: Math.max(0, Math.round((leftAt - visit.joinedAt) / 1_000)),
    endedBy: queueEnd(visit, final),
    ...given({ key: visit.key }),
  };
}

/** A member-queue-end that came late or never: the leg's variables say the same of its last visit. */
function completed(visit: QueueVisit, final: FinalLeg): QueueVisit {
  if (visit.reason !== undefined || final.header('variable_cc_cause') !== 'cancel') return visit;
  const reason = final.header('variable_cc_cancel_reason') as LeaveReason | undefined;
  const left = Number(final.header('variable_cc_queue_canceled_epoch') ?? 0);
  const key = reason === 'EXIT_WITH_KEY' ? final.header('variable_cc_exit_key') : undefined;
  return { ...visit, ...given({ reason, key }), ...(left > 0 && { leftAt: left * 1_000 }) };
}

const queueEnds: Partial<Record<LeaveReason, EndedBy>> = {
  TIMEOUT: 'timeout',
  NO_AGENT_TIMEOUT: 'no-agents',
  EXIT_WITH_KEY: 'key',
};

function queueEnd(visit: QueueVisit, final: FinalLeg): EndedBy {
  return (visit.reason && queueEnds[visit.reason]) ?? whoHungUp(final);
}

/** The client ended his leg himself unless FreeSWITCH sent the BYE or is going down. */
function whoHungUp(final: FinalLeg): EndedBy {
  if (final.header('Hangup-Cause') === 'SYSTEM_SHUTDOWN') return 'shutdown';
  return final.header('variable_sip_hangup_disposition')?.startsWith('send_') === true ? 'killed' : 'client';
}

/** How a bridge of the dialplan ended, by the caller leg's hangup cause (or what the dialplan noted of the bridge). */
const directEnds: Record<string, EndedBy> = {
  ORIGINATOR_CANCEL: 'client',
  NO_ANSWER: 'timeout',
  ALLOTTED_TIMEOUT: 'timeout',
  NO_USER_RESPONSE: 'timeout',
  USER_BUSY: 'busy',
  CALL_REJECTED: 'rejected',
  USER_NOT_REGISTERED: 'unregistered',
  SUBSCRIBER_ABSENT: 'unregistered',
  NO_ROUTE_DESTINATION: 'no-route',
  SYSTEM_SHUTDOWN: 'shutdown',
};

function directEnd(final: FinalLeg): EndedBy {
  const cause = final.header('Hangup-Cause') ?? '';
  const disposition = final.header('variable_sip_hangup_disposition') ?? '';
  if (cause === 'SYSTEM_SHUTDOWN') return 'shutdown';
  if (disposition.startsWith('recv_')) return 'client';
  return directEnds[final.header('variable_originate_disposition') ?? cause] ?? directEnds[cause] ?? 'failed';
}

function ringLoss(ring: DirectRing, final: FinalLeg, endedAt: number): Loss {
  return {
    place: ring.extensions.length > 1 ? 'group' : 'extension',
    ...extensionOf(ring),
    enteredAt: ring.startedAt,
    waited: seconds(ring.startedAt, endedAt),
    endedBy: directEnd(final),
  };
}

function transferLoss(life: CallLife, final: FinalLeg, endedAt: number): Loss {
  const since = life.unbridgedAt ?? life.startedAt;
  const transferredBy = employeeOf(life, life.talkedWith.at(-1));
  return {
    place: 'transfer',
    ...given({ transferredBy }),
    enteredAt: since,
    waited: seconds(since, endedAt),
    endedBy: whoHungUp(final),
  };
}

function elsewhere(life: CallLife, final: FinalLeg, endedAt: number, place: Place): Loss {
  const since = lastVisit(life)?.leftAt ?? life.startedAt;
  return { place, enteredAt: since, waited: seconds(since, endedAt), endedBy: directEnd(final) };
}

function extensionOf(phase: QueueVisit | DirectRing | undefined): { extension?: string } {
  return phase?.kind === 'ring' && phase.extensions.length === 1 ? { extension: phase.extensions[0]! } : {};
}

function tried(life: CallLife): Pick<EndedCall, 'tried'> {
  return { tried: [...life.rings] };
}

function seconds(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1_000));
}

/** Only the fields that are known: absent ones are left out of the JSON. */
function given<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
