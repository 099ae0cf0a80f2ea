import type { Database } from 'better-sqlite3';
import type { Instant } from '../time/clock.js';
import { liveEntryOf } from './blacklist-table.js';

/** Each client's latest loss and latest conversation: who is unanswered is known without reading the history. */
export class ClientTable {
  private readonly statements;

  constructor(database: Database) {
    const unanswered = `lost_at > talked_at AND NOT ${liveEntryOf('clients.client')}`;
    this.statements = {
      lost: database.prepare<[string, Instant]>(
        `INSERT INTO clients (client, lost_at) VALUES (?, ?)
         ON CONFLICT (client) DO UPDATE SET lost_at = max(lost_at, excluded.lost_at)`,
      ),
      talked: database.prepare<[string, Instant]>(
        `INSERT INTO clients (client, talked_at) VALUES (?, ?)
         ON CONFLICT (client) DO UPDATE SET talked_at = max(talked_at, excluded.talked_at)`,
      ),
      of: database.prepare<[string], { talked_at: Instant }>('SELECT talked_at FROM clients WHERE client = ?'),
      unanswered: database.prepare<[Record<string, number>], { client: string; lost_at: Instant; talked_at: Instant }>(
        `SELECT client, lost_at, talked_at FROM clients WHERE ${unanswered} AND lost_at >= @since
         ORDER BY lost_at DESC, client LIMIT @limit`,
      ),
      count: database.prepare<[Record<string, number>], { count: number }>(
        `SELECT count(*) AS count FROM clients WHERE ${unanswered}`,
      ),
      forget: database.prepare<[string]>('DELETE FROM clients WHERE client = ?'),
      prune: database.prepare<[Instant]>(
        `DELETE FROM clients WHERE max(lost_at, talked_at) < ? AND NOT EXISTS
         (SELECT 1 FROM tasks WHERE tasks.client = clients.client AND state IN ('waiting', 'calling'))`,
      ),
    };
  }

  lost(client: string, at: Instant): void {
    this.statements.lost.run(client, Math.round(at));
  }

  talked(client: string, at: Instant): void {
    this.statements.talked.run(client, Math.round(at));
  }

  talkedAt(client: string): Instant | undefined {
    return this.statements.of.get(client)?.talked_at || undefined;
  }

  /** Newest loss first. */
  unanswered(now: Instant, since: Instant, limit: number): { client: string; lostAt: Instant; talkedAt: Instant }[] {
    return this.statements.unanswered
      .all({ now, since, limit })
      .map(({ client, lost_at: lostAt, talked_at: talkedAt }) => ({ client, lostAt, talkedAt }));
  }

  countUnanswered(now: Instant): number {
    return this.statements.count.get({ now })?.count ?? 0;
  }

  forget(client: string): void {
    this.statements.forget.run(client);
  }

  prune(before: Instant): void {
    this.statements.prune.run(before);
  }
}
