import { existsSync } from 'node:fs';
import { openDatabase } from './database.js';
import { asStorageProblem } from './problem.js';

/**
 * Copies a database as it is now, also while a daemon writes to it. Nothing is copied when there is none yet.
 * @throws StorageProblem
 */
export function copyDatabase(from: string, to: string): void {
  if (!existsSync(from)) return;
  const database = openDatabase(from, { readonly: true });
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    throw asStorageProblem(error, from);
  } finally {
    database.close();
  }
}
