import type { Database } from 'better-sqlite3';
import type { AttemptEnd } from '../tasks/store.js';
import type { Attempt } from '../tasks/task.js';
import { toAttempt, type AttemptRow } from './rows.js';

export class AttemptTable {
  private readonly statements;

  constructor(database: Database) {
    this.statements = {
      insert: database.prepare<[Record<string, string | number | null>], AttemptRow>(
        `INSERT INTO attempts (task, number, started_at, employee_leg, client_leg, job, core_uuid, target, phones)
         VALUES (@task, (SELECT count(*) + 1 FROM attempts WHERE task = @task),
                 @startedAt, @employeeLeg, @clientLeg, @job, @coreUuid, @target, @phones) RETURNING *`,
      ),
      end: database.prepare<[Record<string, string | number | null>], AttemptRow>(
        `UPDATE attempts SET ended_at = @endedAt, outcome = @outcome, cause = @cause, employee = @employee, talk_ms = @talkMs, dialled_at = @dialledAt
         WHERE id = @id AND ended_at IS NULL RETURNING *`,
      ),
      // +id: sorted, not read in the order of ids through the whole history.
      open: database.prepare<[], AttemptRow>('SELECT * FROM attempts WHERE ended_at IS NULL ORDER BY +id'),
      countOpen: database.prepare<[], { count: number }>(
        'SELECT count(*) AS count FROM attempts WHERE ended_at IS NULL',
      ),
      ofTask: database.prepare<[number], AttemptRow>('SELECT * FROM attempts WHERE task = ? ORDER BY id'),
      dialledAt: database.prepare<[number], { at: number }>(
        'SELECT dialled_at AS at FROM attempts WHERE dialled_at IS NOT NULL ORDER BY dialled_at DESC LIMIT 1 OFFSET ?',
      ),
      // +dialled_at: only the client's own attempts are read, not those of all clients in the order of time.
      dialledAtOf: database.prepare<[string, number], { at: number }>(
        `SELECT dialled_at AS at FROM attempts WHERE task IN (SELECT id FROM tasks WHERE client = ?)
         AND +dialled_at IS NOT NULL ORDER BY +dialled_at DESC LIMIT 1 OFFSET ?`,
      ),
      delete: database.prepare<[number]>('DELETE FROM attempts WHERE task = ?'),
      last: database.prepare<[number], AttemptRow & { client: string }>(
        `SELECT attempts.*, tasks.client FROM attempts JOIN tasks ON tasks.id = attempts.task
         WHERE ended_at IS NOT NULL ORDER BY attempts.id DESC LIMIT ?`,
      ),
    };
  }

  insert(attempt: Omit<Attempt, 'id' | 'number'>): Attempt {
    const { task, startedAt, employeeLeg, clientLeg, job, coreUuid, target } = attempt;
    const phones = attempt.phones === undefined ? null : JSON.stringify(attempt.phones);
    return toAttempt(
      this.statements.insert.get({ task, startedAt, employeeLeg, clientLeg, job, coreUuid, target, phones })!,
    );
  }

  /** The attempt as it ended, or undefined when it had ended already. */
  end(id: number, { endedAt, outcome, cause, employee, talkMs, dialledAt }: AttemptEnd): Attempt | undefined {
    const row = this.statements.end.get({
      id,
      endedAt,
      outcome,
      cause: cause ?? null,
      employee: employee ?? null,
      talkMs: talkMs === undefined ? null : Math.round(talkMs),
      dialledAt: dialledAt === undefined ? null : Math.round(dialledAt),
    });
    return row === undefined ? undefined : toAttempt(row);
  }

  /** Removes the attempts of a task; returns how many there were. */
  delete(task: number): number {
    return this.statements.delete.run(task).changes;
  }

  open(): Attempt[] {
    return this.statements.open.all().map(toAttempt);
  }

  countOpen(): number {
    return this.statements.countOpen.get()!.count;
  }

  dialledAt(nth: number, client?: string): number | undefined {
    const { dialledAt, dialledAtOf } = this.statements;
    return (client === undefined ? dialledAt.get(nth - 1) : dialledAtOf.get(client, nth - 1))?.at;
  }

  ofTask(task: number): Attempt[] {
    return this.statements.ofTask.all(task).map(toAttempt);
  }

  last(limit: number): (Attempt & { client: string })[] {
    return this.statements.last.all(limit).map((row) => ({ ...toAttempt(row), client: row.client }));
  }
}
