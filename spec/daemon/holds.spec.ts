import { describe, expect, it } from '@jest/globals';
import { Holds } from '../../lib/daemon/holds.js';
import { minute, noon, second } from '../tasks/made.js';

const never = (): boolean => false;

describe('tasks that are held', () => {
  it('are looked at after the growing pauses of a snooze', () => {
    const holds = new Holds([30 * second, minute, 2 * minute]);
    let now = noon;
    const pauses = [1, 2, 3, 4].map(() => {
      holds.waitFor(7, never, now);
      expect(holds.ids(now)).toEqual([7]);
      const next = holds.next(now)!;
      expect(holds.ids(next)).toEqual([]);
      const pause = next - now;
      now = next;
      return pause;
    });
    expect(pauses).toEqual([30 * second, minute, 2 * minute, 2 * minute]);
  });

  it('are let go as soon as their wait is over', () => {
    const holds = new Holds([minute]);
    let free = false;
    holds.waitFor(7, () => free, noon);
    holds.waitFor(8, never, noon);
    expect(holds.look()).toBe(false);
    free = true;
    expect(holds.look()).toBe(true);
    expect([holds.ids(noon), holds.hasReleased, holds.look()]).toEqual([[8], true, false]);
  });

  it('woken for nothing, the pause goes on as it was', () => {
    const holds = new Holds([minute, 2 * minute]);
    holds.waitFor(7, () => true, noon);
    holds.look();
    holds.waitFor(7, never, noon + second);
    expect([holds.ids(noon + second), holds.next(noon + second)]).toEqual([[7], noon + minute]);
  });

  it('until a certain time, nothing else lets them go', () => {
    const holds = new Holds([minute]);
    holds.until(7, noon + 40 * minute);
    expect([holds.look(), holds.ids(noon + 39 * minute), holds.ids(noon + 40 * minute)]).toEqual([false, [7], []]);
  });

  it('begin anew when the task has changed', () => {
    const holds = new Holds([second, minute]);
    holds.waitFor(7, never, noon);
    holds.release(7);
    holds.waitFor(7, never, noon + second);
    expect(holds.next(noon + second)).toBe(noon + 2 * second);
    holds.releaseAll();
    expect([holds.ids(noon), holds.next(noon)]).toEqual([[], undefined]);
  });

  it('are forgotten when nobody holds them again', () => {
    const holds = new Holds([second, minute]);
    holds.waitFor(7, never, noon);
    holds.tidy(noon + 120 * minute);
    holds.waitFor(7, never, noon + 120 * minute);
    expect(holds.next(noon + 120 * minute)).toBe(noon + 120 * minute + second);
  });
});
