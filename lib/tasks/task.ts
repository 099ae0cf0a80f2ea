import type { Instant } from '../time/clock.js';
import type { Outcome } from './outcome.js';

/**
 * Glossary.
 * - Task: the intention to call one client back; open (`waiting` or `calling`) until it is closed with a reason.
 * - Loss: a call of that client that was lost, or in which he asked for a callback. A task may stand for several.
 * - Attempt: one try of a task: the employee's leg, the prompt, the client's leg. On disk before it is originated.
 * - Used: the client was dialled, so the attempt counts. Snooze: he was not, so it doesn't, and it is tried again soon.
 * - Plan: what the task's rule says about when and how often.
 */

/** waiting -> calling -> waiting … -> one of the closed states. */
export type TaskState = 'waiting' | 'calling' | 'reached' | 'gave-up' | 'expired' | 'cancelled';

/** Why a task was closed. */
export type CloseReason =
  | 'reached by callback'
  | 'client called in'
  | 'employee called out'
  | 'attempts used up'
  | 'number invalid'
  | 'number not allowed'
  | 'expired'
  | 'rule deleted'
  | 'no rule any more'
  | 'blacklisted'
  | 'cancelled by admin'
  | 'no employees found'
  | 'done by employee';

export interface Task {
  /** A short number, for people. */
  id: number;
  /** E.164. */
  client: string;
  name?: string;
  /** Id of the rule that made it; `request` when the client asked and no rule matched. */
  rule: string;
  /** Place of the rule among the others: lower ones are dialled first. */
  order: number;
  state: TaskState;
  reason?: CloseReason;
  /** UUID of the client's leg in the call that closed it: his own call, or an employee's call to him. */
  closedBy?: string;
  /** The client asked for it. */
  requested: boolean;
  /** UUID of the caller leg of the latest loss. */
  call: string;
  lostAt: Instant;
  /** Seconds that the client had waited in the latest loss: his kept place. */
  waited: number;
  /** Number he had dialled, as received. */
  dialled?: string;
  /** Queue of the loss, for the built-in rule of requests. */
  queue?: string;
  /** From when the first interval and the expiry count: the latest loss, or an admin's retry. */
  countsFrom: Instant;
  attemptsUsed: number;
  /** Snoozes in a row. */
  snoozes: number;
  /** Client legs in a row that the gateway failed. */
  unreachable: number;
  dueAt: Instant;
  /** What it waits for although it is due, for people: "no free employee in group sales". */
  waitsFor?: string;
  /** An admin made it: it keeps its rule as long as that exists. */
  byHand?: true;
  /** undefined: never. */
  expiresAt?: Instant;
  createdAt: Instant;
  closedAt?: Instant;
}

/** One try of a task. */
export interface Attempt {
  id: number;
  task: number;
  /** 1 for the task's first try, snoozes included. */
  number: number;
  startedAt: Instant;
  /** UUID of the leg that callbackd originates: the first employee's phone, or the loopback that waits in the queue. */
  employeeLeg: string;
  /** Every phone that it rings, with the UUID of its leg and the employee's name; absent for a queue and a dialplan. */
  phones?: readonly AttemptPhone[];
  /** UUID of the client's leg. */
  clientLeg: string;
  /** Job-UUID of the originate. */
  job: string;
  /** Core-UUID of the FreeSWITCH that it was sent to. */
  coreUuid: string;
  /** `queue:sales@default`, `extension:1001`, `group:sales`, `number:+74951230001`, `tried`, `last-phase`, `dialplan:…`. */
  target: string;
  endedAt?: Instant;
  /** When the client was dialled, or may have been at the latest; known when it has ended. */
  dialledAt?: Instant;
  outcome?: Outcome;
  /** FreeSWITCH's hangup cause, or what callbackd knows instead. */
  cause?: string;
  /** The employee who answered. */
  employee?: string;
  /** Conversation of employee and client, ms. */
  talkMs?: number;
}

export interface AttemptPhone {
  leg: string;
  name: string;
}

/** What a rule says about when and how often its tasks are tried. */
export interface Plan {
  rule: string;
  /** Place of the rule among the others. */
  order: number;
  /** Intervals before each attempt, ms: the first from the loss, the later ones from the end of the used attempt before. */
  afterMs: readonly number[];
  /** Pauses after attempts that used up nothing; the last one repeats. */
  snoozeMs: readonly number[];
  /** The instant at which a task lost at `from` expires; undefined: never. Counts only time in which it may be dialled. */
  expiry(from: Instant): Instant | undefined;
  /** The first instant from `from` on at which it may be dialled; undefined when never again. */
  opening(from: Instant): Instant | undefined;
}

export function isOpen(task: Pick<Task, 'state'>): boolean {
  return task.state === 'waiting' || task.state === 'calling';
}
