/** A task as `tasks export` writes it. The columns are documented in docs/export.md and stay as they are. */
import type { TaskDetail } from '../tasks/admin.js';
import { outcomes } from '../tasks/outcome.js';
import { plain } from './output.js';
import { placeText } from './place.js';

export type ExportedTask = Record<(typeof columns)[number], string | number | boolean | undefined>;

/** In their order. New ones come at the end. */
export const columns = [
  'task', 'client', 'name', 'state', 'reason', 'rule', 'by_hand', 'requested', 'lost_at', 'place', 'dialled', 'waited_s', 'attempts', 'attempts_used',
  'last_attempt_at', 'last_outcome', 'employee', 'talk_s', 'due_at', 'waits_for', 'expires_at', 'created_at', 'closed_at',
] as const; // prettier-ignore

/** Times are ISO 8601 in UTC. What is not known is undefined. Texts from outside are made plain. */
export function exportedTask({ task, attempts, loss }: TaskDetail): ExportedTask {
  const last = attempts.at(-1);
  const talked = attempts.findLast(({ talkMs }) => talkMs !== undefined);
  const answered = attempts.findLast(({ employee }) => employee !== undefined);
  const open = task.state === 'waiting';
  return {
    task: task.id,
    client: task.client,
    name: text(task.name),
    state: task.state,
    reason: task.reason,
    rule: task.rule,
    by_hand: task.byHand === true || loss?.decision.byHand === true,
    requested: task.requested,
    lost_at: time(task.lostAt),
    place: loss === undefined ? undefined : placeText(loss.call),
    dialled: text(task.dialled),
    waited_s: task.waited,
    attempts: attempts.filter(({ outcome }) => outcome === undefined || outcomes[outcome] !== 'stopped').length,
    attempts_used: task.attemptsUsed,
    last_attempt_at: time(last?.startedAt),
    last_outcome: last?.outcome,
    employee: text(answered?.employee),
    talk_s: talked?.talkMs === undefined ? undefined : Math.round(talked.talkMs / 1_000),
    due_at: open ? time(task.dueAt) : undefined,
    waits_for: text(task.waitsFor),
    expires_at: time(task.expiresAt),
    created_at: time(task.createdAt),
    closed_at: time(task.closedAt),
  };
}

function time(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

function text(given: string | undefined): string | undefined {
  return given === undefined ? undefined : plain(given);
}
