import type { Database } from 'better-sqlite3';
import type { TaskFilter } from '../tasks/store.js';
import type { Task, TaskState } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';
import { fromTask, toTask, type TaskRow } from './rows.js';

/** The tasks table. Each condition names a state literally, so that the partial indexes are used. */
export class TaskTable {
  private readonly columns = [
    'client', 'name', 'rule', 'rule_order', 'state', 'reason', 'requested', 'call', 'lost_at', 'waited', 'dialled', 'queue',
    'attempts_used', 'snoozes', 'unreachable', 'due_at', 'expires_at', 'created_at', 'closed_at',
  ]; // prettier-ignore
  private readonly statements;

  constructor(private readonly database: Database) {
    const { columns } = this;
    this.statements = {
      insert: database.prepare(
        `INSERT INTO tasks (${columns.join(', ')}) VALUES (${columns.map((c) => `@${c}`).join(', ')})`,
      ),
      update: database.prepare(`UPDATE tasks SET ${columns.map((c) => `${c} = @${c}`).join(', ')} WHERE id = @id`),
      byId: database.prepare<[number], TaskRow>('SELECT * FROM tasks WHERE id = ?'),
      openOf: database.prepare<[string], TaskRow>(
        "SELECT * FROM tasks WHERE client = ? AND state IN ('waiting', 'calling')",
      ),
      due: database.prepare<[Instant, string, number], TaskRow>(
        `SELECT * FROM tasks WHERE state = 'waiting' AND due_at <= ? AND rule NOT IN (SELECT value FROM json_each(?))
         ORDER BY rule_order, requested DESC, lost_at, id LIMIT ?`,
      ),
      nextDue: database.prepare<[string], { at: number | null }>(
        `SELECT min(due_at) AS at FROM tasks WHERE state = 'waiting' AND rule NOT IN (SELECT value FROM json_each(?))`,
      ),
      nextExpiry: database.prepare<[], { at: number | null }>(
        "SELECT min(expires_at) AS at FROM tasks WHERE state = 'waiting' AND expires_at IS NOT NULL",
      ),
      expired: database.prepare<[Instant], TaskRow>("SELECT * FROM tasks WHERE state = 'waiting' AND expires_at <= ?"),
      order: database.prepare<[number, string]>(
        "UPDATE tasks SET rule_order = ? WHERE rule = ? AND state IN ('waiting', 'calling')",
      ),
      count: database.prepare<[], { state: TaskState; count: number }>(
        'SELECT state, count(*) AS count FROM tasks GROUP BY state',
      ),
    };
  }

  insert(task: Omit<Task, 'id'>): Task {
    const { lastInsertRowid } = this.statements.insert.run(fromTask(task));
    return { id: Number(lastInsertRowid), ...task };
  }

  update(task: Task): void {
    this.statements.update.run({ ...fromTask(task), id: task.id });
  }

  byId(id: number): Task | undefined {
    return optional(this.statements.byId.get(id));
  }

  openOf(client: string): Task | undefined {
    return optional(this.statements.openOf.get(client));
  }

  due(now: Instant, fullRules: readonly string[], limit: number): Task[] {
    return this.statements.due.all(now, JSON.stringify(fullRules), limit).map(toTask);
  }

  nextDue(fullRules: readonly string[]): Instant | undefined {
    const due = this.statements.nextDue.get(JSON.stringify(fullRules))?.at ?? undefined;
    const expiry = this.statements.nextExpiry.get()?.at ?? undefined;
    return due === undefined || expiry === undefined ? (due ?? expiry) : Math.min(due, expiry);
  }

  expired(now: Instant): Task[] {
    return this.statements.expired.all(now).map(toTask);
  }

  orderRules(order: readonly { rule: string; order: number }[]): void {
    for (const { rule, order: place } of order) this.statements.order.run(place, rule);
  }

  filtered({ states, since, limit }: TaskFilter): Task[] {
    const conditions = ['created_at >= ?'];
    if (states !== undefined) conditions.push(`state IN (${states.map((state) => `'${state}'`).join(', ')})`);
    return this.database
      .prepare<[number, number], TaskRow>(
        `SELECT * FROM tasks WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
      )
      .all(since ?? 0, limit ?? 1_000)
      .map(toTask)
      .reverse();
  }

  count(): Record<TaskState, number> {
    const none = { waiting: 0, calling: 0, reached: 0, 'gave-up': 0, expired: 0, cancelled: 0 };
    return Object.assign(
      none,
      Object.fromEntries(this.statements.count.all().map(({ state, count }) => [state, count])),
    );
  }
}

function optional(row: TaskRow | undefined): Task | undefined {
  return row === undefined ? undefined : toTask(row);
}
