/** An office without a daemon: the admin's files, a database, and the commands on it. */
import { join } from 'node:path';
import { openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import { folderWith } from '../config/temporary-folder.js';
import { cli, type Seen } from './cli.js';

export class OfficeFiles {
  readonly folder = folderWith({ 'callbackd.json': '{"country": "RU", "timezone": "Europe/Moscow"}' });
  readonly database = join(this.folder, 'callbackd.db');

  run(...args: string[]): Promise<Seen> {
    return cli(...args, '--config', join(this.folder, 'callbackd.json'));
  }

  inDatabase<T>(work: (store: SqliteStore) => T): T {
    const store = new SqliteStore(openDatabase(this.database), this.database);
    try {
      return work(store);
    } finally {
      store.close();
    }
  }
}
