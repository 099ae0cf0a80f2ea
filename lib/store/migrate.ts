import type { Database } from 'better-sqlite3';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFile } from '../config/package-root.js';
import { StorageProblem } from './problem.js';

/**
 * Brings the database to the newest schema: the numbered SQL files of migrations/ in order, all or none of them;
 * `user_version` is the number of the last one.
 */
export function migrate(database: Database, file: string): void {
  const folder = packageFile('lib', 'store', 'migrations');
  const scripts = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  // Read inside the transaction: another process may be migrating the same new file.
  database.transaction(() => upgrade(database, file, folder, scripts)).immediate();
}

function upgrade(database: Database, file: string, folder: string, scripts: readonly string[]): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > scripts.length)
    throw new StorageProblem(
      'too-new',
      `${file} has schema ${version}, this callbackd knows up to ${scripts.length}`,
      'it was written by a newer callbackd: install that one',
    );
  for (const name of scripts.slice(version)) database.exec(readFileSync(join(folder, name), 'utf8'));
  if (version < scripts.length) database.pragma(`user_version = ${scripts.length}`);
}
