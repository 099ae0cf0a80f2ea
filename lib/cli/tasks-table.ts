import { formatSpan } from '../time/duration.js';
import { systemClock } from '../time/clock.js';
import { isOpen, type Task } from '../tasks/task.js';
import { clockTime, table } from './output.js';

/** The table of `tasks list`. */
export function tasksTable(found: readonly Task[], now = systemClock.now()): string {
  return table(
    ['task', 'client', 'name', 'lost', 'waited', 'rule', 'state', 'used', 'next / why'],
    found.map((task) => [
      String(task.id),
      task.client,
      task.name ?? '',
      clockTime(task.lostAt, now),
      task.byHand === true ? '' : formatSpan(task.waited * 1_000),
      task.rule,
      task.state,
      String(task.attemptsUsed),
      next(task, now),
    ]),
  );
}

function next(task: Task, now: number): string {
  if (!isOpen(task)) return task.reason ?? '';
  if (task.state === 'calling') return 'now';
  if (task.dueAt > now) return clockTime(task.dueAt, now);
  return task.waitsFor ?? 'as soon as possible';
}
