import type { Database } from 'better-sqlite3';
import type { EndedCall } from '../calls/call.js';
import type { CallDecision, CallRecord } from '../tasks/store.js';

export class CallTable {
  private readonly statements;

  constructor(database: Database) {
    this.statements = {
      insert: database.prepare(
        `INSERT INTO calls (uuid, outcome, client, ended_at, action, rule, call, decision)
         VALUES (@uuid, @outcome, @client, @endedAt, @action, @rule, @call, @decision) ON CONFLICT (uuid) DO NOTHING`,
      ),
      join: database.prepare<[number, string]>('UPDATE calls SET task = ? WHERE uuid = ?'),
      complete: database.prepare<[string, string]>('UPDATE calls SET call = ? WHERE uuid = ?'),
      byUuid: database.prepare<[string], { call: string; decision: string; task: number | null }>(
        'SELECT call, decision, task FROM calls WHERE uuid = ?',
      ),
      losses: database.prepare<[string, number], { count: number }>(
        "SELECT count(*) AS count FROM calls WHERE client = ? AND ended_at >= ? AND outcome <> 'answered'",
      ),
    };
  }

  /** False when it is known already. */
  insert(call: EndedCall, decision: CallDecision, client: string | undefined): boolean {
    const { changes } = this.statements.insert.run({
      uuid: call.call,
      outcome: call.outcome,
      client: client ?? null,
      endedAt: Math.round(call.endedAt),
      action: decision.action,
      rule: decision.rule ?? null,
      call: JSON.stringify(call),
      decision: JSON.stringify(decision),
    });
    return changes === 1;
  }

  join(uuid: string, task: number): void {
    this.statements.join.run(task, uuid);
  }

  complete(call: EndedCall): void {
    this.statements.complete.run(JSON.stringify(call), call.call);
  }

  byUuid(uuid: string): CallRecord | undefined {
    const row = this.statements.byUuid.get(uuid);
    if (row === undefined) return undefined;
    return {
      call: JSON.parse(row.call) as EndedCall,
      decision: JSON.parse(row.decision) as CallDecision,
      task: row.task ?? undefined,
    };
  }

  countLosses(client: string, since: number): number {
    return this.statements.losses.get(client, since)?.count ?? 0;
  }
}
