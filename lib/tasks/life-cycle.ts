import type { Instant } from '../time/clock.js';
import { outcomes, type Outcome } from './outcome.js';
import { isOpen, type Attempt, type CloseReason, type Plan, type Task, type TaskState } from './task.js';

/** Every arrow of the life cycle; docs/life-cycle.md draws the same table. */
export const transitions: Record<TaskState, readonly TaskState[]> = {
  waiting: ['calling', 'reached', 'gave-up', 'expired', 'cancelled'],
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
  for (const former of ['name', 'dialled', 'queue', 'expiresAt', 'waitsFor', 'byHand'] as const) delete joined[former];
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
  const used = { ...task, attemptsUsed: task.attemptsUsed + 1, snoozes: 0, unreachable: 0 };
  if (effect === 'reached') return close(used, 'reached', 'reached by callback', endedAt);
  if (effect === 'invalid') return close(used, 'gave-up', 'number invalid', endedAt);
  // Its rule is gone or calls nobody back any more: what that means is decided before its next attempt.
  if (plan === undefined) return { ...(effect === 'used' ? used : task), state: 'waiting', dueAt: endedAt };
  if (effect === 'stopped') return wait(task, endedAt, plan, endedAt);
  return effect === 'used' ? afterUsed(used, endedAt, plan) : afterSnooze(task, clientDialled, endedAt, plan);
}

function afterUsed(used: Task, endedAt: Instant, plan: Plan): Task {
  const interval = plan.afterMs[used.attemptsUsed];
  if (interval === undefined) return close(used, 'gave-up', 'attempts used up', endedAt);
  return wait(used, endedAt + interval, plan, endedAt);
}

function afterSnooze(task: Task, clientDialled: boolean, endedAt: Instant, plan: Plan): Task {
  const pause = pauseAfter(task.snoozes, plan);
  const unreachable = clientDialled ? task.unreachable + 1 : task.unreachable;
  return wait({ ...task, snoozes: task.snoozes + 1, unreachable }, endedAt + pause, plan, endedAt);
}

function pauseAfter(snoozes: number, { snoozeMs }: Plan): number {
  return snoozeMs[Math.min(snoozes, snoozeMs.length - 1)] ?? 0;
}

function wait(task: Task, from: Instant, plan: Plan, now: Instant): Task {
  const dueAt = plan.opening(from);
  if (dueAt === undefined) return close(task, 'expired', 'expired', now);
  const waiting: Task = { ...task, state: 'waiting', dueAt };
  if (dueAt > now) delete waiting.waitsFor; // only for its time now
  return waiting;
}

/** The client was lost again while an attempt was in flight: the next one comes forward to that loss. */
export function takeForward(task: Task, attemptStartedAt: Instant, plan: Plan): Task {
  if (task.state !== 'waiting' || task.lostAt <= attemptStartedAt) return task;
  const dueAt = plan.opening(task.lostAt + (plan.afterMs[0] ?? 0));
  return dueAt === undefined || dueAt >= task.dueAt ? task : { ...task, dueAt };
}

/**
 * The settings of its rule may have changed, or another rule takes it from now on. Attempts used stay used; a pause after
 * an attempt that used up nothing stays too. While an attempt is in flight only what comes after it changes.
 * @param lastUsed its last used attempt
 * @param lastEndedAt the end of its last attempt, used or not
 */
export function replan(
  task: Task,
  plan: Plan,
  lastUsed: Pick<Attempt, 'startedAt' | 'endedAt'> | undefined,
  now: Instant,
  lastEndedAt = Number.POSITIVE_INFINITY,
): Task {
  if (!isOpen(task)) return task;
  const planned = expiring({ ...task, rule: plan.rule, order: plan.order }, plan);
  if (task.state === 'calling') return planned;
  // It may have waited for an opening that comes sooner now.
  if (task.snoozes > 0)
    return wait(planned, Math.min(task.dueAt, lastEndedAt + pauseAfter(task.snoozes - 1, plan)), plan, now);
  const endedAt = lastUsed?.endedAt ?? Number.NEGATIVE_INFINITY;
  const afterLoss = task.countsFrom + (plan.afterMs[0] ?? 0);
  // Without a used attempt: since the loss, or since an admin's retry.
  if (task.attemptsUsed === 0 || task.countsFrom >= endedAt) return wait(planned, afterLoss, plan, now);
  const interval = plan.afterMs[task.attemptsUsed];
  if (interval === undefined) return close(planned, 'gave-up', 'attempts used up', now);
  const lostMeanwhile = task.countsFrom > (lastUsed?.startedAt ?? endedAt);
  return wait(planned, lostMeanwhile ? Math.min(afterLoss, endedAt + interval) : endedAt + interval, plan, now);
}

/** The same task with its expiry as the plan has it now. */
export function expiring(task: Task, plan: Plan): Task {
  const expiresAt = plan.expiry(task.countsFrom);
  const planned = { ...task };
  delete planned.expiresAt;
  return expiresAt === undefined ? planned : { ...planned, expiresAt };
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
  const closed: Task = { ...task, state, reason, closedAt: at, ...(closedBy !== undefined && { closedBy }) };
  delete closed.waitsFor;
  return closed;
}

/**
 * An admin wants it tried again, with all attempts unused and a new expiry: by its rule as if he had been lost now, or at
 * once, without the rule's first pause.
 */
export function reopen(task: Task, plan: Plan, now: Instant, atOnce = true): Task {
  const expiresAt = plan.expiry(now);
  const pause = plan.afterMs[0] ?? 0;
  // The first pause that was skipped stays so when the rules are looked at again.
  const countsFrom = atOnce ? now - pause : now;
  const open: Task = {
    ...task,
    state: 'waiting',
    attemptsUsed: 0,
    snoozes: 0,
    unreachable: 0,
    countsFrom,
    dueAt: plan.opening(countsFrom + pause) ?? now,
  };
  delete open.reason;
  delete open.closedBy;
  delete open.closedAt;
  delete open.expiresAt;
  delete open.waitsFor;
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

function times(loss: Loss, plan: Plan): Pick<Task, 'countsFrom' | 'dueAt' | 'expiresAt'> {
  const expiresAt = plan.expiry(loss.lostAt);
  const from = loss.lostAt + (plan.afterMs[0] ?? 0);
  // Never again open: it expires at once, when its time comes.
  const dueAt = plan.opening(from) ?? from;
  return { countsFrom: loss.lostAt, dueAt, ...(expiresAt !== undefined && { expiresAt }) };
}
