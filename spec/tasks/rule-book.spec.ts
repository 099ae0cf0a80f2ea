import { describe, expect, it } from '@jest/globals';
import { requestRuleId, type CallbackAction, type Rule, type RuleContext } from '../../lib/rules/rule.js';
import { RuleBook } from '../../lib/tasks/rule-book.js';
import type { Schedule } from '../../lib/time/schedule.js';
import { hour, minute, noon } from './made.js';

/** Friday 20 November 2026, 12:00 UTC is 15:00 in Moscow: open until 18:00. */
const office: Schedule = {
  name: 'office-hours',
  timezone: 'Europe/Moscow',
  weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => (day < 6 ? [{ from: 9 * 60, to: 18 * 60 }] : [])),
  exceptions: {},
};

const context: RuleContext = {
  schedules: new Map([[office.name, office]]),
  limits: { minWaitMs: 60_000, attempts: 5, maxConcurrent: 5 },
  soundsDir: '/sounds',
  language: 'ru',
  timezone: 'Europe/Moscow',
  variables: [],
};

function rule(id: string, action: Partial<CallbackAction> | { kind: 'ignore' } = {}): Rule {
  const callback: CallbackAction = {
    kind: 'callback', to: { extension: '1001' }, prompt: [{ file: '/sounds/ru/callback.wav' }], afterwards: false, priority: 'keepPlace', afterMs: [0, minute], maxConcurrent: 2,
    successAfterMs: 5_000, expireAfterMs: 8 * hour,
  }; // prettier-ignore
  return {
    id, order: 10, file: `/rules/10-${id}.json`, name: id, enabled: true, lostAt: [{ kind: 'any' }], minWaitMs: 0,
    action: action.kind === 'ignore' ? { kind: 'ignore' } : { ...callback, ...(action) },
  }; // prettier-ignore
}

const book = new RuleBook(
  [
    rule('always'),
    rule('office', { during: 'office-hours' }),
    rule('endless', { expireAfterMs: 'never', during: 'office-hours' }),
    rule('ignored', { kind: 'ignore' }),
    { ...rule('disabled'), enabled: false },
  ],
  context,
  [30_000, minute],
);

describe('the plan of a rule', () => {
  it('says when and how often its tasks are tried', () => {
    const plan = book.planOf('always')!;
    expect(plan).toMatchObject({ rule: 'always', order: 0, afterMs: [0, minute], snoozeMs: [30_000, minute] });
    expect([plan.opening(noon), plan.expiry(noon)]).toEqual([noon, noon + 8 * hour]);
  });

  it('counts only open time: Friday’s losses live on Monday', () => {
    const plan = book.planOf('office')!;
    const monday = Date.UTC(2026, 10, 23, 6);
    expect(plan.opening(noon + 4 * hour)).toBe(monday);
    expect(plan.expiry(noon)).toBe(monday + 5 * hour);
  });

  it('may never expire, and still waits for the opening', () => {
    const plan = book.planOf('endless')!;
    expect(plan.expiry(noon)).toBeUndefined();
    expect(plan.opening(noon + 4 * hour)).toBe(Date.UTC(2026, 10, 23, 6));
  });

  it('goes on for tasks of a disabled rule', () => {
    expect(book.planOf('disabled')).toMatchObject({ rule: 'disabled', order: 4 });
  });

  it.each(['ignored', 'gone', ''])('is none for %j', (id) => {
    expect([book.planOf(id), book.callbackOf(id)]).toEqual([undefined, undefined]);
  });
});

describe('a request that no rule took', () => {
  it('is called back by the queue where it was made, after all rules', () => {
    expect(book.callbackOf(requestRuleId, 'sales@default')).toMatchObject({ to: { queue: 'sales@default' } });
    expect(book.planOf(requestRuleId)).toMatchObject({ rule: requestRuleId, order: 5 });
  });
});

it('the order of rules is that of their list; requests come last', () => {
  expect(book.order).toEqual(
    ['always', 'office', 'endless', 'ignored', 'disabled', requestRuleId].map((id, order) => ({ rule: id, order })),
  );
});
