import type { Instant } from '../time/clock.js';
import { outcomes, type Outcome } from './outcome.js';
import { isOpen, type CloseReason, type Plan, type Task, type TaskState } from './task.js';

/** Every arrow of the life cycle; docs/life-cycle.md draws the same table. */
export const transitions: Record<TaskState, readonly TaskState[]> = {
  waiting: ['calling', 'reached', 'expired', 'cancelled'],
  calling: ['waiting', 'reached', 'gave-up', 'expired', 'cancelled'],
  reached: ['waiting'],
  'gave-up': ['waiting'],
  expired: ['waiting'],
  cancelled: ['waiting'],
};

/** A loss that a rule wants to call back. */
export interface Loss {
  client: string;
  name?: string | undefined;
  call: string;
  lostAt: Instant;
  waited: number;
  dialled?: string | undefined;
  queue?: string | undefined;
  requested: boolean;
}

/** So often in a row an attempt counts for nothing because the gateway failed the client's leg. */
const temporaryFailures = 3;

/** The task of a client's first loss. */
export function newTask(loss: Loss, plan: Plan, now: Instant): Omit<Task, 'id'> {
  return {
    ...facts(loss),
    rule: plan.rule,
    order: plan.order,
    state: 'waiting',
    requested: loss.requested,
    attemptsUsed: 0,
    snoozes: 0,
    unreachable: 0,
    createdAt: now,
    ...times(loss, plan),
  };
}

/** A further loss joins the open task: its facts replace the stored ones, expiry starts anew; attempts used stay used. */
export function joinLoss(task: Task, loss: Loss, plan: Plan): Task {
  const joined: Task = { ...task, rule: plan.rule, order: plan.order, snoozes: 0, unreachable: 0 };
  for (const former of ['name', 'dialled', 'queue', 'expiresAt'] as const) delete joined[former];
  return { ...joined, ...facts(loss), ...times(loss, plan), requested: task.requested || loss.requested };
}

/** A client's leg that the gateway failed: three times in a row it is the gateway's fault, then it is his number's. */
export function countedOutcome(task: Task, outcome: Outcome, clientDialled: boolean): Outcome {
  const again = outcome === 'gateway-failed' && clientDialled && task.unreachable >= temporaryFailures;
  return again ? 'client-unreachable' : outcome;
}

/**
 * An attempt of it ended. Returns the task as it is from then on.
 * @param clientDialled the client's leg had been begun: a gateway that failed it is counted
 */
export function settle(
  task: Task,
  outcome: Outcome,
  endedAt: Instant,
  plan: Plan | undefined,
  clientDialled = false,
): Task {
  if (task.state !== 'calling') return task;
  const effect = outcomes[outcome];
  const used = { ...task, attemptsUsed: task.attemptsUsed + 1 };
  if (effect === 'reached') return close(used, 'reached', 'reached by callback', endedAt);
  if (effect === 'invalid') return close(used, 'gave-up', 'number invalid', endedAt);
  if (effect === 'cancelled') return close(task, 'cancelled', 'cancelled by admin', endedAt);
  if (plan === undefined) return close(task, 'cancelled', 'rule deleted', endedAt);
  return effect === 'used' ? afterUsed(task, endedAt, plan) : afterSnooze(task, clientDialled, endedAt, plan);
}

function afterUsed(task: Task, endedAt: Instant, plan: Plan): Task {
  const attemptsUsed = task.attemptsUsed + 1;
  const used = { ...task, attemptsUsed, snoozes: 0, unreachable: 0 };
  const interval = plan.afterMs[attemptsUsed];
  if (interval === undefined) return close(used, 'gave-up', 'attempts used up', endedAt);
  return wait(used, endedAt + interval, plan, endedAt);
}

function afterSnooze(task: Task, clientDialled: boolean, endedAt: Instant, plan: Plan): Task {
  const pause = plan.snoozeMs[Math.min(task.snoozes, plan.snoozeMs.length - 1)] ?? 0;
  const unreachable = clientDialled ? task.unreachable + 1 : task.unreachable;
  return wait({ ...task, snoozes: task.snoozes + 1, unreachable }, endedAt + pause, plan, endedAt);
}

function wait(task: Task, from: Instant, plan: Plan, now: Instant): Task {
  const dueAt = plan.opening(from);
  if (dueAt === undefined) return close(task, 'expired', 'expired', now);
  return { ...task, state: 'waiting', dueAt };
}

/** The client was lost again while an attempt was in flight: the next one comes forward to that loss. */
export function takeForward(task: Task, attemptStartedAt: Instant, plan: Plan): Task {
  if (task.state !== 'waiting' || task.lostAt <= attemptStartedAt) return task;
  const dueAt = plan.opening(task.lostAt + (plan.afterMs[0] ?? 0));
  return dueAt === undefined || dueAt >= task.dueAt ? task : { ...task, dueAt };
}

/** Closes an open task; a closed one stays as it is. */
export function close(
  task: Task,
  state: Exclude<TaskState, 'waiting' | 'calling'>,
  reason: CloseReason,
  at: Instant,
  closedBy?: string,
): Task {
  if (!isOpen(task)) return task;
  if (!transitions[task.state].includes(state)) throw new Error(`a task that is ${task.state} cannot become ${state}`);
  return { ...task, state, reason, closedAt: at, ...(closedBy !== undefined && { closedBy }) };
}

/** An admin wants it tried again: now, and with all attempts unused. */
export function reopen(task: Task, plan: Plan, now: Instant): Task {
  const expiresAt = plan.expiry(now);
  const open: Task = {
    ...task,
    state: 'waiting',
    attemptsUsed: 0,
    snoozes: 0,
    unreachable: 0,
    dueAt: plan.opening(now) ?? now,
  };
  delete open.reason;
  delete open.closedBy;
  delete open.closedAt;
  delete open.expiresAt;
  return expiresAt === undefined ? open : { ...open, expiresAt };
}

export function isExpired(task: Task, now: Instant): boolean {
  return task.expiresAt !== undefined && task.expiresAt <= now;
}

function facts(loss: Loss): Pick<Task, 'client' | 'call' | 'lostAt' | 'waited'> & Partial<Task> {
  const { client, name, call, lostAt, waited, dialled, queue } = loss;
  return {
    client,
    call,
    lostAt,
    waited,
    ...(name !== undefined && { name }),
    ...(dialled !== undefined && { dialled }),
    ...(queue !== undefined && { queue }),
  };
}

function times(loss: Loss, plan: Plan): { dueAt: Instant; expiresAt?: Instant } {
  const expiresAt = plan.expiry(loss.lostAt);
  const from = loss.lostAt + (plan.afterMs[0] ?? 0);
  // Never again open: it expires at once, when its time comes.
  const dueAt = plan.opening(from) ?? from;
  return expiresAt === undefined ? { dueAt } : { dueAt, expiresAt };
}
