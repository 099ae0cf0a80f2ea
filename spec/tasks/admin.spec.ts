import { beforeEach, describe, expect, it } from '@jest/globals';
import { TaskAdmin } from '../../lib/tasks/admin.js';
import type { Task } from '../../lib/tasks/task.js';
import { ManualClock } from '../../lib/time/clock.js';
import { newAttempt, taskOf } from '../store/contract.js';
import { MemoryStore } from '../store/memory-store.js';
import { hour, noon, plan } from './made.js';

let store: MemoryStore;
let told: string[];
let admin: TaskAdmin;
let task: Task;

beforeEach(() => {
  store = new MemoryStore();
  told = [];
  const hooks = {
    cancelled: ({ id }: Task) => void told.push(`cancelled ${id}`),
    changed: () => void told.push('changed'),
  };
  admin = new TaskAdmin(store, new ManualClock(noon + hour), (rule) => (rule === 'all' ? plan() : undefined), hooks);
  task = taskOf(store, 'a');
});

const closed = (): Task => {
  const after = { ...task, state: 'gave-up', reason: 'attempts used up', closedAt: noon, attemptsUsed: 3 } as const;
  store.saveTask(after);
  return after;
};

describe('an admin', () => {
  it('lists and shows tasks, with the loss and every attempt', () => {
    const attempt = store.claim(task.id, newAttempt());
    expect(admin.list({ states: ['calling'] })).toEqual([{ ...task, state: 'calling' }]);
    expect(admin.show(task.id)).toEqual({
      task: { ...task, state: 'calling' },
      attempts: [attempt],
      loss: store.callOf(task.call),
    });
  });

  it('cancels a task that waits', () => {
    const cancelled = { ...task, state: 'cancelled', reason: 'cancelled by admin', closedAt: noon + hour };
    expect(admin.cancel(task.id)).toEqual(cancelled);
    expect([store.task(task.id), told]).toEqual([cancelled, [`cancelled ${task.id}`, 'changed']]);
  });

  it('cancels one that is being called: whoever follows it is told', () => {
    store.claim(task.id, newAttempt());
    expect(admin.cancel(task.id)).toMatchObject({ state: 'cancelled' });
    expect([told, store.openAttempts().length]).toEqual([[`cancelled ${task.id}`, 'changed'], 1]);
  });

  it('has a closed task tried again, now and with all attempts unused', () => {
    closed();
    const again = { ...task, attemptsUsed: 0, dueAt: noon + hour, expiresAt: noon + 9 * hour, countsFrom: noon + hour };
    expect(admin.retry(task.id)).toEqual(again);
    expect([store.task(task.id), told]).toEqual([again, ['changed']]);
  });

  it('has a waiting task tried now', () => {
    expect(admin.retry(task.id)).toMatchObject({ id: task.id, state: 'waiting', dueAt: noon + hour });
  });
});

describe('an admin is refused, and nothing changes,', () => {
  const refused: [string, () => unknown, RegExp][] = [
    ['a task that there is not', () => admin.show(99), /no task 99; "callbackd tasks list --all"/],
    ['cancelling a task that there is not', () => admin.cancel(99), /no task 99/],
    ['trying a task that there is not', () => admin.retry(99), /no task 99/],
    ['cancelling a closed one', () => admin.cancel(closed().id), /is closed already: gave-up, attempts used up/],
    [
      'trying one that is being called',
      () => (store.claim(task.id, newAttempt()), admin.retry(task.id)),
      /being called right now/,
    ],
    [
      'trying one whose client has another open task',
      () => (closed(), taskOf(store, 'a'), admin.retry(task.id)),
      /has an open task already: 2/,
    ],
    [
      'trying one whose rule is gone',
      () => admin.retry(taskOf(store, 'b', { rule: 'gone' }).id),
      /rule of task 2, "gone", does not exist/,
    ],
  ];

  it.each(refused)('%s', (_, wish, why) => {
    expect(wish()).toEqual({ refused: expect.stringMatching(why) });
    expect(told).toEqual([]);
    expect(store.tasks({}).every(({ state }) => state !== 'cancelled')).toBe(true);
  });
});
