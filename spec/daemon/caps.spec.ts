import { afterEach, describe, expect, it } from '@jest/globals';
import type { Attempt } from '../../lib/tasks/task.js';
import { clientNumber } from './admin-office.js';
import type { OfficeOptions } from './office.js';
import { ruleTo, SalesOffice } from './sales-office.js';

const client = '74951230001';

/** The most attempts that went on at a time, by what is on disk. */
function mostAtOnce(attempts: readonly Attempt[]): number {
  const changes = attempts.flatMap(({ startedAt, endedAt = Infinity }): [number, number][] => [[startedAt, 1], [endedAt, -1]]); // prettier-ignore
  let now = 0;
  // One that ends in the same millisecond in which another begins has made place for it.
  const counts = changes.sort(([a, up], [b, other]) => a - b || up - other).map(([, change]) => (now += change));
  return Math.max(0, ...counts);
}

describe('limits of what is dialled', () => {
  let office: SalesOffice;
  afterEach(() => office.close());

  async function opened(options: OfficeOptions): Promise<SalesOffice> {
    office = new SalesOffice(options);
    await office.open();
    await office.run();
    return office;
  }

  const outbound = (limits: Record<string, unknown>): Record<string, unknown> => ({
    outbound: { route: 'sofia/gateway/trunk/{number}', pace: '0s', ...limits },
  });

  /** Clients who are lost at once; resolves to their tasks. */
  async function loseAll(count: number): Promise<number[]> {
    for (let number = 1; number <= count; number++)
      office.freeswitch.clientCalls({
        number: clientNumber(number),
        dialled: '74951234567',
        queue: 'sales@default',
        hangUpAfterMs: 2_000,
      });
    const lost = (): number => office.log.filter(({ msg }) => msg === 'client call lost').length;
    await office.daemon!.until(`${count} are lost`, () => lost() === count);
    return office.log.filter(({ msg }) => msg === 'client call lost').map(({ task }) => Number(task));
  }

  it('one client: so many calls within an hour, then his task waits, over a restart', async () => {
    await opened({ configuration: outbound({ perClient: { hour: 2, day: 10 } }) });
    office.freeswitch.client(client).always('busy');
    const { task } = await office.lose(client);
    await office.attemptEnds(task, 2);
    const why = 'the limit of 2 calls an hour to one client (outbound.perClient)';
    expect(await office.waits(task)).toBe(why);
    await office.daemon!.kill();
    await office.run();
    const other = await office.lose('74951230002');
    await office.attemptEnds(other.task);
    expect(office.task(task)).toMatchObject({ state: 'waiting', waitsFor: why, attemptsUsed: 2 });
    expect(office.freeswitch.record.dialled.filter(({ number }) => number === client)).toHaveLength(2);
  });

  it('all clients: 100 tasks are due at once, callbackd is killed in between, and not one call is too many', async () => {
    const simulation = { agents: ['1001', '1002', '1003', '1004'].map((name) => ({ name: `${name}@default`, queues: ['office@default'], wrapUpMs: 0 })) }; // prettier-ignore
    await opened({
      simulation,
      rules: ruleTo({ queue: 'office@default' }),
      configuration: outbound({ overall: { hour: 12, day: 100, concurrent: 3 } }),
    });
    const { freeswitch } = office;
    for (const { name } of simulation.agents) freeswitch.phone(name.slice(0, 4)).always({ answersAfterMs: 300 });
    for (let number = 1; number <= 100; number++)
      freeswitch.client(clientNumber(number)).always({ answersAfterMs: 300, talksMs: 3_000 });
    const tasks = await loseAll(100);
    const ended = (): number => office.log.filter(({ msg }) => msg === 'attempt ended').length;
    await office.daemon!.until('four callbacks are over', () => ended() >= 4);
    await office.daemon!.kill();
    await office.run();
    const why = 'the limit of 12 calls an hour (outbound.overall)';
    await office.daemon!.until('the limit is reached', ({ waitsFor }) => waitsFor === why);
    await office.daemon!.until(
      'none goes on',
      ({ msg }) => msg === 'attempt ended' && office.read((store) => store.openAttempts().length === 0),
    );
    const attempts = tasks.flatMap((task) => office.attempts(task));
    // One that was cut off by the kill may have dialled its client, and counts.
    expect(attempts.filter(({ dialledAt }) => dialledAt !== undefined)).toHaveLength(12);
    expect(freeswitch.record.dialled.length).toBeLessThanOrEqual(12);
    expect(mostAtOnce(attempts)).toBe(3);
    const waiting = tasks.map((task) => office.task(task)).filter(({ state }) => state === 'waiting');
    expect(waiting.length).toBeGreaterThanOrEqual(88);
    // One that the kill cut off before it was dialled is not due yet.
    const due = waiting.filter(({ dueAt }) => dueAt <= Date.now());
    expect(due.length).toBeGreaterThan(60);
    expect(new Set(due.map(({ waitsFor }) => waitsFor))).toEqual(new Set([why]));
  }, 60_000);

  it('due tasks come in the order of their rules, then requests, then the oldest loss', async () => {
    await opened({ configuration: outbound({ overall: { hour: 100, day: 100, concurrent: 1 } }) });
    const tasks = await loseAll(6);
    for (const task of tasks) await office.attemptEnds(task);
    const dialled = office.freeswitch.record.dialled.map(({ number }) => `+${number}`);
    const byLoss = tasks.map((task) => office.task(task)).sort((a, b) => a.lostAt - b.lostAt || a.id - b.id);
    expect(dialled.slice(1)).toEqual(byLoss.map((task) => task.client).filter((each) => each !== dialled[0]));
    expect(mostAtOnce(tasks.flatMap((task) => office.attempts(task)))).toBe(1);
  });
});
