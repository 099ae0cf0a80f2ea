import type { Attempt, Task } from '../tasks/task.js';

/** Rows as SQLite gives them, and the mapping to the domain's objects: absent fields are NULL. */
export interface TaskRow {
  id: number;
  client: string;
  name: string | null;
  rule: string;
  rule_order: number;
  state: string;
  reason: string | null;
  closed_by: string | null;
  requested: number;
  call: string;
  lost_at: number;
  waited: number;
  dialled: string | null;
  queue: string | null;
  counts_from: number | null;
  attempts_used: number;
  snoozes: number;
  unreachable: number;
  due_at: number;
  waits_for: string | null;
  by_hand: number | null;
  expires_at: number | null;
  created_at: number;
  closed_at: number | null;
}

export function toTask(row: TaskRow): Task {
  return known({
    id: row.id,
    client: row.client,
    name: row.name,
    rule: row.rule,
    order: row.rule_order,
    state: row.state,
    reason: row.reason,
    closedBy: row.closed_by,
    requested: row.requested === 1,
    call: row.call,
    lostAt: row.lost_at,
    waited: row.waited,
    dialled: row.dialled,
    queue: row.queue,
    countsFrom: row.counts_from ?? row.lost_at,
    attemptsUsed: row.attempts_used,
    snoozes: row.snoozes,
    unreachable: row.unreachable,
    dueAt: row.due_at,
    waitsFor: row.waits_for,
    byHand: row.by_hand === 1 ? true : null,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    closedAt: row.closed_at,
  }) as unknown as Task;
}

export function fromTask(task: Omit<Task, 'id'>): Omit<TaskRow, 'id'> {
  return {
    client: task.client,
    name: task.name ?? null,
    rule: task.rule,
    rule_order: task.order,
    state: task.state,
    reason: task.reason ?? null,
    closed_by: task.closedBy ?? null,
    requested: task.requested ? 1 : 0,
    call: task.call,
    lost_at: task.lostAt,
    waited: task.waited,
    dialled: task.dialled ?? null,
    queue: task.queue ?? null,
    counts_from: task.countsFrom,
    attempts_used: task.attemptsUsed,
    snoozes: task.snoozes,
    unreachable: task.unreachable,
    due_at: task.dueAt,
    waits_for: task.waitsFor ?? null,
    by_hand: task.byHand === true ? 1 : null,
    expires_at: task.expiresAt ?? null,
    created_at: task.createdAt,
    closed_at: task.closedAt ?? null,
  };
}

export interface AttemptRow {
  id: number;
  task: number;
  number: number;
  started_at: number;
  employee_leg: string;
  client_leg: string;
  job: string;
  core_uuid: string;
  target: string;
  phones: string | null;
  ended_at: number | null;
  outcome: string | null;
  cause: string | null;
  employee: string | null;
  talk_ms: number | null;
  dialled_at: number | null;
}

export function toAttempt(row: AttemptRow): Attempt {
  return known({
    id: row.id,
    task: row.task,
    number: row.number,
    startedAt: row.started_at,
    employeeLeg: row.employee_leg,
    clientLeg: row.client_leg,
    job: row.job,
    coreUuid: row.core_uuid,
    target: row.target,
    phones: row.phones === null ? null : (JSON.parse(row.phones) as Attempt['phones']),
    endedAt: row.ended_at,
    outcome: row.outcome,
    cause: row.cause,
    employee: row.employee,
    talkMs: row.talk_ms,
    dialledAt: row.dialled_at,
  }) as unknown as Attempt;
}

function known(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
