import { describe, expect, it } from '@jest/globals';
import {
  countedOutcome,
  close,
  isExpired,
  joinLoss,
  newTask,
  reopen,
  replan,
  settle,
  takeForward,
  transitions,
} from '../../lib/tasks/life-cycle.js';
import { outcomes, type Outcome } from '../../lib/tasks/outcome.js';
import { isOpen, type Task, type TaskState } from '../../lib/tasks/task.js';
import { calling, hour, loss, minute, noon, plan, second, task, without } from './made.js';

/** A used attempt. */
const ended = { startedAt: noon + minute, endedAt: noon + 2 * minute };

const never = plan({ opening: () => undefined });

/** One way for each arrow of the table (waiting -> calling is the store's `claim`). */
const ways: [from: TaskState, to: TaskState, how: string, go: () => Task][] = [
  ['waiting', 'calling', 'claimed', () => calling()],
  ['waiting', 'reached', 'client called in', () => close(task(), 'reached', 'client called in', noon)],
  ['waiting', 'expired', 'expired', () => close(task(), 'expired', 'expired', noon)],
  ['waiting', 'cancelled', 'cancelled by admin', () => close(task(), 'cancelled', 'cancelled by admin', noon)],
  ['calling', 'waiting', 'employee-busy', () => settle(calling(), 'employee-busy', noon, plan())],
  ['calling', 'waiting', 'client-busy', () => settle(calling(), 'client-busy', noon, plan())],
  ['calling', 'reached', 'reached by callback', () => settle(calling(), 'reached', noon, plan())],
  ['calling', 'gave-up', 'number invalid', () => settle(calling(), 'client-invalid', noon, plan())],
  ['calling', 'gave-up', 'attempts used up', () => settle(calling({ attemptsUsed: 2 }), 'client-busy', noon, plan())],
  ['calling', 'expired', 'expired', () => settle(calling(), 'employee-busy', noon, never)],
  ['waiting', 'gave-up', 'attempts used up', () => replan(task({ attemptsUsed: 1 }), plan({ afterMs: [0] }), ended, noon)],
  ['calling', 'waiting', 'stopped', () => settle(calling(), 'cancelled', noon, plan())],
  ['calling', 'cancelled', 'cancelled by admin', () => close(calling(), 'cancelled', 'cancelled by admin', noon)],
  ...(['reached', 'gave-up', 'expired', 'cancelled'] as const).map((state): (typeof ways)[number] => [
    state, 'waiting', 'retry', () => reopen(task({ state, reason: 'expired', closedAt: noon }), plan(), noon),
  ]),
]; // prettier-ignore

describe('the life cycle', () => {
  it.each(ways)('%s -> %s: %s', (from, to, how, go) => {
    const after = go();
    expect(transitions[from]).toContain(to);
    expect(after.state).toBe(to);
    if (isOpen(after)) expect([after.reason, after.closedAt]).toEqual([undefined, undefined]);
    else expect([after.reason, after.closedAt]).toEqual([how, noon]);
  });

  it('has no other arrows', () => {
    const drawn = Object.entries(transitions).flatMap(([from, tos]) => tos.map((to) => `${from} -> ${to}`));
    expect(new Set(ways.map(([from, to]) => `${from} -> ${to}`))).toEqual(new Set(drawn));
  });

  it.each(['reached', 'gave-up', 'expired', 'cancelled'] as const)('%s stays %s', (state) => {
    const closed = task({ state, reason: 'expired', closedAt: noon });
    for (const outcome of Object.keys(outcomes) as Outcome[])
      expect(settle(closed, outcome, noon + hour, plan())).toBe(closed);
    expect(close(closed, 'cancelled', 'cancelled by admin', noon + hour)).toBe(closed);
    expect(takeForward({ ...closed, lostAt: noon + hour }, noon, plan())).toMatchObject({ state });
  });

  it('knows no attempt that ends while the task waits', () => {
    expect(settle(task(), 'client-busy', noon, plan())).toEqual(task());
  });
});

describe('an attempt that ended with', () => {
  const table: Record<Outcome, { used: boolean; state: TaskState }> = {
    reached: { used: true, state: 'reached' },
    'too-short': { used: true, state: 'waiting' },
    'client-busy': { used: true, state: 'waiting' },
    'client-no-answer': { used: true, state: 'waiting' },
    'client-rejected': { used: true, state: 'waiting' },
    'client-unreachable': { used: true, state: 'waiting' },
    'client-invalid': { used: true, state: 'gave-up' },
    'employee-left': { used: true, state: 'waiting' },
    unknown: { used: true, state: 'waiting' },
    'employee-busy': { used: false, state: 'waiting' },
    'employee-no-answer': { used: false, state: 'waiting' },
    'employee-rejected': { used: false, state: 'waiting' },
    'employee-unregistered': { used: false, state: 'waiting' },
    'gateway-failed': { used: false, state: 'waiting' },
    'not-dialled': { used: false, state: 'waiting' },
    cancelled: { used: false, state: 'waiting' },
  };

  it('is in the table, whatever it ended with', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(outcomes).sort());
  });

  it.each(Object.entries(table) as [Outcome, { used: boolean; state: TaskState }][])('%s: %j', (outcome, expected) => {
    const ended = settle(calling({ attemptsUsed: 1, snoozes: 1 }), outcome, noon + minute, plan());
    expect([ended.attemptsUsed, ended.state]).toEqual([expected.used ? 2 : 1, expected.state]);
    if (ended.state !== 'waiting') return;
    if (outcome === 'cancelled') return expect([ended.dueAt, ended.snoozes]).toEqual([noon + minute, 1]);
    // The interval counts from the end of the attempt; a snooze takes the next pause.
    expect(ended.dueAt).toBe(noon + minute + (expected.used ? 15 * minute : minute));
    expect(ended.snoozes).toBe(expected.used ? 0 : 2);
  });

  it('snoozes with longer and longer pauses, and then with the last one', () => {
    const pauses: number[] = [];
    let one = calling();
    for (let round = 0; round < 6; round += 1) {
      one = settle(one, 'employee-no-answer', noon, plan());
      pauses.push(one.dueAt - noon);
      one = { ...one, state: 'calling' };
    }
    expect(pauses).toEqual([30 * second, minute, 2 * minute, 2 * minute, 2 * minute, 2 * minute]);
  });

  /** The outcome that counts, and the task after it, of attempts whose client legs the gateway failed or not. */
  function rounds(...outcomes: Outcome[]): { counted: Outcome[]; used: number } {
    const counted: Outcome[] = [];
    let one = calling();
    for (const outcome of outcomes) {
      const dialled = !outcome.startsWith('employee-');
      counted.push(countedOutcome(one, outcome, dialled));
      one = { ...settle(one, counted.at(-1)!, noon, plan(), dialled), state: 'calling' };
    }
    return { counted, used: one.attemptsUsed };
  }

  it('a gateway that fails the client’s leg uses up nothing three times in a row; then his number counts', () => {
    const failed = Array.from({ length: 5 }, () => 'gateway-failed' as const);
    expect(rounds(...failed)).toEqual({
      counted: ['gateway-failed', 'gateway-failed', 'gateway-failed', 'client-unreachable', 'gateway-failed'],
      used: 1,
    });
  });

  it('employees who do not answer in between do not end that row, a client who was busy does', () => {
    const failed = 'gateway-failed';
    expect(rounds(failed, 'employee-busy', failed, failed, failed).used).toBe(1);
    expect(rounds(failed, failed, failed, 'client-busy', failed).counted.at(-1)).toBe(failed);
  });

  it('a gateway that is down, so that no leg begins, never uses up anything', () => {
    let one = calling();
    for (let round = 0; round < 9; round += 1) {
      expect(countedOutcome(one, 'gateway-failed', false)).toBe('gateway-failed');
      one = { ...settle(one, 'gateway-failed', noon, plan()), state: 'calling' };
    }
    expect(one.attemptsUsed).toBe(0);
  });

  it('waits for the opening hours', () => {
    const opensAt = noon + 20 * hour;
    const ended = settle(calling(), 'client-busy', noon, plan({ opening: (from) => Math.max(from, opensAt) }));
    expect(ended).toMatchObject({ state: 'waiting', dueAt: opensAt });
  });

  it('a rule that now has fewer attempts closes the task', () => {
    const ended = settle(calling({ attemptsUsed: 2 }), 'client-busy', noon, plan({ afterMs: [0] }));
    expect(ended).toMatchObject({ state: 'gave-up', reason: 'attempts used up', attemptsUsed: 3 });
  });

  it('a rule that now has more attempts goes on', () => {
    const ended = settle(calling({ attemptsUsed: 2 }), 'client-busy', noon, plan({ afterMs: [0, 1, 2, minute] }));
    expect(ended).toMatchObject({ state: 'waiting', dueAt: noon + minute, attemptsUsed: 3 });
  });

  it('reached or number invalid is so without a rule, too', () => {
    const closed = (['reached', 'client-invalid'] as const).map((outcome) => settle(calling(), outcome, noon, undefined)); // prettier-ignore
    expect(closed.map(({ reason }) => reason)).toEqual(['reached by callback', 'number invalid']);
  });

  it('anything else waits when its rule is gone: before its next attempt it is matched again', () => {
    const [used, snoozed] = (['client-busy', 'employee-busy'] as const).map((outcome) => settle(calling(), outcome, noon + hour, undefined)); // prettier-ignore
    expect(used).toEqual(task({ attemptsUsed: 1, dueAt: noon + hour }));
    expect(snoozed).toEqual(task({ dueAt: noon + hour }));
  });
});

describe('a new task', () => {
  it('is due after the first interval from the loss, and expires from the loss on', () => {
    const made = newTask(loss({ name: 'Anna', dialled: '74951234567', queue: 'sales@default' }), plan({ afterMs: [minute], order: 3 }), noon + 5); // prettier-ignore
    expect(made).toEqual({
      client: '+74951230001', name: 'Anna', dialled: '74951234567', queue: 'sales@default', call: 'leg-1', rule: 'all', order: 3,
      state: 'waiting', requested: false, lostAt: noon, countsFrom: noon, waited: 12, attemptsUsed: 0, snoozes: 0, unreachable: 0,
      createdAt: noon + 5, dueAt: noon + minute, expiresAt: noon + 8 * hour,
    }); // prettier-ignore
  });

  it('has no fields that are not known', () => {
    const made = newTask(loss({ name: undefined }), plan({ expiry: () => undefined }), noon);
    for (const field of ['name', 'dialled', 'queue', 'expiresAt', 'reason', 'closedAt'])
      expect(made).not.toHaveProperty(field);
  });

  it('is due when the office opens; at its own time when it never does', () => {
    expect(newTask(loss(), plan({ opening: (from) => from + hour }), noon).dueAt).toBe(noon + hour);
    expect(newTask(loss(), never, noon)).toMatchObject({ state: 'waiting', dueAt: noon });
  });
});

describe('a further loss', () => {
  const former = task({
    name: 'Anna', queue: 'sales@default', dialled: '74951234567', requested: true, attemptsUsed: 2, snoozes: 2, unreachable: 1, dueAt: noon + hour,
  }); // prettier-ignore
  const again = loss({ call: 'leg-2', lostAt: noon + 30 * minute, waited: 40, queue: 'support@default' });

  it('replaces the facts, comes forward, starts expiry anew, and leaves the attempts used', () => {
    expect(joinLoss(former, again, plan({ rule: 'other', order: 2 }))).toEqual({
      ...task(), call: 'leg-2', queue: 'support@default', lostAt: noon + 30 * minute, countsFrom: noon + 30 * minute, waited: 40, rule: 'other', order: 2,
      requested: true, attemptsUsed: 2, dueAt: noon + 30 * minute, expiresAt: noon + 8.5 * hour,
    }); // prettier-ignore
  });

  it('marks it as requested when it is a request', () => {
    expect(joinLoss(task(), loss({ requested: true }), plan()).requested).toBe(true);
  });

  it('leaves a task that is being called in that state', () => {
    expect(joinLoss(calling(), again, plan()).state).toBe('calling');
  });

  it('never expires when the rule says so now', () => {
    expect(joinLoss(former, again, plan({ expiry: () => undefined }))).not.toHaveProperty('expiresAt');
  });
});

describe('a loss during an attempt', () => {
  const lostAgain = task({ lostAt: noon + minute, dueAt: noon + hour });

  it('brings the next attempt forward to that loss', () => {
    expect(takeForward(lostAgain, noon, plan({ afterMs: [second] })).dueAt).toBe(noon + minute + second);
  });

  it.each([
    ['was before it', task({ lostAt: noon - 1, dueAt: noon + hour }), plan()],
    ['was at its start', task({ lostAt: noon, dueAt: noon + hour }), plan()],
    ['would put it off', { ...lostAgain, dueAt: noon + second }, plan()],
    ['has no opening any more', lostAgain, never],
    ['was of a task that is called again', calling({ ...lostAgain, state: 'calling' }), plan()],
  ])('changes nothing when it %s', (_, one, with_) => {
    expect(takeForward(one, noon, with_)).toBe(one);
  });
});

describe('expiry', () => {
  it.each([
    [noon - 1, false],
    [noon, true],
    [noon + 1, true],
  ])('at noon, seen at %p: %p', (now, expired) => {
    expect(isExpired(task({ expiresAt: noon }), now)).toBe(expired);
  });

  it('never comes without an instant', () => {
    expect(isExpired(without(task(), 'expiresAt'), Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});

describe('retry', () => {
  const closed = task({ state: 'gave-up', reason: 'attempts used up', closedAt: noon, attemptsUsed: 3, snoozes: 1, unreachable: 2 }); // prettier-ignore

  it('opens a task with all attempts unused, due now', () => {
    expect(reopen(closed, plan(), noon + hour)).toEqual({
      ...without(closed, 'reason', 'closedAt'), state: 'waiting', attemptsUsed: 0, snoozes: 0, unreachable: 0, dueAt: noon + hour, expiresAt: noon + 9 * hour, countsFrom: noon + hour,
    }); // prettier-ignore
  });

  it('waits for the opening hours, and forgets an expiry that there is no more', () => {
    const again = reopen(closed, plan({ opening: (from) => from + hour, expiry: () => undefined }), noon);
    expect(again.dueAt).toBe(noon + hour);
    expect(again).not.toHaveProperty('expiresAt');
  });
});

describe('rules that have changed', () => {
  const used = task({ attemptsUsed: 1, dueAt: noon + 7 * minute });

  it('give a task that was not tried yet the first interval from the loss', () => {
    const next = replan(task(), plan({ rule: 'other', order: 3, afterMs: [hour] }), undefined, noon + minute);
    expect(next).toEqual(task({ rule: 'other', order: 3, dueAt: noon + hour }));
  });

  it('give later attempts their interval from the end of the used one', () => {
    const next = replan(used, plan({ afterMs: [0, hour] }), ended, noon + 3 * minute);
    expect(next).toEqual({ ...used, dueAt: ended.endedAt + hour });
  });

  it('close it when all its attempts are used now', () => {
    expect(replan(used, plan({ afterMs: [0] }), ended, noon + 3 * minute)).toMatchObject({ state: 'gave-up' });
  });

  it('a loss after the last attempt is tried at least once, although all attempts are used', () => {
    const again = { ...used, countsFrom: noon + hour };
    expect(replan(again, plan({ afterMs: [minute] }), ended, noon + hour)).toMatchObject({
      dueAt: noon + hour + minute,
    });
  });

  it('a loss during the last attempt brings the next one forward', () => {
    const meanwhile = { ...used, countsFrom: ended.startedAt + second };
    expect(replan(meanwhile, plan({ afterMs: [0, hour] }), ended, noon + hour).dueAt).toBe(meanwhile.countsFrom);
    expect(replan(meanwhile, plan({ afterMs: [hour, 0] }), ended, noon + hour).dueAt).toBe(ended.endedAt);
  });

  it('leave a snooze as it is, but within the opening hours', () => {
    const snoozed = task({ snoozes: 2, dueAt: noon + minute });
    expect(replan(snoozed, plan({ afterMs: [hour] }), undefined, noon)).toEqual(snoozed);
    const late = plan({ opening: (from) => Math.max(from, noon + hour) });
    expect(replan(snoozed, late, undefined, noon).dueAt).toBe(noon + hour);
  });

  it('a snooze that waited for an opening follows one that comes sooner now', () => {
    const snoozed = task({ snoozes: 2, dueAt: noon + 9 * hour });
    expect(replan(snoozed, plan(), undefined, noon + hour, noon).dueAt).toBe(noon + minute);
  });

  it('a retry stays due, although its last used attempt was just before', () => {
    const again = reopen(task({ state: 'gave-up', reason: 'attempts used up', closedAt: noon }), plan({ afterMs: [hour] }), ended.endedAt); // prettier-ignore
    expect(replan(again, plan({ afterMs: [hour] }), ended, ended.endedAt).dueAt).toBe(ended.endedAt);
  });

  it('give it their expiry', () => {
    expect(replan(task(), plan({ expiry: () => undefined }), undefined, noon)).toEqual(without(task(), 'expiresAt'));
    expect(replan(task(), plan({ expiry: (from) => from + 9 }), undefined, noon).expiresAt).toBe(noon + 9);
  });

  it('leave a task alone that is closed', () => {
    const closed = task({ state: 'reached', reason: 'client called in', closedAt: noon });
    expect(replan(closed, plan({ afterMs: [hour] }), undefined, noon)).toBe(closed);
  });

  it('change only the rule and the expiry of one that is being called', () => {
    const next = replan(calling(), plan({ rule: 'other', order: 3, afterMs: [hour] }), undefined, noon);
    expect(next).toEqual(calling({ rule: 'other', order: 3 }));
  });
});
