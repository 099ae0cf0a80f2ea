import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Durable } from '../../lib/daemon/durable.js';
import { FlightGuard } from '../../lib/daemon/flight-guard.js';
import { Flights } from '../../lib/daemon/flight.js';
import { defaultCallback } from '../../lib/rules/callback-defaults.js';
import type { Rule } from '../../lib/rules/rule.js';
import { RuleBook } from '../../lib/tasks/rule-book.js';
import { ManualClock } from '../../lib/time/clock.js';
import { context, fridayNoon, rule } from '../rules/rule-context.js';
import { MemoryStore, Shelf } from '../store/memory-store.js';
import { task } from '../tasks/made.js';

const hour = 3_600_000;

const calls = (id: string, during?: string): Rule =>
  rule(id, {
    action: { ...defaultCallback({ extension: '1001' }, context), ...(during !== undefined && { during }) },
  });

const attempt = { id: 1, task: 7, number: 1, employeeLeg: 'e', clientLeg: 'c', job: 'j', coreUuid: '', target: '' };

describe('an attempt in flight, without any edit', () => {
  let clock: ManualClock;
  let stopped: number[];
  let guard: FlightGuard;

  function flying(id: string): void {
    const shelf = new Shelf();
    shelf.tasks.set(attempt.task, task({ rule: id, state: 'calling' }));
    const flights = new Flights();
    const book = new RuleBook([calls('hours', 'office-hours'), calls('always')], context, []);
    flights.add({ attempt: { ...attempt, startedAt: clock.now() }, client: '', rule: id, successAfterMs: 0 });
    guard = new FlightGuard({
      store: new MemoryStore(shelf),
      flights,
      clock,
      book: () => book,
      follower: { stopFor: () => stopped.push(clock.now()) > 0 },
      isSwitchedOn: () => true,
      durable: new Durable(clock, pino({ level: 'silent' })),
    });
    guard.look();
  }

  beforeEach(() => {
    clock = new ManualClock(fridayNoon); // 13:00 in Moscow; the office closes at 18:00
    stopped = [];
  });

  it('is stopped when its dialling schedule closes', () => {
    flying('hours');
    clock.advance(5 * hour - 1);
    expect(stopped).toEqual([]);
    clock.advance(1);
    expect(stopped).toEqual([fridayNoon + 5 * hour]);
  });

  it('goes on when its rule may dial at any time', () => {
    flying('always');
    clock.advance(48 * hour);
    expect(stopped).toEqual([]);
  });

  it('is left alone when the daemon stops', () => {
    flying('hours');
    guard.stop();
    clock.advance(48 * hour);
    expect(stopped).toEqual([]);
  });
});
