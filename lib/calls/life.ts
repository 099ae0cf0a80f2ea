import type { RingResult } from './call.js';

/** Why a member left a queue: CC-Cancel-Reason of member-queue-end, or `answered` when CC-Cause is Terminated. */
export type LeaveReason = 'BREAK_OUT' | 'TIMEOUT' | 'NO_AGENT_TIMEOUT' | 'EXIT_WITH_KEY' | 'NONE' | 'answered';

/** One stay in a mod_callcenter queue, or in one of mod_fifo (`fifo:NAME`). */
export interface QueueVisit {
  kind: 'queue';
  queue: string;
  /** CC-Member-UUID; not unique over calls (abandoned-resume re-uses it). */
  member: string;
  /** CC-Member-Joined-Time, ms (whole seconds). */
  joinedAt: number;
  /** CC-Member-Leaving-Time, ms (whole seconds). */
  leftAt?: number;
  reason?: LeaveReason;
  /** variable_cc_exit_key. */
  key?: string;
  /** Left alive with BREAK_OUT: a transfer took him out. */
  transferredOut?: boolean;
  /** Its member-queue-start has not come (yet): the times are those of later events. */
  startUnseen?: boolean;
  /** Agents whose phones were offered the call during this stay. */
  offered?: string[];
}

/** Phones rung directly (no queue): a bridge of the dialplan. */
export interface DirectRing {
  kind: 'ring';
  startedAt: number;
  extensions: string[];
}

/** A leg that belongs to the client's call: whose phone it is. */
export interface EmployeeLeg {
  uuid: string;
  /** mod_callcenter agent, e.g. 1001@default. */
  agent?: string;
  /** User of the directory, e.g. 1001. */
  user?: string;
  /** When the phone began to ring, ms. */
  ringingAt?: number;
  /** When the leg was over, ms. */
  endedAt?: number;
  /** Rung by this other leg of the call, not for the client: whom an employee consults (att_xfer). */
  consultedBy?: string;
}

/** An employee put the client on hold, or took him off it (CHANNEL_HOLD, CHANNEL_UNHOLD of the employee's leg). */
export interface HoldChange {
  leg: string;
  at: number;
  held: boolean;
}

/** What has been seen of one client call so far. Filled by the tracker from events, read by `decide`. */
export interface CallLife {
  uuid: string;
  number?: string;
  name?: string;
  /** variable_sip_req_user as first seen: transfers change the later ones. */
  dialled?: string;
  context?: string;
  startedAt: number;
  lastSeenAt: number;
  phases: (QueueVisit | DirectRing)[];
  /** Result of each employee's last ring, in order of first ring. */
  rings: Map<string, RingResult>;
  legs: Map<string, EmployeeLeg>;
  /** UUIDs of the legs that he was bridged with, in order. */
  talkedWith: string[];
  bridged: boolean;
  /** The leg that he is bridged with now, or was last. */
  peer?: string;
  /** When the last bridge began, ms. */
  bridgedAt?: number;
  /** How many phases there were when each talk of `talkedWith` began: later ones came by a transfer. */
  phasesAtTalk?: number[];
  lastUnbridge?: { leg: string; sequence: number };
  holds?: HoldChange[];
  /** CHANNEL_HANGUP: on time, while CHANNEL_HANGUP_COMPLETE can be a minute late. ms. */
  hungUpAt?: number;
  /** When the last bridge ended, ms. */
  unbridgedAt?: number;
}

/** The employee behind a leg, as his queue or the directory names him. */
export function employeeOf(life: CallLife, leg: string | undefined): string | undefined {
  const known = leg === undefined ? undefined : life.legs.get(leg);
  return known?.agent ?? known?.user;
}

/** The latest stay in a queue, if any. */
export function lastVisit(life: CallLife): QueueVisit | undefined {
  return life.phases.findLast((phase): phase is QueueVisit => phase.kind === 'queue');
}
