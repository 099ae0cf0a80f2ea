import { join } from 'node:path';
import { openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import { folderWith } from '../config/temporary-folder.js';
import { storeContract } from './contract.js';
import { MemoryStore, Shelf } from './memory-store.js';

storeContract('the SQLite store', () => {
  const file = join(folderWith({}), 'callbackd.db');
  const reopen = () => new SqliteStore(openDatabase(file), file);
  return { store: reopen(), reopen };
});

storeContract('the store in memory, for specs', () => {
  const shelf = new Shelf();
  return { store: new MemoryStore(shelf), reopen: () => new MemoryStore(shelf) };
});
