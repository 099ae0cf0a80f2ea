import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { close, joinLoss, reopen, replan, settle, takeForward, transitions } from '../../lib/tasks/life-cycle.js';
import { outcomes, type Outcome } from '../../lib/tasks/outcome.js';
import { isOpen, type Plan, type Task } from '../../lib/tasks/task.js';
import { hour, loss, minute, noon, plan, task } from './made.js';

/** What may happen to a task, in any order. */
type Step =
  | { kind: 'attempt'; outcome: Outcome; hasPlan: boolean; lostMeanwhile: boolean }
  | { kind: 'loss'; requested: boolean }
  | { kind: 'close'; state: 'reached' | 'expired' | 'cancelled' }
  | { kind: 'retry' };

const attempt = (hasPlan: boolean) =>
  fc.record({
    kind: fc.constant('attempt' as const),
    outcome: fc.constantFrom(...(Object.keys(outcomes) as Outcome[])),
    hasPlan: fc.constant(hasPlan),
    lostMeanwhile: fc.boolean(),
  });
const closing = fc.record({
  kind: fc.constant('close' as const),
  state: fc.constantFrom('reached' as const, 'expired' as const, 'cancelled' as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: attempt(true) },
  { weight: 1, arbitrary: attempt(false) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('loss' as const), requested: fc.boolean() }) },
  { weight: 1, arbitrary: closing },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retry' as const) }) },
);

const plans: fc.Arbitrary<Plan> = fc
  .record({
    afterMs: fc.array(fc.nat(hour), { minLength: 1, maxLength: 5 }),
    snoozeMs: fc.array(fc.nat(hour), { minLength: 1, maxLength: 5 }),
    closed: fc.boolean(),
  })
  .map(({ afterMs, snoozeMs, closed }) =>
    plan({ afterMs, snoozeMs, opening: (from) => (closed && from > noon + 200 * hour ? undefined : from) }),
  );

/** Attempts are 10 minutes apart and last 2. */
function lastAttempt(now: number): { startedAt: number; endedAt: number } {
  return { startedAt: now - 10 * minute, endedAt: now - 8 * minute };
}

/** The states that a task goes through in one step; the clock moves on by 10 minutes in each. */
function after(before: Task, what: Step, with_: Plan, now: number): Task[] {
  switch (what.kind) {
    case 'attempt': {
      if (before.state !== 'waiting') return [];
      // Matched again before it is dialled, as always.
      const planned = replan(before, with_, before.attemptsUsed === 0 ? undefined : lastAttempt(now), now);
      if (planned.state !== 'waiting') return [planned];
      const called: Task = { ...planned, state: 'calling' };
      const lost = what.lostMeanwhile ? joinLoss(called, loss({ lostAt: now + minute }), with_) : called;
      const settled = settle(lost, what.outcome, now + 2 * minute, what.hasPlan ? with_ : undefined);
      return [planned, called, lost, settled, takeForward(settled, now, with_)];
    }
    case 'loss':
      return isOpen(before) ? [joinLoss(before, loss({ lostAt: now, requested: what.requested }), with_)] : [];
    case 'close':
      return [close(before, what.state, 'expired', now)];
    case 'retry':
      return [reopen(before, with_, now)];
  }
}

describe('whatever happens to a task', () => {
  function walk(check: (before: Task, next: Task, what: Step, plan_: Plan, now: number) => void): void {
    fc.assert(
      fc.property(plans, fc.array(step, { maxLength: 40 }), (plan_, steps) => {
        let one = task();
        for (const [at, what] of steps.entries()) {
          const now = noon + at * 10 * minute;
          for (const next of after(one, what, plan_, now)) {
            check(one, next, what, plan_, now);
            one = next;
          }
        }
      }),
      { numRuns: 400 },
    );
  }

  it('it only goes along the arrows of the table', () => {
    walk((before, next) => {
      if (before.state !== next.state) expect(transitions[before.state]).toContain(next.state);
    });
  });

  it('it is open, or closed with a reason and a time', () => {
    walk((_, next) => {
      expect([next.reason !== undefined, next.closedAt !== undefined]).toEqual(
        isOpen(next) ? [false, false] : [true, true],
      );
    });
  });

  it('no more attempts are used than the rule has', () => {
    walk((_, next, __, { afterMs }) => expect(next.attemptsUsed).toBeLessThanOrEqual(afterMs.length));
  });

  it('only an attempt in which the client was dialled is used', () => {
    walk((before, next, what) => {
      const grown = next.attemptsUsed - before.attemptsUsed;
      if (what.kind === 'retry') return expect(next.attemptsUsed).toBe(0);
      if (grown === 0) return;
      expect([grown, what.kind]).toEqual([1, 'attempt']);
      if (what.kind === 'attempt')
        expect(['used', 'temporary', 'reached', 'invalid']).toContain(outcomes[what.outcome]);
    });
  });

  it('the client is unreachable for nothing at most three times in a row', () => {
    walk((_, next) => expect(next.unreachable).toBeLessThanOrEqual(3));
  });

  it('what is closed is changed by nothing but retry', () => {
    walk((before, next, what) => {
      if (!isOpen(before) && what.kind !== 'retry') expect(next).toEqual(before);
    });
  });

  it('the next attempt is never due before the last one began', () => {
    walk((before, next, what, _, now) => {
      if (next.state !== 'waiting' || before.state !== 'calling' || what.kind !== 'attempt') return;
      expect(next.dueAt).toBeGreaterThanOrEqual(now);
    });
  });
});
