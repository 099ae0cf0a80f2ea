import { describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { lockForWriting, openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import { folderWith } from '../config/temporary-folder.js';
import { lostCall, newTask, taskOf } from './contract.js';
import { problemOf } from './problem-of.js';

const newFile = (): string => join(folderWith({}), 'callbackd.db');

/** A database with many tasks in it, closed. */
function filled(): string {
  const file = newFile();
  const store = new SqliteStore(openDatabase(file), file);
  for (let at = 0; at < 200; at += 1) taskOf(store, `client ${at}`);
  store.close();
  return file;
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

describe('a new database', () => {
  it('is made, durable, and not readable by everybody', () => {
    const former = process.umask(0);
    try {
      const file = newFile();
      const lock = lockForWriting(file);
      const database = openDatabase(file);
      const settings = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) =>
        database.pragma(name, { simple: true }),
      );
      expect(settings).toEqual(['wal', 2, 1]);
      for (const name of ['', '-wal', '-shm', '.lock'])
        expect([name, statSync(`${file}${name}`).mode & 0o007]).toEqual([name, 0]);
      expect(process.umask()).toBe(0);
      database.close();
      lock.release();
    } finally {
      process.umask(former);
    }
  });

  it('refuses rows that no life cycle makes', () => {
    const file = newFile();
    const store = new SqliteStore(openDatabase(file), file);
    const closed = { ...newTask(), state: 'reached' } as const;
    expect(problemOf(() => store.takeCall(lostCall(), { action: 'none', reasons: [] }, 'a', () => closed)).kind).toBe(
      'conflict',
    );
    store.close();
  });
});

describe('a forgotten client', () => {
  it('can’t be read from the files any more', () => {
    const file = newFile();
    const store = new SqliteStore(openDatabase(file), file);
    for (let at = 10; at < 60; at += 1) {
      const [client, name] = [`+749512300${at}`, `Name ${at}`];
      const call = lostCall({ call: `leg ${at}`, e164: client, number: client, name });
      store.takeCall(call, { action: 'none', reasons: [] }, client, () => newTask({ client, name, call: call.call }));
    }
    const bytes = () => ['', '-wal'].map((suffix) => readFileSync(`${file}${suffix}`, 'latin1')).join('');
    const found = () => ['+74951230033', 'Name 33', '+74951230034'].map((text) => bytes().includes(text));
    expect(found()).toEqual([true, true, true]);
    store.forget(['+74951230033'], 0);
    expect(found()).toEqual([false, false, true]);
    store.close();
  });
});

describe('migrations', () => {
  const folder = new URL('../../lib/store/migrations/', import.meta.url).pathname;

  it('are numbered one after the other', () => {
    const names = readdirSync(folder).sort();
    expect(names.map((name) => /^(\d{3})-[a-z-]+\.sql$/.exec(name)?.[1])).toEqual(
      names.map((_, at) => String(at + 1).padStart(3, '0')),
    );
  });

  it('run once: a database opened again is as it was', () => {
    const file = filled();
    const database = openDatabase(file);
    expect(database.pragma('user_version', { simple: true })).toBe(readdirSync(folder).length);
    expect(database.prepare('SELECT count(*) AS count FROM tasks').get()).toEqual({ count: 200 });
    database.close();
  });

  it('are not undone: a newer database is refused and left alone', () => {
    const file = filled();
    const raw = new Sqlite(file);
    raw.pragma('user_version = 999');
    raw.close();
    const before = readFileSync(file);
    const problem = problemOf(() => openDatabase(file));
    expect(problem).toMatchObject({ kind: 'too-new', hint: expect.stringContaining('newer callbackd') });
    expect(problem.message).toContain('schema 999');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('that fail leave nothing half done', () => {
    const file = newFile();
    const raw = new Sqlite(file);
    raw.exec('CREATE TABLE attempts (id INTEGER)');
    raw.close();
    expect(problemOf(() => openDatabase(file)).kind).toBe('unreadable');
    const after = new Sqlite(file);
    expect(after.pragma('user_version', { simple: true })).toBe(0);
    expect(after.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()).toEqual([{ name: 'attempts' }]);
    after.close();
  });
});

describe('a database that can’t be opened', () => {
  it.each<[string, () => string, string, RegExp]>([
    ['whose folder is missing', () => join(folderWith({}), 'no', 'x.db'), 'unreadable', /folder does not exist/],
    ['that is a folder', () => folderWith({}), 'unreadable', /cannot be read/],
    ['that is some other file', () => join(folderWith({ 'x.db': 'x'.repeat(5_000) }), 'x.db'), 'corrupt', /no intact SQLite/],
    ['whose first page is broken', () => {
      const file = filled();
      overwrite(file, 100, Buffer.alloc(900, 0xff));
      return file;
    }, 'corrupt', /no intact SQLite/],
  ])('%s', (_, make, kind, message) => {
    const file = make();
    const problem = problemOf(() => openDatabase(file));
    expect(problem).toMatchObject({ kind, message: expect.stringMatching(message) });
    expect(problem.message).toContain(file);
    expect(problem.hint).not.toBe('');
  }); // prettier-ignore

  it.each([
    ['missing', 'no', 'unreadable'],
    ['a file', 'x.db', 'unreadable'],
  ])('can’t be locked either when its folder is %s', (_, name, kind) => {
    const file = join(folderWith({ 'x.db': '' }), name, 'x.db');
    expect(problemOf(() => lockForWriting(file)).kind).toBe(kind);
  });

  it('is not made when it is only to be read', () => {
    expect(problemOf(() => openDatabase(newFile(), { readonly: true })).kind).toBe('unreadable');
  });

  it('is made again after an empty file was left behind', () => {
    const file = join(folderWith({ 'x.db': '' }), 'x.db');
    openDatabase(file).close();
    expect(statSync(file).size).toBeGreaterThan(0);
  });
});

describe('a database that fails while it is used', () => {
  it('because another program writes to it', () => {
    const file = filled();
    const store = new SqliteStore(openDatabase(file), file);
    const other = new Sqlite(file);
    other.exec('BEGIN IMMEDIATE');
    const problem = problemOf(() => store.remember('a', 'b'));
    expect(problem).toMatchObject({ kind: 'locked', hint: expect.stringContaining(`fuser ${file}`) });
    expect(store.countTasks().waiting).toBe(200);
    other.exec('ROLLBACK');
    store.remember('a', 'b');
    expect(store.recall('a')).toBe('b');
    other.close();
    store.close();
  });

  it('because it is read-only', () => {
    const file = filled();
    const store = new SqliteStore(openDatabase(file, { readonly: true }), file);
    expect(store.countTasks().waiting).toBe(200);
    expect(problemOf(() => store.remember('a', 'b'))).toMatchObject({
      kind: 'read-only',
      hint: expect.stringContaining('write access'),
    });
    store.close();
  });

  it('because it became read-only', () => {
    const file = filled();
    const database = openDatabase(file);
    const store = new SqliteStore(database, file);
    database.pragma('query_only = ON');
    expect(problemOf(() => taskOf(store, 'new')).kind).toBe('read-only');
    database.pragma('query_only = OFF');
    expect(taskOf(store, 'new').client).toBe('new');
    store.close();
  });

  it('because the disk is full: nothing is half kept, and it goes on when there is room', () => {
    const file = filled();
    const database = openDatabase(file);
    const store = new SqliteStore(database, file);
    const pages = database.pragma('page_count', { simple: true }) as number;
    database.pragma(`max_page_count = ${pages}`);
    const big = lostCall({ call: 'big', name: 'x'.repeat(50_000) });
    const take = () =>
      store.takeCall(big, { action: 'callback', reasons: [] }, 'big', () => newTask({ client: 'big' }));
    expect(problemOf(take)).toMatchObject({ kind: 'full', hint: expect.stringContaining('free some disk space') });
    expect([store.knowsCall('big'), store.openTaskOf('big')]).toEqual([false, undefined]);
    database.pragma('max_page_count = 100000');
    expect(take()?.task?.client).toBe('big');
    store.close();
  });

  it('because pages of it are broken', () => {
    const file = filled();
    truncateSync(file, Math.floor(statSync(file).size / 2 / 4_096) * 4_096);
    const problem = problemOf(() => {
      const store = new SqliteStore(openDatabase(file), file);
      try {
        for (let id = 1; id <= 200; id += 1) store.task(id);
        store.tasks({});
      } finally {
        store.close();
      }
    });
    expect(problem).toMatchObject({ kind: 'corrupt', hint: expect.stringContaining('restore it') });
  });

  it('lets bugs through as they are', () => {
    const file = newFile();
    const store = new SqliteStore(openDatabase(file), file);
    const bug = new TypeError('a bug');
    expect(() =>
      store.takeCall(lostCall(), { action: 'none', reasons: [] }, 'a', () => {
        throw bug;
      }),
    ).toThrow(bug);
    store.close();
  });

  it('needs the folder that it was in', () => {
    const file = newFile();
    mkdirSync(`${file}.lock`);
    expect(problemOf(() => lockForWriting(file)).kind).toBe('unreadable');
  });
});
