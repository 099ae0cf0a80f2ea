import Sqlite, { type Database } from 'better-sqlite3';
import { chmodSync } from 'node:fs';
import { migrate } from './migrate.js';
import { asStorageProblem, StorageProblem } from './problem.js';

/** How long a statement waits for a lock before it gives up, ms. Short: it blocks the event loop. */
const busyTimeout = 500;

/**
 * Opens (and makes, when missing) the database: WAL, so that readers don't hold up the writer; synchronous FULL, so that
 * what was committed survives a power cut.
 * @throws StorageProblem
 */
export function openDatabase(file: string, options: { readonly?: boolean } = {}): Database {
  const mask = process.umask(0o007);
  let database: Database | undefined;
  try {
    database = new Sqlite(file, { timeout: busyTimeout, ...options });
    if (options.readonly !== true) {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      // What is deleted is overwritten: a forgotten number can't be read from the file.
      database.pragma('secure_delete = ON');
      migrate(database, file);
    }
    return database;
  } catch (error) {
    database?.close();
    throw asStorageProblem(error, file);
  } finally {
    process.umask(mask);
  }
}

export interface WriterLock {
  release(): void;
}

/**
 * The right to write: held by the daemon while it runs, by the CLI while the daemon doesn't. It is an exclusive
 * transaction on a small file beside the database, so it dies with its process, however that ends.
 * @throws StorageProblem `in-use`
 */
export function lockForWriting(databaseFile: string): WriterLock {
  const file = `${databaseFile}.lock`;
  let lock: Database | undefined;
  try {
    lock = new Sqlite(file, { timeout: 0 });
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    chmodSync(file, 0o660);
  } catch (error) {
    lock?.close();
    const problem = asStorageProblem(error, file);
    if (!(problem instanceof StorageProblem) || problem.kind !== 'locked') throw problem;
    throw new StorageProblem(
      'in-use',
      `${databaseFile} is in use by another callbackd`,
      'only one daemon may run on a database: stop the other one, or give this one its own "database"',
    );
  }
  const held = lock;
  locks.add(held);
  return {
    release: () => {
      locks.delete(held);
      held.close();
    },
  };
}

/** The locks that this process holds: a handle that nobody refers to would be closed by the garbage collector. */
const locks = new Set<Database>();
