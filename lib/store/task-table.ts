import type { Database } from 'better-sqlite3';
import type { TaskFilter } from '../tasks/store.js';
import { isOpen, type Task, type TaskState } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';
import { fromTask, toTask, type TaskRow } from './rows.js';

/** The tasks table. Each condition names a state literally, so that the partial indexes are used. */
export class TaskTable {
  private readonly columns = [
    'client', 'name', 'rule', 'rule_order', 'state', 'reason', 'requested', 'call', 'lost_at', 'waited', 'dialled', 'queue',
    'attempts_used', 'snoozes', 'unreachable', 'due_at', 'expires_at', 'created_at', 'closed_at', 'closed_by', 'counts_from', 'waits_for', 'by_hand',
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
      latestOf: database.prepare<[string], TaskRow>('SELECT * FROM tasks WHERE client = ? ORDER BY id DESC LIMIT 1'),
      idsOf: database.prepare<[string], { id: number; state: TaskState }>(
        'SELECT id, state FROM tasks WHERE client = ?',
      ),
      old: database.prepare<[Instant, number], { id: number }>('SELECT id FROM tasks WHERE closed_at < ? LIMIT ?'),
      delete: database.prepare<[number]>('DELETE FROM tasks WHERE id = ?'),
      due: database.prepare<[Instant, string, string, number], TaskRow>(
        `SELECT * FROM tasks WHERE state = 'waiting' AND due_at <= ? AND rule NOT IN (SELECT value FROM json_each(?))
         AND id NOT IN (SELECT value FROM json_each(?))
         ORDER BY rule_order, requested DESC, lost_at, id LIMIT ?`,
      ),
      nextDue: database.prepare<[string, string], { at: number | null }>(
        `SELECT min(due_at) AS at FROM tasks WHERE state = 'waiting' AND rule NOT IN (SELECT value FROM json_each(?))
         AND id NOT IN (SELECT value FROM json_each(?))`,
      ),
      nextExpiry: database.prepare<[], { at: number | null }>(
        "SELECT min(expires_at) AS at FROM tasks WHERE state = 'waiting' AND expires_at IS NOT NULL",
      ),
      waitsFor: database.prepare<[string | null, number]>(
        "UPDATE tasks SET waits_for = ? WHERE id = ? AND state = 'waiting'",
      ),
      expired: database.prepare<[Instant], TaskRow>("SELECT * FROM tasks WHERE state = 'waiting' AND expires_at <= ?"),
      order: database.prepare<[number, string]>(
        "UPDATE tasks SET rule_order = ? WHERE rule = ? AND state IN ('waiting', 'calling')",
      ),
      byRule: database.prepare<[], { rule: string; count: number }>(
        "SELECT rule, count(*) AS count FROM tasks WHERE state IN ('waiting', 'calling') GROUP BY rule",
      ),
      count: database.prepare<[], { state: TaskState; count: number }>(
        `SELECT state, count(*) AS count FROM tasks WHERE closed_at IS NOT NULL GROUP BY state UNION ALL
         SELECT state, count(*) AS count FROM tasks WHERE state IN ('waiting', 'calling') GROUP BY state`,
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

  due(now: Instant, fullRules: readonly string[], limit: number, passedOver: readonly number[] = []): Task[] {
    return this.statements.due.all(now, JSON.stringify(fullRules), JSON.stringify(passedOver), limit).map(toTask);
  }

  nextDue(fullRules: readonly string[], passedOver: readonly number[] = []): Instant | undefined {
    const due = this.statements.nextDue.get(JSON.stringify(fullRules), JSON.stringify(passedOver))?.at ?? undefined;
    const expiry = this.nextExpiry();
    return due === undefined || expiry === undefined ? (due ?? expiry) : Math.min(due, expiry);
  }

  noteWaits(waits: ReadonlyMap<number, string | undefined>): void {
    for (const [id, what] of waits) this.statements.waitsFor.run(what ?? null, id);
  }

  nextExpiry(): Instant | undefined {
    return this.statements.nextExpiry.get()?.at ?? undefined;
  }

  expired(now: Instant): Task[] {
    return this.statements.expired.all(now).map(toTask);
  }

  orderRules(order: readonly { rule: string; order: number }[]): void {
    for (const { rule, order: place } of order) this.statements.order.run(place, rule);
  }

  filtered(filter: TaskFilter): Task[] {
    return filter.after === undefined ? this.latest(filter) : this.page(filter.after, filter);
  }

  private latest({ states, since, limit }: TaskFilter): Task[] {
    // Conditions and order as the indexes have them: a long history of closed tasks is not read.
    const byTime = since !== undefined && states?.every((state) => isOpen({ state })) !== true;
    const conditions = [`${byTime ? '' : '+'}created_at >= @since`];
    if (states !== undefined) conditions.push(`state IN (${states.map((state) => `'${state}'`).join(', ')})`);
    const order = byTime ? 'created_at DESC, id DESC' : 'id DESC';
    return this.database
      .prepare<[Record<string, number>], TaskRow>(
        `SELECT * FROM tasks WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT @limit`,
      )
      .all({ since: since ?? 0, limit: limit ?? 1_000 })
      .map(toTask)
      .reverse();
  }

  /** In the order of their numbers; open ones through their own index, all others through the primary key. */
  private page(after: number, { states, since, limit }: TaskFilter): Task[] {
    const open = states?.every((state) => isOpen({ state })) === true;
    const conditions = [`${open ? '+' : ''}id > @after`, '+created_at >= @since'];
    if (states !== undefined)
      conditions.push(`${open ? '' : '+'}state IN (${states.map((state) => `'${state}'`).join(', ')})`);
    return this.database
      .prepare<[Record<string, number>], TaskRow>(
        `SELECT * FROM tasks WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT @limit`,
      )
      .all({ after, since: since ?? 0, limit: limit ?? 1_000 })
      .map(toTask);
  }

  latestOf(client: string): Task | undefined {
    return optional(this.statements.latestOf.get(client));
  }

  idsOf(client: string): { id: number }[] {
    return this.statements.idsOf.all(client);
  }

  /** Tasks that were closed before. */
  old(before: Instant, limit: number): number[] {
    return this.statements.old.all(before, limit).map(({ id }) => id);
  }

  delete(id: number): void {
    this.statements.delete.run(id);
  }

  openByRule(): Map<string, number> {
    return new Map(this.statements.byRule.all().map(({ rule, count }) => [rule, count]));
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
