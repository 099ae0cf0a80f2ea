/** Tasks, losses and plans made up for specs. */
import type { Loss } from '../../lib/tasks/life-cycle.js';
import type { Plan, Task } from '../../lib/tasks/task.js';

export const noon = Date.UTC(2026, 10, 20, 12);
export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;

/** Tried at once, after 5 and after 15 minutes; expires after 8 h; always open. */
export function plan(changes: Partial<Plan> = {}): Plan {
  return {
    rule: 'all',
    order: 0,
    afterMs: [0, 5 * minute, 15 * minute],
    snoozeMs: [30 * second, minute, 2 * minute],
    expiry: (from) => from + 8 * hour,
    opening: (from) => from,
    ...changes,
  };
}

export function loss(changes: Partial<Loss> = {}): Loss {
  return { client: '+74951230001', call: 'leg-1', lostAt: noon, waited: 12, requested: false, ...changes };
}

export function task(changes: Partial<Task> = {}): Task {
  return {
    id: 7,
    client: '+74951230001',
    rule: 'all',
    order: 0,
    state: 'waiting',
    requested: false,
    call: 'leg-1',
    lostAt: noon,
    waited: 12,
    countsFrom: noon,
    attemptsUsed: 0,
    snoozes: 0,
    unreachable: 0,
    dueAt: noon,
    expiresAt: noon + 8 * hour,
    createdAt: noon,
    ...changes,
  };
}

export function calling(changes: Partial<Task> = {}): Task {
  return task({ state: 'calling', ...changes });
}

/** A copy without some of its fields. */
export function without<T extends object, K extends keyof T>(whole: T, ...fields: K[]): Omit<T, K> {
  const copy = { ...whole };
  for (const field of fields) delete copy[field];
  return copy;
}
