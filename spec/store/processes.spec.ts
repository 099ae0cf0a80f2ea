import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { lockForWriting, openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import { folderWith } from '../config/temporary-folder.js';
import { killed, startChild } from './children.js';
import { problemOf } from './problem-of.js';

const newFile = (): string => join(folderWith({}), 'callbackd.db');

describe('a writer that is killed (kill -9)', () => {
  it('loses nothing that it was told is kept, and leaves a database that works', async () => {
    const file = newFile();
    for (const name of ['first', 'second', 'third']) {
      const child = startChild('commit', file, name);
      await child.printed(20 + 7 * name.length);
      await killed(child.process);
      await child.ended;
      const database = openDatabase(file);
      const store = new SqliteStore(database, file);
      for (const line of child.lines) {
        const [what, id = ''] = line.split(' ');
        if (what === 'call') expect(store.callOf(id)?.task).toEqual(expect.any(Number));
        if (what === 'attempt') expect(attempts(store, id)).toHaveLength(1);
        if (what === 'ended') expect(attempts(store, id)).toMatchObject([{ outcome: 'client-busy' }]);
      }
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      // What was under way is whole or not there: a task is being called exactly when its attempt goes on.
      expect(store.openAttempts().map(({ task }) => task)).toEqual(store.tasks({ states: ['calling'] }).map(({ id }) => id)); // prettier-ignore
      store.close();
    }
  });
});

function attempts(store: SqliteStore, id: string) {
  return store.tasks({ limit: 10_000 }).flatMap((task) => store.attempts(task.id)).filter((each) => each.id === Number(id)); // prettier-ignore
}

describe('two processes at the same time', () => {
  it('never make two open tasks of a client, nor claim a task twice', async () => {
    const file = newFile();
    const children = ['a', 'b'].map((name) => startChild('race', file, name));
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0]);
    const claims = children.flatMap(({ lines }) => lines.filter((line) => line.startsWith('claimed')));
    expect(new Set(claims).size).toBe(claims.length);
    const store = new SqliteStore(openDatabase(file), file);
    const open = store.tasks({ states: ['waiting', 'calling'] }).map(({ client }) => client);
    expect(new Set(open).size).toBe(open.length);
    expect(store.lastAttempts(100).length + store.openAttempts().length).toBe(claims.length);
    expect([0, 1, 2, 3].map((n) => store.countLosses(`client ${n}`, 0))).toEqual([20, 20, 20, 20]);
    store.close();
  });
});

describe('the right to write', () => {
  it('belongs to one process, until it gives it back', () => {
    const file = newFile();
    const lock = lockForWriting(file);
    const problem = problemOf(() => lockForWriting(file));
    expect(problem).toMatchObject({ kind: 'in-use', message: `${file} is in use by another callbackd` });
    expect(problem.hint).toContain('only one daemon');
    lock.release();
    lockForWriting(file).release();
  });

  it('is given back by a process that is killed', async () => {
    const file = newFile();
    const child = startChild('lock', file);
    await child.printed(1);
    expect(problemOf(() => lockForWriting(file)).kind).toBe('in-use');
    await killed(child.process);
    lockForWriting(file).release();
  });

  it('keeps nobody from reading', () => {
    const file = newFile();
    openDatabase(file).close();
    const lock = lockForWriting(file);
    expect(openDatabase(file, { readonly: true }).pragma('user_version', { simple: true })).toBeGreaterThan(0);
    lock.release();
  });
});
