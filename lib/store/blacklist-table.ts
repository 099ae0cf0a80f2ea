import type { Database } from 'better-sqlite3';
import type { BlacklistEntry } from '../tasks/blacklist-store.js';
import type { Instant } from '../time/clock.js';

interface Row {
  pattern: string;
  reason: string | null;
  added_at: Instant;
  expires_at: Instant | null;
}

const live = '(expires_at IS NULL OR expires_at > @now)';

/** SQL: whether a column's number falls under an entry that counts at @now. Patterns hold only + * and digits. */
export function liveEntryOf(column: string): string {
  return `(EXISTS (SELECT 1 FROM blacklist WHERE pattern = ${column} AND ${live})
    OR EXISTS (SELECT 1 FROM blacklist WHERE wild = 1 AND ${column} GLOB pattern AND ${live}))`;
}

export class BlacklistTable {
  private readonly statements;

  constructor(database: Database) {
    this.statements = {
      put: database.prepare<[Record<string, string | number | null>]>(
        `INSERT INTO blacklist (pattern, wild, reason, added_at, expires_at) VALUES (@pattern, @wild, @reason, @addedAt, @expiresAt)
         ON CONFLICT (pattern) DO UPDATE SET reason = excluded.reason, added_at = excluded.added_at, expires_at = excluded.expires_at`,
      ),
      remove: database.prepare<[string]>('DELETE FROM blacklist WHERE pattern = ?'),
      all: database.prepare<[{ now: Instant }], Row>(`SELECT * FROM blacklist WHERE ${live} ORDER BY pattern`),
      exact: database.prepare<[Record<string, string | number>], Row>(
        `SELECT * FROM blacklist WHERE pattern = @number AND ${live}`,
      ),
      wild: database.prepare<[Record<string, string | number>], Row>(
        `SELECT * FROM blacklist WHERE wild = 1 AND @number GLOB pattern AND ${live} ORDER BY pattern LIMIT 1`,
      ),
      prune: database.prepare<[Instant]>('DELETE FROM blacklist WHERE expires_at < ?'),
    };
  }

  put({ pattern, reason, addedAt, expiresAt }: BlacklistEntry): void {
    this.statements.put.run({
      pattern,
      wild: pattern.includes('*') ? 1 : 0,
      reason: reason ?? null,
      addedAt,
      expiresAt: expiresAt ?? null,
    });
  }

  remove(pattern: string): boolean {
    return this.statements.remove.run(pattern).changes === 1;
  }

  all(now: Instant): BlacklistEntry[] {
    return this.statements.all.all({ now }).map(toEntry);
  }

  of(numbers: readonly string[], now: Instant): BlacklistEntry | undefined {
    for (const statement of [this.statements.exact, this.statements.wild])
      for (const number of numbers) {
        const row = statement.get({ number, now });
        if (row !== undefined) return toEntry(row);
      }
    return undefined;
  }

  prune(before: Instant): void {
    this.statements.prune.run(before);
  }
}

function toEntry({ pattern, reason, added_at: addedAt, expires_at: expiresAt }: Row): BlacklistEntry {
  return { pattern, addedAt, ...(reason !== null && { reason }), ...(expiresAt !== null && { expiresAt }) };
}
