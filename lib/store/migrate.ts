import type { Database } from 'better-sqlite3';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../config/package-root.js';
import { StorageProblem } from './problem.js';

/**
 * Brings the database to the newest schema: the numbered SQL files of migrations/ in order, each in a transaction of
 * its own, `user_version` being the number of the last one.
 */
export function migrate(database: Database, file: string): void {
  const folder = packageFile('lib', 'store', 'migrations');
  const scripts = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > scripts.length)
    throw new StorageProblem(
      'too-new',
      `${file} has schema ${version}, this callbackd knows up to ${scripts.length}`,
      'it was written by a newer callbackd: install that one',
    );
  for (const [index, name] of scripts.entries()) {
    if (index < version) continue;
    database
      .transaction(() => {
        database.exec(readFileSync(join(folder, name), 'utf8'));
        database.pragma(`user_version = ${index + 1}`);
      })
      .immediate();
  }
}
