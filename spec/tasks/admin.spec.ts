import { beforeEach, describe, expect, it } from '@jest/globals';
import { TaskAdmin } from '../../lib/tasks/admin.js';
import type { WantedTask } from '../../lib/tasks/add-by-hand.js';
import type { Task } from '../../lib/tasks/task.js';
import { ManualClock } from '../../lib/time/clock.js';
import { lostCall, newAttempt, taskOf } from '../store/contract.js';
import { MemoryStore } from '../store/memory-store.js';
import { hour, minute, noon, plan } from './made.js';

let store: MemoryStore;
let told: string[];
let admin: TaskAdmin;
let task: Task;
let afterMs: number[];

const policy = { allow: ['RU'], deny: ['+74951239*'], internal: /^\d{2,5}$/, country: 'RU', own: () => undefined };
const [anna, boris] = ['+74951230001', '+74951230002'];

beforeEach(() => {
  store = new MemoryStore();
  told = [];
  afterMs = [5 * minute, 15 * minute];
  const hooks = {
    cancelled: ({ id }: Task) => void told.push(`cancelled ${id}`),
    changed: () => void told.push('changed'),
  };
  admin = new TaskAdmin(
    store,
    new ManualClock(noon + hour),
    (rule) => (rule === 'all' ? plan({ afterMs }) : undefined),
    policy,
    hooks,
  );
  task = taskOf(store, anna);
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
      attemptsAllowed: 2,
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
    const again = {
      ...task,
      attemptsUsed: 0,
      dueAt: noon + hour,
      expiresAt: noon + 9 * hour,
      countsFrom: noon + hour - 5 * minute,
    };
    expect(admin.retry(task.id, true)).toEqual(again);
    expect([store.task(task.id), told]).toEqual([again, ['changed']]);
  });

  it('has a waiting task tried now', () => {
    expect(admin.retry(task.id, true)).toMatchObject({ id: task.id, state: 'waiting', dueAt: noon + hour });
  });

  it('has a closed task tried by its rule, as if the client had been lost now', () => {
    closed();
    const again = { dueAt: noon + hour + 5 * minute, expiresAt: noon + 9 * hour, countsFrom: noon + hour };
    expect(admin.retry(task.id, false)).toEqual({ ...task, ...again });
  });

  it('is told which rule of the policy forbids to dial the client', () => {
    const forbidden = taskOf(store, '+74951239999');
    const refusal = '+74951239999 fits "+74951239*" of outbound.deny';
    expect(admin.show(forbidden.id)).toMatchObject({ refusal });
    store.saveTask({ ...forbidden, state: 'cancelled', reason: 'number not allowed', closedAt: noon });
    expect(admin.show(forbidden.id)).toMatchObject({ refusal });
    store.saveTask({ ...forbidden, state: 'cancelled', reason: 'cancelled by admin', closedAt: noon });
    expect(admin.show(forbidden.id)).not.toHaveProperty('refusal');
  });

  it('asks for all tasks page by page, with all that is known of them', () => {
    closed();
    const other = taskOf(store, boris);
    const [first, second] = admin.page({ after: 0 });
    expect([first, second]).toMatchObject([{ task: { id: task.id } }, { task: other, loss: { task: other.id } }]);
    expect(admin.page({ after: task.id })).toEqual([second]);
    expect(admin.page({ after: 0, states: ['waiting'] })).toEqual([second]);
    expect(admin.page({ after: other.id })).toEqual([]);
  });
});

describe('an admin adds a task', () => {
  const added = (wanted: Partial<WantedTask> = {}): Task => {
    const answer = admin.add({ number: '8 (495) 123-00-02', rule: 'all', ...wanted });
    if ('refused' in answer) throw new Error(answer.refused);
    return answer;
  };

  it('which is due at once, keeps its rule, and says in the journal where it comes from', () => {
    const made = added();
    expect(made).toMatchObject({ client: boris, rule: 'all', state: 'waiting', byHand: true, dueAt: noon + hour });
    expect(made).toMatchObject({
      countsFrom: noon + hour - 5 * minute,
      expiresAt: noon + 9 * hour,
      lostAt: noon + hour,
    });
    expect([store.openTaskOf(boris), told]).toEqual([made, ['changed']]);
    expect(store.callOf(made.call)).toMatchObject({
      call: { e164: boris, outcome: 'lost', endedAt: noon + hour },
      decision: {
        action: 'callback',
        byHand: true,
        reasons: [{ rule: 'all', matched: true, reason: 'added by admin' }],
      },
      task: made.id,
    });
  });

  it('for later', () => {
    const at = noon + 3 * hour;
    expect(added({ at })).toMatchObject({ dueAt: at, countsFrom: at - 5 * minute, expiresAt: at + 8 * hour });
  });

  it('with the name and the dialled number of the client’s latest call', () => {
    const call = lostCall({ call: 'former', e164: boris, name: 'Boris', dialled: '74951234567' });
    store.takeCall(call, { action: 'none', reasons: [] }, boris, () => undefined);
    expect(added()).toMatchObject({ name: 'Boris', dialled: '74951234567' });
  });
});

describe('an admin is refused, and nothing changes,', () => {
  const add = (wanted: Partial<WantedTask>): unknown => admin.add({ number: boris, rule: 'all', ...wanted });
  const refused: [string, () => unknown, RegExp][] = [
    ['a task that there is not', () => admin.show(99), /no task 99; "callbackd tasks list --all"/],
    ['cancelling a task that there is not', () => admin.cancel(99), /no task 99/],
    ['trying a task that there is not', () => admin.retry(99, true), /no task 99/],
    ['cancelling a closed one', () => admin.cancel(closed().id), /is closed already: gave-up, attempts used up/],
    [
      'trying one that is being called',
      () => (store.claim(task.id, newAttempt()), admin.retry(task.id, true)),
      /being called right now/,
    ],
    [
      'trying one whose client has another open task',
      () => (closed(), taskOf(store, anna), admin.retry(task.id, true)),
      /has an open task already: 2/,
    ],
    [
      'trying one whose rule is gone',
      () => admin.retry(taskOf(store, boris, { rule: 'gone' }).id, true),
      /rule of task 2, "gone", does not exist/,
    ],
    [
      'trying one whose number may not be dialled',
      () => admin.retry(taskOf(store, '+74951239999').id, true),
      /may not be dialled: .*outbound\.deny/,
    ],
    ['adding what is no number', () => add({ number: '112' }), /"112" is no number that can be called/],
    ['adding a premium number', () => add({ number: '88095001234' }), /premium rate/],
    ['adding one of another country', () => add({ number: '+380441230000' }), /is in UA, allowed: RU/],
    ['adding one of outbound.deny', () => add({ number: '+74951239999' }), /outbound\.deny/],
    [
      'adding one of the blacklist',
      () => (store.blacklist([{ pattern: '+7495123000*', addedAt: noon }]), add({})),
      /is on the blacklist: \+7495123000\*/,
    ],
    ['adding one who has an open task', () => add({ number: anna }), /has an open task already: 1/],
    ['adding one by a rule that is not there', () => add({ rule: 'gone' }), /no rule "gone"/],
    ['adding one for a time that is over', () => add({ at: noon }), /lies in the past/],
  ];

  it.each(refused)('%s', (_, wish, why) => {
    expect(wish()).toEqual({ refused: expect.stringMatching(why) });
    expect(told).toEqual([]);
    expect(store.tasks({}).every(({ state }) => state !== 'cancelled')).toBe(true);
  });
});
