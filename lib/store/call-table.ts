import type { Database, Statement } from 'better-sqlite3';
import type { CallOutcome, EndedCall } from '../calls/call.js';
import type { CallDecision, CallFilter, CallRecord, JournalEntry } from '../tasks/journal-store.js';
import type { Instant } from '../time/clock.js';

interface Row {
  id: number;
  call: string;
  decision: string;
  task: number | null;
  caller: string | null;
}

const columns = 'id, call, decision, task, caller';

export class CallTable {
  private readonly statements;

  constructor(private readonly database: Database) {
    this.statements = {
      insert: database.prepare<[Record<string, string | number | null>], { caller: string | null }>(
        `INSERT INTO calls (uuid, outcome, client, ended_at, action, rule, call, decision)
         SELECT @uuid, @outcome, @client, @endedAt, @action, @rule, @call, @decision
         WHERE NOT EXISTS (SELECT 1 FROM forgotten WHERE uuid = @uuid)
         ON CONFLICT (uuid) DO NOTHING RETURNING caller`,
      ),
      join: database.prepare<[number, string]>('UPDATE calls SET task = ? WHERE uuid = ?'),
      complete: database.prepare<[string, string]>('UPDATE calls SET call = ? WHERE uuid = ?'),
      byUuid: database.prepare<[string], Row>(`SELECT ${columns} FROM calls WHERE uuid = ?`),
      byId: database.prepare<[number], Row>(`SELECT ${columns} FROM calls WHERE id = ?`),
      known: database.prepare<[string, string]>(
        'SELECT 1 FROM calls WHERE uuid = ? UNION ALL SELECT 1 FROM forgotten WHERE uuid = ?',
      ),
      losses: database.prepare<[string, number], { count: number }>(
        `SELECT count(*) AS count FROM calls WHERE client = ? AND ended_at >= ? AND outcome <> 'answered'
         AND json_extract(decision, '$.blacklisted') IS NULL`,
      ),
      lossesSince: database.prepare<[string, number], { count: number }>(
        `SELECT count(*) AS count FROM calls WHERE caller = ? AND ended_at > ? AND outcome <> 'answered'
         AND json_extract(decision, '$.blacklisted') IS NULL`,
      ),
      latestLoss: database.prepare<[string], Row>(
        `SELECT ${columns} FROM calls WHERE caller = ? AND outcome <> 'answered'
         AND json_extract(decision, '$.blacklisted') IS NULL ORDER BY ended_at DESC, id DESC LIMIT 1`,
      ),
      lastMatch: database.prepare<[string], { at: Instant | null }>(
        'SELECT max(ended_at) AS at FROM calls WHERE rule = ?',
      ),
      ofCaller: database.prepare<[string], { uuid: string }>('SELECT uuid FROM calls WHERE caller = ?'),
      // Calls of an open task stay as long as it is open.
      old: database.prepare<[number, number], { uuid: string }>(
        `SELECT uuid FROM calls WHERE ended_at < ? AND NOT EXISTS
         (SELECT 1 FROM tasks WHERE tasks.id = calls.task AND tasks.closed_at IS NULL) LIMIT ?`,
      ),
      delete: database.prepare<[string]>('DELETE FROM calls WHERE uuid = ?'),
      leave: database.prepare<[number]>('UPDATE calls SET task = NULL WHERE task = ?'),
      forgotten: database.prepare<[string, Instant]>('INSERT OR IGNORE INTO forgotten (uuid, at) VALUES (?, ?)'),
      pruneForgotten: database.prepare<[Instant]>('DELETE FROM forgotten WHERE at < ?'),
    };
  }

  /** Whose call was inserted; undefined when the call is known already. */
  insert(call: EndedCall, decision: CallDecision, client: string | undefined): { caller: string | null } | undefined {
    return this.statements.insert.get({
      uuid: call.call,
      outcome: call.outcome,
      client: client ?? null,
      endedAt: Math.round(call.endedAt),
      action: decision.action,
      rule: decision.rule ?? null,
      call: JSON.stringify(call),
      decision: JSON.stringify(decision),
    });
  }

  join(uuid: string, task: number): void {
    this.statements.join.run(task, uuid);
  }

  complete(call: EndedCall): void {
    this.statements.complete.run(JSON.stringify(call), call.call);
  }

  /** Kept, or kept once and forgotten. */
  knows(uuid: string): boolean {
    return this.statements.known.get(uuid, uuid) !== undefined;
  }

  byUuid(uuid: string): CallRecord | undefined {
    const row = this.statements.byUuid.get(uuid);
    return row === undefined ? undefined : toRecord(row);
  }

  byId(id: number): JournalEntry | undefined {
    const row = this.statements.byId.get(id);
    return row === undefined ? undefined : toEntry(row);
  }

  /** Newest first. Every filter has an index that ends with the time, so that only the newest are read. */
  filtered({ outcomes, since, caller, place, limit }: CallFilter): JournalEntry[] {
    const conditions = ['ended_at >= @since'];
    if (caller !== undefined) conditions.push('caller = @caller');
    if (place !== undefined) conditions.push(place.includes(':') ? 'located = @place' : 'place = @place');
    if (outcomes !== undefined) conditions.push(outcomeIn(outcomes));
    const statement: Statement<[Record<string, string | number>], Row> = this.database.prepare(
      `SELECT ${columns} FROM calls WHERE ${conditions.join(' AND ')} ORDER BY ended_at DESC, id DESC LIMIT @limit`,
    );
    const given = { since: since ?? 0, limit: limit ?? 1_000, caller: caller ?? '', place: place ?? '' };
    return statement.all(given).map(toEntry);
  }

  latestLoss(caller: string): JournalEntry | undefined {
    const row = this.statements.latestLoss.get(caller);
    return row === undefined ? undefined : toEntry(row);
  }

  lastMatch(rule: string): Instant | undefined {
    return this.statements.lastMatch.get(rule)?.at ?? undefined;
  }

  countLosses(client: string, since: number): number {
    return this.statements.losses.get(client, since)?.count ?? 0;
  }

  countLossesAfter(caller: string, after: number): number {
    return this.statements.lossesSince.get(caller, after)?.count ?? 0;
  }

  /** Removes all calls of a caller; their UUIDs stay known. Returns how many there were. */
  forget(caller: string, now: Instant): number {
    const legs = this.statements.ofCaller.all(caller);
    for (const { uuid } of legs) {
      this.statements.forgotten.run(uuid, now);
      this.statements.delete.run(uuid);
    }
    return legs.length;
  }

  /** The task goes away. */
  leave(task: number): void {
    this.statements.leave.run(task);
  }

  prune(before: Instant, limit: number): number {
    const legs = this.statements.old.all(before, limit);
    for (const { uuid } of legs) this.statements.delete.run(uuid);
    this.statements.pruneForgotten.run(before);
    return legs.length;
  }
}

/** +outcome: several outcomes are read in the order of time, not each through its own index and then sorted. */
function outcomeIn(outcomes: readonly CallOutcome[]): string {
  return `${outcomes.length > 1 ? '+' : ''}outcome IN (${outcomes.map((outcome) => `'${outcome}'`).join(', ')})`;
}

function toRecord({ call, decision, task }: Row): CallRecord {
  return {
    call: JSON.parse(call) as EndedCall,
    decision: JSON.parse(decision) as CallDecision,
    task: task ?? undefined,
  };
}

function toEntry(row: Row): JournalEntry {
  return { id: row.id, ...toRecord(row), ...(row.caller !== null && { caller: row.caller }) };
}
