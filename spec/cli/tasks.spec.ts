import { beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockForWriting, openDatabase } from '../../lib/store/database.js';
import { SqliteStore } from '../../lib/store/sqlite-store.js';
import type { Task } from '../../lib/tasks/task.js';
import { folderWith } from '../config/temporary-folder.js';
import { callback, lostCall, newAttempt, newTask } from '../store/contract.js';
import { noon } from '../tasks/made.js';
import { cli, json, type Seen } from './cli.js';

const rule = { name: 'All', lostAt: 'any', callback: { to: { extension: '1001' } } };

let folder: string;
let database: string;

beforeEach(() => {
  folder = folderWith({ 'callbackd.json': '{"country": "RU"}', 'rules/10-all.json': JSON.stringify(rule) });
  database = join(folder, 'callbackd.db');
});

const tasks = (...args: string[]): Promise<Seen> => cli('tasks', ...args, '--config', join(folder, 'callbackd.json'));

function inDatabase<T>(work: (store: SqliteStore) => T): T {
  const store = new SqliteStore(openDatabase(database), database);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** Task 1 waits, 2 was given up after an attempt, 3 is being called. */
function someTasks(): Task[] {
  return inDatabase((store) => {
    const taskOf = (client: string, changes: Partial<Task> = {}): Task => {
      const call = lostCall({ call: `leg of ${client}`, e164: client });
      return store.takeCall(call, callback, client, () => newTask({ client, call: call.call, ...changes }))!.task!;
    };
    const first = taskOf('+74951230001', { name: 'Anna\u001b[2J', dueAt: noon });
    const second = taskOf('+74951230002');
    const attempt = store.claim(second.id, newAttempt())!;
    const end = {
      endedAt: noon,
      outcome: 'client-busy',
      cause: 'USER_BUSY',
      employee: '1001',
      talkMs: 65_000,
    } as const;
    store.endAttempt(attempt.id, end, (task) => ({
      ...task,
      state: 'gave-up',
      reason: 'attempts used up',
      closedAt: noon,
    }));
    const third = taskOf('+74951230003');
    store.claim(third.id, newAttempt());
    return [first, second, third].map(({ id }) => store.task(id)!);
  });
}

describe('tasks list', () => {
  it('says that there are none', async () => {
    expect(await tasks('list')).toEqual({ code: 0, out: 'no open tasks', err: '' });
    expect(await tasks('list', '--all')).toMatchObject({ out: 'no tasks' });
    expect(await tasks('list', '--json')).toMatchObject({ out: '[]' });
  });

  it('shows the open ones, without control characters in names', async () => {
    someTasks();
    const { code, out } = await tasks('list');
    expect([code, out.split('\n')]).toEqual([0, expect.arrayContaining([expect.stringMatching(/task +client +name +lost +waited +rule +state +used +next \/ why/)])]); // prettier-ignore
    expect(out).toContain('Anna·[2J');
    expect(out).toMatch(/\+74951230001.*12 s.*all.*waiting.*0/);
    expect(out).toMatch(/\+74951230003.*calling.*now/);
    expect(out).not.toContain('+74951230002');
  });

  it('shows closed ones with --all, those made since with --since', async () => {
    someTasks();
    expect((await tasks('list', '--all')).out).toMatch(/\+74951230002.*gave-up.*attempts used up/);
    expect((await tasks('list', '--all', '--since', '2026-11-20')).out).toContain('+74951230002');
    expect((await tasks('list', '--all', '--since', '2036-11-20')).out).toBe('no tasks');
    expect((await tasks('list', '--since', '90s')).out).toBe('no open tasks');
  });

  it('gives whole tasks as JSON', async () => {
    const all = someTasks();
    expect(json(await tasks('list', '--all', '--json'))).toEqual(all);
    expect(json(await tasks('list', '--json'))).toEqual([all[0], all[2]]);
  });
});

describe('tasks cancel and retry', () => {
  it('change tasks, and show them', async () => {
    someTasks();
    const cancelled = await tasks('cancel', '1', '3');
    expect([cancelled.code, cancelled.out]).toEqual([0, expect.stringMatching(/0001.*cancelled by admin[^]*0003.*cancelled by admin/)]); // prettier-ignore
    expect(json(await tasks('retry', '2', '1', '--json'))).toMatchObject([
      { id: 2, state: 'waiting', attemptsUsed: 0 },
      { id: 1, state: 'waiting' },
    ]);
    inDatabase((store) => expect(store.countTasks()).toMatchObject({ waiting: 2, cancelled: 1 }));
  });

  it('retry says when the task is tried: by its rule, or at once', async () => {
    const later = { ...rule, callback: { ...rule.callback, after: ['1h'] } };
    writeFileSync(join(folder, 'rules', '10-all.json'), JSON.stringify(later));
    someTasks();
    const byRule = await tasks('retry', '1');
    expect(byRule).toMatchObject({ code: 0, err: '' });
    expect(byRule.out).toMatch(/^task 1 is tried at .*, as its rule says; with --now at once/m);
    const due = (): number => inDatabase((store) => store.task(1)!.dueAt) - Date.now();
    expect(due()).toBeGreaterThan(3_590_000);
    expect((await tasks('retry', '1', '--now')).out).toMatch(/^task 1 is tried as soon as possible$/m);
    expect(due()).toBeLessThanOrEqual(0);
  });

  it('retry --now says when the schedule opens, while it is closed', async () => {
    const closed = { weekly: {}, exceptions: { '2099-01-01': ['09:00-10:00'] }, timezone: 'Europe/Moscow' };
    writeFileSync(join(folder, 'schedules.json'), JSON.stringify({ once: closed }));
    const during = { ...rule, callback: { ...rule.callback, during: 'once' } };
    writeFileSync(join(folder, 'rules', '10-all.json'), JSON.stringify(during));
    someTasks();
    const { code, out } = await tasks('retry', '1', '--now');
    expect([code, out]).toEqual([0, expect.stringMatching(/^task 1: the schedule of its rule is closed; it opens at 2099-01-01/m)]); // prettier-ignore
  });

  it('retry is refused when the schedule never opens any more', async () => {
    const over = { weekly: {}, exceptions: { '2020-01-01': ['09:00-10:00'] }, timezone: 'Europe/Moscow' };
    writeFileSync(join(folder, 'schedules.json'), JSON.stringify({ over }));
    const during = { ...rule, callback: { ...rule.callback, during: 'over' } };
    writeFileSync(join(folder, 'rules', '10-all.json'), JSON.stringify(during));
    someTasks();
    expect(await tasks('retry', '1', '--now')).toMatchObject({ code: 1, err: expect.stringContaining('never opens') });
  });

  it.each([
    ['cancel', '99', 'there is no task 99'],
    ['cancel', '2', 'task 2 is closed already: gave-up'],
    ['retry', '99', 'there is no task 99'],
    ['retry', '3', 'being called right now'],
    ['show', '99', 'there is no task 99'],
  ])('%s %s is refused with a sentence (exit code 1)', async (what, id, why) => {
    someTasks();
    expect(await tasks(what, id)).toEqual({ code: 1, out: '', err: expect.stringContaining(why) });
  });

  it('refuse to try a task whose rule is gone', async () => {
    someTasks();
    const empty = folderWith({ 'callbackd.json': JSON.stringify({ database }) });
    const { code, err } = await cli('tasks', 'retry', '2', '--config', join(empty, 'callbackd.json'));
    expect([code, err]).toEqual([1, expect.stringContaining('the rule of task 2, "all", does not exist')]);
  });

  it('say what was done before the first refusal stopped them', async () => {
    someTasks();
    const { code, out, err } = await tasks('cancel', '1', '99', '3');
    expect([code, err]).toEqual([1, expect.stringContaining('no task 99')]);
    expect(out).toContain('+74951230001');
    inDatabase((store) => expect([1, 3].map((id) => store.task(id)?.state)).toEqual(['cancelled', 'calling']));
  });
});

describe('a database that can’t be used (exit code 4)', () => {
  const refused = async (message: RegExp): Promise<void> => {
    const { code, out, err } = await tasks('list');
    expect([code, out, err]).toEqual([4, '', expect.stringMatching(message)]);
  };

  it('because another callbackd has it', async () => {
    const lock = lockForWriting(database);
    await refused(/in use by another callbackd[^]*only one daemon/);
    lock.release();
  });

  it('because it is none', async () => {
    writeFileSync(database, 'x'.repeat(5_000));
    await refused(/no intact SQLite database[^]*restore it/);
  });

  it('because it is newer than this callbackd', async () => {
    const raw = new Sqlite(database);
    raw.pragma('user_version = 999');
    raw.close();
    await refused(/schema 999[^]*newer callbackd/);
  });

  it('is left closed and unlocked by every command', async () => {
    someTasks();
    await tasks('cancel', '99');
    await tasks('list');
    expect([existsSync(`${database}-wal`), existsSync(`${database}.lock`)]).toEqual([false, true]);
    lockForWriting(database).release();
  });
});
