import { describe, expect, it } from '@jest/globals';
import { clientCap, overallCap } from '../../lib/daemon/caps.js';
import { MemoryStore } from '../store/memory-store.js';
import { newAttempt, taskOf } from '../store/contract.js';
import { hour, minute, noon } from '../tasks/made.js';

const day = 24 * hour;

type Outbound = Parameters<typeof overallCap>[0];

function outbound(perClient: [number, number], overall: [number, number]): Outbound {
  return {
    perClient: { perHour: perClient[0], perDay: perClient[1] },
    overall: { perHour: overall[0], perDay: overall[1], concurrent: 10 },
  } as Outbound;
}

/** An attempt for that client which dialled him then; undefined: which goes on. */
function dialled(store: MemoryStore, client: string, at: number | undefined): number {
  const task = store.openTaskOf(client) ?? taskOf(store, client);
  const attempt = store.claim(task.id, newAttempt({ startedAt: at ?? noon }))!;
  if (at === undefined) return attempt.id;
  store.endAttempt(attempt.id, { endedAt: at + minute, outcome: 'client-busy', dialledAt: at }, (one) => ({
    ...one,
    state: 'waiting',
  }));
  return attempt.id;
}

describe('so many calls to one client', () => {
  const two = outbound([2, 3], [100, 100]);

  it('within any hour: until the earliest of them is an hour old', () => {
    const store = new MemoryStore();
    dialled(store, 'a', noon - 50 * minute);
    expect(clientCap(two, store, 'a', noon)).toBeUndefined();
    dialled(store, 'a', noon - 10 * minute);
    expect(clientCap(two, store, 'a', noon)).toEqual({
      until: noon + 10 * minute,
      why: 'the limit of 2 calls an hour to one client (outbound.perClient)',
    });
    expect(clientCap(two, store, 'a', noon + 10 * minute - 1)).toBeDefined();
    expect(clientCap(two, store, 'a', noon + 10 * minute)).toBeUndefined();
    expect(clientCap(two, store, 'b', noon)).toBeUndefined();
  });

  it('within any 24 hours', () => {
    const store = new MemoryStore();
    for (const ago of [20, 10, 2]) dialled(store, 'a', noon - ago * hour);
    expect(clientCap(two, store, 'a', noon)).toMatchObject({ until: noon + 4 * hour, why: expect.stringContaining('3 calls a day') }); // prettier-ignore
    expect(clientCap(two, store, 'a', noon + 4 * hour)).toBeUndefined();
  });

  it('both: the later of the two', () => {
    const store = new MemoryStore();
    for (const ago of [23 * hour, 20 * minute, 10 * minute]) dialled(store, 'a', noon - ago);
    expect(clientCap(two, store, 'a', noon)?.until).toBe(noon + hour);
    expect(clientCap(outbound([2, 9], [9, 9]), store, 'a', noon)?.until).toBe(noon + 40 * minute);
  });
});

describe('so many calls to all', () => {
  const three = outbound([9, 9], [3, 5]);

  it('whoever they were to', () => {
    const store = new MemoryStore();
    for (const [client, ago] of [['a', 55], ['b', 20], ['c', 10]] as const) dialled(store, client, noon - ago * minute); // prettier-ignore
    expect(overallCap(three, store, noon)).toEqual({
      until: noon + 5 * minute,
      why: 'the limit of 3 calls an hour (outbound.overall)',
    });
    expect(overallCap(three, store, noon + 5 * minute)).toBeUndefined();
  });

  it('an attempt that goes on counts: it may dial its client at any moment, however long ago it began', () => {
    const store = new MemoryStore();
    dialled(store, 'a', noon - 20 * minute);
    const open = [dialled(store, 'b', undefined), dialled(store, 'c', undefined)];
    const later = noon + 39 * minute;
    expect(overallCap(three, store, later)?.until).toBe(noon + 40 * minute);
    dialled(store, 'd', undefined);
    expect(overallCap(three, store, later)?.until).toBe(later + hour);
    // The phones of two did not answer: nobody was dialled.
    for (const id of open) store.endAttempt(id, { endedAt: later, outcome: 'employee-busy' }, (task) => ({ ...task, state: 'waiting' })); // prettier-ignore
    expect(overallCap(three, store, later)).toBeUndefined();
  });

  it('never more than so many within any hour and any day, whenever they were tried', () => {
    const store = new MemoryStore();
    const times: number[] = [];
    for (let now = noon; now < noon + 2 * day; now += 7 * minute) {
      if (overallCap(three, store, now) !== undefined) continue;
      dialled(store, `client ${String(times.length)}`, now);
      times.push(now);
    }
    const most = (window: number): number =>
      Math.max(...times.map((end) => times.filter((at) => at > end - window && at <= end).length));
    expect([most(hour), most(day)]).toEqual([3, 5]);
  });
});
