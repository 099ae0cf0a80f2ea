import type { Employees } from '../config/employees.js';
import type { EndedBy, Place } from './call.js';
import type { Application } from './cdr.js';
import { microseconds } from './client-leg.js';
import { dialledPhones, type DialledPhones } from './dialled-phones.js';
import { given } from './given.js';
import type { Hold } from './hold.js';
import { employeeOf, lastVisit, type CallLife, type DirectRing, type LeaveReason, type QueueVisit } from './life.js';

/** The caller's leg at its end: the headers of its CHANNEL_HANGUP_COMPLETE, or the variables of its CDR. */
export interface FinalLeg {
  header(name: string): string | undefined;
  headers?(name: string): readonly string[];
  /** Only a CDR knows when each application was executed. */
  applications?: readonly Application[];
}

export interface LossSettings {
  /** Digits that ask for a callback (`requests.keys`). */
  requestKeys: readonly string[];
  employees?: Employees | undefined;
}

export interface Loss {
  place: Place;
  endedBy: EndedBy;
  enteredAt: number;
  /** Whole seconds. */
  waited?: number;
  queue?: string;
  extension?: string;
  group?: string;
  menu?: string;
  transferredBy?: string;
  key?: string;
  messageLeft?: boolean;
  /** Employees of the last waiting phase, as FreeSWITCH names them. */
  phones: readonly string[];
}

type Phase = QueueVisit | DirectRing;

/** Where a call was lost and how its last waiting phase ended. A request is kept, whatever came after it. */
export function findLoss(life: CallLife, final: FinalLeg, endedAt: number, settings: LossSettings): Loss {
  const requested = life.phases.find(
    (phase): phase is QueueVisit => phase.kind === 'queue' && settings.requestKeys.includes(phase.key ?? ''),
  );
  if (requested !== undefined) return queueLoss(requested, final, endedAt);
  const end = placeAtEnd(life, final, endedAt, settings);
  if (life.talkedWith.length === 0) return end;
  const enteredAt = life.unbridgedAt ?? life.startedAt;
  const transferredBy = employeeOf(life, life.talkedWith.at(-1));
  const waited = seconds(enteredAt, endedAt);
  return { ...end, place: 'transfer', ...given({ transferredBy }), enteredAt, waited };
}

/** The client hung up while an employee held him to consult somebody. */
export function holdLoss(life: CallLife, hold: Hold, final: FinalLeg, endedAt: number): Loss {
  const transferredBy = employeeOf(life, hold.leg);
  return {
    place: 'transfer',
    ...given({ transferredBy }),
    enteredAt: hold.since,
    waited: seconds(hold.since, endedAt),
    endedBy: whoHungUp(final),
    phones: [...(transferredBy === undefined ? [] : [transferredBy]), ...hold.consulted],
  };
}

function placeAtEnd(life: CallLife, final: FinalLeg, endedAt: number, { employees }: LossSettings): Loss {
  const phases = life.phases.slice(life.phasesAtTalk?.[life.talkedWith.length - 1] ?? 0);
  const phase = phases.at(-1);
  const app = final.header('variable_last_app');
  const messageLeft = leftMessage(final);
  if (app === 'voicemail' || messageLeft) return { ...voicemail(life, phase, final, endedAt), messageLeft };
  if (app === 'ivr')
    return { ...entered(life, final, endedAt, 'ivr', phase), ...given({ menu: final.header('variable_last_arg') }) };
  if (app === 'bridge' && phase?.kind !== 'queue') {
    const dialled = dialledPhones(final.header('variable_last_arg'));
    const ring = ringOf(life, phases, dialled, final, endedAt);
    if (ring !== undefined) return ringLoss(life, ring, dialled, final, endedAt, employees);
  }
  if (app === 'bridge' && phase?.kind === 'queue') {
    const dialled = dialledPhones(final.header('variable_last_arg'));
    const ring = phase.reason === undefined ? undefined : ringOf(life, [], dialled, final, endedAt);
    if (ring !== undefined) return ringLoss(life, ring, dialled, final, endedAt, employees);
  }
  if (phase?.kind === 'queue' && phase.transferredOut !== true) return queueLoss(phase, final, endedAt);
  const unrung = phase === undefined ? unrungPhone(final, endedAt) : undefined;
  const ring = phase?.kind === 'ring' ? phase : unrung;
  if (ring !== undefined)
    return ringLoss(life, ring, { users: ring.extensions, together: true }, final, endedAt, employees);
  if (failedMenu(final)) return entered(life, final, endedAt, 'ivr', phase);
  const since = lastVisit(life)?.leftAt ?? life.startedAt;
  return {
    place: 'dialplan',
    enteredAt: since,
    waited: seconds(since, endedAt),
    endedBy: directEnd(final),
    phones: [],
  };
}

/** The phones of the last bridge: one dial string may ring them one after the other, or some of them not at all. */
function ringOf(
  life: CallLife,
  phases: readonly Phase[],
  { users, group }: DialledPhones,
  final: FinalLeg,
  endedAt: number,
): DirectRing | undefined {
  const rings: DirectRing[] = [];
  for (const phase of phases.toReversed()) {
    if (phase.kind !== 'ring') break;
    if (users.length > 0 && !phase.extensions.some((each) => users.includes(each))) break;
    rings.unshift(phase);
    if (users.length === 0) break;
  }
  const stamp = final.applications?.findLast(({ name }) => name === 'bridge')?.at;
  const [first] = rings;
  if (first === undefined && users.length === 0 && group === undefined) return undefined;
  const since = first?.startedAt ?? stamp ?? endedAt;
  const starts = [...life.legs.values()]
    .filter(({ user, ringingAt }) => ringingAt !== undefined && ringingAt >= since && users.includes(user ?? ''))
    .map(({ ringingAt }) => ringingAt!);
  return {
    kind: 'ring',
    startedAt: starts.length > 0 ? Math.min(...starts) : since,
    extensions: users.length > 0 ? users : (first?.extensions ?? []),
  };
}

/** The dialplan went on after a bridge to a phone that was not registered: there never was a leg of it. */
function unrungPhone(final: FinalLeg, endedAt: number): DirectRing | undefined {
  const user = final.header('variable_dialed_user');
  const disposition = final.header('variable_originate_disposition');
  if (user === undefined || disposition === undefined || disposition === 'SUCCESS') return undefined;
  return { kind: 'ring', startedAt: endedAt, extensions: [user] };
}

function ringLoss(
  life: CallLife,
  ring: DirectRing,
  dialled: DialledPhones,
  final: FinalLeg,
  endedAt: number,
  employees: Employees | undefined,
): Loss {
  const { extensions } = ring;
  const together = dialled.together && extensions.length > 1;
  const group = dialled.group ?? (together ? employees?.groupOf(extensions) : undefined);
  const [extension] = extensions;
  const alone = extensions.length === 1 && dialled.group === undefined;
  return {
    place: alone ? 'extension' : 'group',
    ...given({ group, extension: alone ? extension : undefined }),
    enteredAt: ring.startedAt,
    waited: seconds(ring.startedAt, ringEnd(life, ring, final, endedAt)),
    endedBy: directEnd(final),
    phones: extensions,
  };
}

/** When the dialplan went on after the ring, it had ended with the last phone. */
function ringEnd(life: CallLife, ring: DirectRing, final: FinalLeg, endedAt: number): number {
  if (goesOn(final) === false) return endedAt;
  const ends = [...life.legs.values()]
    .filter(({ user, ringingAt = 0 }) => ring.extensions.includes(user ?? '') && ringingAt >= ring.startedAt)
    .map((leg) => leg.endedAt ?? endedAt);
  const next = final.applications?.find(({ at }) => at > ring.startedAt)?.at;
  return ends.length > 0 ? Math.min(endedAt, Math.max(...ends)) : (next ?? endedAt);
}

function queueLoss(seen: QueueVisit, final: FinalLeg, endedAt: number): Loss {
  const visit = completed(seen, final);
  const leftAt = visit.leftAt ?? endedAt;
  return {
    place: 'queue',
    queue: visit.queue,
    enteredAt: visit.joinedAt,
    // mod_callcenter counts whole seconds, from the whole second in which he joined.
    waited: Math.max(0, Math.round((wholeSecond(leftAt, visit) - visit.joinedAt) / 1_000)),
    endedBy: queueEnd(visit, final),
    ...given({ key: visit.key }),
    phones: visit.offered ?? [],
  };
}

function wholeSecond(at: number, { joinedAt }: QueueVisit): number {
  return joinedAt % 1_000 === 0 ? Math.floor(at / 1_000) * 1_000 : at;
}

/** A member-queue-end that came late or never: the leg's variables say the same of its last visit. */
function completed(visit: QueueVisit, final: FinalLeg): QueueVisit {
  if (visit.reason !== undefined) return visit;
  if (visit.queue.startsWith('fifo:'))
    return final.header('variable_fifo_status') === 'TIMEOUT' ? { ...visit, reason: 'TIMEOUT' } : visit;
  if (final.header('variable_cc_cause') !== 'cancel') return visit;
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
  PROGRESS_TIMEOUT: 'timeout',
  NO_USER_RESPONSE: 'timeout',
  USER_BUSY: 'busy',
  CALL_REJECTED: 'rejected',
  USER_NOT_REGISTERED: 'unregistered',
  SUBSCRIBER_ABSENT: 'unregistered',
  NO_ROUTE_DESTINATION: 'no-route',
  UNALLOCATED_NUMBER: 'no-route',
  SYSTEM_SHUTDOWN: 'shutdown',
};

function directEnd(final: FinalLeg): EndedBy {
  const cause = final.header('Hangup-Cause') ?? '';
  const disposition = final.header('variable_originate_disposition');
  // The dialplan went on after the bridge: who hung up then did not end the ringing.
  if (goesOn(final)) return directEnds[disposition!] ?? 'failed';
  if (cause === 'SYSTEM_SHUTDOWN') return 'shutdown';
  if (final.header('variable_sip_hangup_disposition')?.startsWith('recv_') === true) return 'client';
  return directEnds[disposition ?? cause] ?? directEnds[cause] ?? 'failed';
}

/** True when a bridge of the dialplan had failed and something else was executed after it. */
function goesOn(final: FinalLeg): boolean {
  const app = final.header('variable_last_app');
  const disposition = final.header('variable_originate_disposition');
  if (app === undefined || app === 'bridge' || disposition === undefined) return false;
  return !['SUCCESS', 'ORIGINATOR_CANCEL', 'failure'].includes(disposition);
}

function voicemail(life: CallLife, phase: Phase | undefined, final: FinalLeg, endedAt: number): Loss {
  // Its argument is `PROFILE DOMAIN USER`.
  const [, , owner] =
    final.header('variable_last_app') === 'voicemail' ? (final.header('variable_last_arg') ?? '').split(' ') : [];
  const extension = phase?.kind === 'ring' && phase.extensions.length === 1 ? phase.extensions[0] : owner;
  return { ...entered(life, final, endedAt, 'voicemail', phase), ...given({ extension }) };
}

/** mod_voicemail sets these when it has kept the message. */
function leftMessage(final: FinalLeg): boolean {
  return /[1-9]/.test(final.header('variable_voicemail_message_len') ?? '');
}

/** mod_dptools: the menu gave up, and the dialplan went on. */
function failedMenu(final: FinalLeg): boolean {
  return ['timeout', 'failure'].includes(final.header('variable_ivr_menu_status') ?? '');
}

function entered(
  life: CallLife,
  final: FinalLeg,
  endedAt: number,
  place: 'ivr' | 'voicemail',
  phase: Phase | undefined,
): Loss {
  const since = enteredAt(life, final, place);
  const endedBy = place === 'ivr' && failedMenu(final) ? 'timeout' : whoHungUp(final);
  return {
    place,
    enteredAt: since,
    waited: seconds(since, endedAt),
    endedBy,
    phones: phase?.kind === 'ring' ? phase.extensions : (phase?.offered ?? []),
  };
}

/**
 * When the application began. Events don't tell it, unlike a CDR: the last thing before it does. Answering the call,
 * leaving a queue, the end of a ring, a transfer in the dialplan.
 */
function enteredAt(life: CallLife, final: FinalLeg, application: string): number {
  const stamp = final.applications?.findLast(({ name }) => name === application)?.at;
  if (stamp !== undefined && stamp > 0) return stamp;
  const transferred = final.headers?.('variable_transfer_history').map((entry) => Number(entry.split(':')[0]) * 1_000);
  const times = [
    life.startedAt,
    microseconds(final.header('Caller-Channel-Answered-Time')),
    lastVisit(life)?.leftAt,
    ...[...life.legs.values()].map((leg) => leg.endedAt),
    ...(transferred ?? []),
  ];
  return Math.max(...times.filter((at): at is number => at !== undefined && at > 0));
}

function seconds(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1_000));
}
