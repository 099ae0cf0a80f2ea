import type { EndedCall } from '../calls/call.js';
import type { Instant } from '../time/clock.js';
import type { BlacklistStore } from './blacklist-store.js';
import type { CallDecision, CallRecord, JournalStore } from './journal-store.js';
import type { Outcome } from './outcome.js';
import type { Attempt, Task, TaskState } from './task.js';

export type { CallDecision, CallRecord } from './journal-store.js';

/** What is known when an attempt is over. */
export interface AttemptEnd {
  endedAt: Instant;
  outcome: Outcome;
  cause?: string | undefined;
  employee?: string | undefined;
  talkMs?: number | undefined;
  /** When the client was dialled, or may have been at the latest; absent when he surely was not. */
  dialledAt?: Instant | undefined;
}

export interface TaskFilter {
  states?: readonly TaskState[];
  /** Only tasks made since. */
  since?: Instant;
  /** Instead of the latest tasks the first ones with a greater number: page after page through all. */
  after?: number;
  limit?: number;
}

/**
 * Where calls, tasks and attempts are kept. Each method that writes is one durable transaction: when it has returned,
 * a kill -9 loses nothing of it.
 */
export interface TaskStore extends JournalStore, BlacklistStore {
  /**
   * Keeps a call with its decision and lets `change` make or change the open task of its client, in one transaction.
   * A call that is known already is left as it is (undefined is returned): the same call seen live and in a CDR counts once.
   */
  takeCall(
    call: EndedCall,
    decision: CallDecision,
    client: string | undefined,
    change: (open: Task | undefined) => Omit<Task, 'id'> | Task | undefined,
  ): { task: Task | undefined } | undefined;
  /** `tried` was completed by later events. */
  completeCall(call: EndedCall): void;
  knowsCall(uuid: string): boolean;
  callOf(uuid: string): CallRecord | undefined;
  /** Losses of a client since an instant, without those while he was blacklisted. */
  countLosses(client: string, since: Instant): number;

  task(id: number): Task | undefined;
  openTaskOf(client: string): Task | undefined;
  /** The latest tasks that pass the filter, oldest first. */
  tasks(filter: TaskFilter): Task[];
  /** The latest task of a client, open or closed. */
  latestTaskOf(client: string): Task | undefined;
  countTasks(): Record<TaskState, number>;
  /**
   * Waiting tasks whose time has come, in the order in which they are to be dialled.
   * @param passedOver ids of tasks that wait for something else
   */
  due(now: Instant, fullRules: readonly string[], limit: number, passedOver?: readonly number[]): Task[];
  /** The earliest dueAt or expiresAt of all waiting tasks, of rules with free capacity. */
  nextDue(fullRules: readonly string[], passedOver?: readonly number[]): Instant | undefined;
  /** What waiting tasks wait for although they are due, by their ids; undefined: nothing more. */
  noteWaits(waits: ReadonlyMap<number, string | undefined>): void;
  /** The earliest expiresAt of all waiting tasks. */
  nextExpiry(): Instant | undefined;
  /** Waiting tasks that have expired. */
  expired(now: Instant): Task[];
  /** Rules with open tasks, and how many. */
  openTasksByRule(): ReadonlyMap<string, number>;
  /** The end of the latest call that a rule took. */
  lastMatch(rule: string): Instant | undefined;
  /** The order of rules decides among due tasks. */
  orderRules(order: readonly { rule: string; order: number }[]): void;
  saveTask(task: Task): void;

  /** waiting -> calling with a new attempt, or undefined when the task is not waiting any more. */
  claim(task: number, attempt: Omit<Attempt, 'id' | 'number' | 'task'>): Attempt | undefined;
  /** Ends an attempt, and its task becomes `next` of what it was. False when it had ended already. */
  endAttempt(attempt: number, end: AttemptEnd, next: (task: Task) => Task): boolean;
  openAttempts(): Attempt[];
  /** How many attempts go on. */
  countOpenAttempts(): number;
  /** When the client was dialled in the n-th latest attempt (1: the latest) of all, or of those to one client. */
  dialledAt(nth: number, client?: string): Instant | undefined;
  attempts(task: number): Attempt[];
  /** The latest attempts that are over, newest first. */
  lastAttempts(limit: number): (Attempt & { client: string })[];

  /** Small facts that outlive the process, e.g. when the link was last up. */
  remember(key: string, value: string): void;
  recall(key: string): string | undefined;
  close(): void;
}
