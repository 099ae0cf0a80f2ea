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
  const scripts = migrationScripts();
  // Read inside the transaction: another process may be migrating the same new file.
  database.transaction(() => upgrade(database, file, folder(), scripts)).immediate();
}

/** The schema that this callbackd knows: the number of its last migration. */
export function newestSchema(): number {
  return migrationScripts().length;
}

function migrationScripts(): string[] {
  return readdirSync(folder())
    .filter((name) => name.endsWith('.sql'))
    .sort();
}

function folder(): string {
  return packageFile('lib', 'store', 'migrations');
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
