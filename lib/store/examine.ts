import Sqlite, { type Database } from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { openDatabase } from './database.js';
import { newestSchema } from './migrate.js';
import { asStorageProblem, StorageProblem } from './problem.js';

/** What doctor sees of a database, without writing to it: a running daemon is not disturbed. */
export interface Examined {
  /** What `PRAGMA quick_check` says first; "ok" when the file is intact. */
  check: string;
  schema: number;
  /** The schema that this callbackd knows. */
  newest: number;
  /** Clients' calls on record, and when the latest one was taken down ended; ms since 1970 UTC. */
  latestCallEndedAt?: number;
}

/** Reads all of the file (a second or two for a million calls). @throws StorageProblem; undefined when there is no file yet. */
export function examineDatabase(file: string): Examined | undefined {
  if (!existsSync(file)) return undefined;
  const database = openDatabase(file, { readonly: true });
  try {
    const check = database.pragma('quick_check(1)', { simple: true }) as string;
    const schema = database.pragma('user_version', { simple: true }) as number;
    const latestCallEndedAt = schema === 0 ? undefined : latestCall(database);
    return { check, schema, newest: newestSchema(), ...(latestCallEndedAt !== undefined && { latestCallEndedAt }) };
  } catch (error) {
    throw asStorageProblem(error, file);
  } finally {
    database.close();
  }
}

function latestCall(database: Database): number | undefined {
  const row = database.prepare('SELECT ended_at FROM calls ORDER BY id DESC LIMIT 1').get();
  return (row as { ended_at: number } | undefined)?.ended_at;
}

/**
 * True while somebody holds the right to write (`lockForWriting`). Only looks: a lock of its own, however short, could
 * keep a daemon from starting, so it reads the lock's file, which an exclusive transaction forbids.
 * @throws StorageProblem when that file can't be looked at
 */
export function isWriterLockHeld(databaseFile: string): boolean {
  const file = `${databaseFile}.lock`;
  if (!existsSync(file)) return false;
  let lock: Database | undefined;
  try {
    lock = new Sqlite(file, { timeout: 0, readonly: true });
    lock.pragma('schema_version');
    return false;
  } catch (error) {
    const problem = asStorageProblem(error, file);
    if (problem instanceof StorageProblem && problem.kind === 'locked') return true;
    throw problem;
  } finally {
    lock?.close();
  }
}
