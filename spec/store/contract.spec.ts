import { join } from 'node:path';
import { openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import { folderWith } from '../config/temporary-folder.js';
import { storeContract, type Engine } from './contract.js';
import { journalContract } from './journal-contract.js';
import { MemoryStore, Shelf } from './memory-store.js';

const engines: [name: string, open: () => Engine][] = [
  [
    'the SQLite store',
    () => {
      const file = join(folderWith({}), 'callbackd.db');
      const reopen = () => new SqliteStore(openDatabase(file), file);
      return { store: reopen(), reopen };
    },
  ],
  [
    'the store in memory, for specs',
    () => {
      const shelf = new Shelf();
      return { store: new MemoryStore(shelf), reopen: () => new MemoryStore(shelf) };
    },
  ],
];

for (const [name, open] of engines) {
  storeContract(name, open);
  journalContract(`${name}: history`, open);
}
