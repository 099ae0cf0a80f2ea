import type { Database } from 'better-sqlite3';
import type { AttemptEnd } from '../tasks/store.js';
import type { Attempt } from '../tasks/task.js';
import { toAttempt, type AttemptRow } from './rows.js';

export class AttemptTable {
  private readonly statements;

  constructor(database: Database) {
    this.statements = {
      insert: database.prepare<[Record<string, string | number>], AttemptRow>(
        `INSERT INTO attempts (task, number, started_at, employee_leg, client_leg, job, core_uuid, target)
         VALUES (@task, (SELECT count(*) + 1 FROM attempts WHERE task = @task),
                 @startedAt, @employeeLeg, @clientLeg, @job, @coreUuid, @target) RETURNING *`,
      ),
      end: database.prepare<[Record<string, string | number | null>], AttemptRow>(
        `UPDATE attempts SET ended_at = @endedAt, outcome = @outcome, cause = @cause, employee = @employee, talk_ms = @talkMs
         WHERE id = @id AND ended_at IS NULL RETURNING *`,
      ),
      // +id: sorted, not read in the order of ids through the whole history.
      open: database.prepare<[], AttemptRow>('SELECT * FROM attempts WHERE ended_at IS NULL ORDER BY +id'),
      ofTask: database.prepare<[number], AttemptRow>('SELECT * FROM attempts WHERE task = ? ORDER BY id'),
      delete: database.prepare<[number]>('DELETE FROM attempts WHERE task = ?'),
      last: database.prepare<[number], AttemptRow & { client: string }>(
        `SELECT attempts.*, tasks.client FROM attempts JOIN tasks ON tasks.id = attempts.task
         WHERE ended_at IS NOT NULL ORDER BY attempts.id DESC LIMIT ?`,
      ),
    };
  }

  insert(attempt: Omit<Attempt, 'id' | 'number'>): Attempt {
    const { task, startedAt, employeeLeg, clientLeg, job, coreUuid, target } = attempt;
    return toAttempt(this.statements.insert.get({ task, startedAt, employeeLeg, clientLeg, job, coreUuid, target })!);
  }

  /** The attempt as it ended, or undefined when it had ended already. */
  end(id: number, { endedAt, outcome, cause, employee, talkMs }: AttemptEnd): Attempt | undefined {
    const row = this.statements.end.get({
      id,
      endedAt,
      outcome,
      cause: cause ?? null,
      employee: employee ?? null,
      talkMs: talkMs === undefined ? null : Math.round(talkMs),
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

  ofTask(task: number): Attempt[] {
    return this.statements.ofTask.all(task).map(toAttempt);
  }

  last(limit: number): (Attempt & { client: string })[] {
    return this.statements.last.all(limit).map((row) => ({ ...toAttempt(row), client: row.client }));
  }
}
