import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Durable } from '../../lib/daemon/durable.js';
import { Housekeeping } from '../../lib/daemon/housekeeping.js';
import type { TaskStore } from '../../lib/tasks/store.js';
import { systemClock } from '../../lib/time/clock.js';
import { lostCall, taskOf } from '../store/contract.js';
import { MemoryStore } from '../store/memory-store.js';
import { hour } from '../tasks/made.js';

const log = pino({ level: 'silent' });
const now = Date.now();

describe('the housekeeping', () => {
  let store: MemoryStore;
  let housekeeping: Housekeeping;

  function keeping(kept: TaskStore): Housekeeping {
    const durable = new Durable(systemClock, log);
    return new Housekeeping({ store: kept, clock: systemClock, durable, log, retentionMs: hour, timezone: 'UTC' });
  }
  const calls = (count: number, endedAt: number): void => {
    for (let index = 0; index < count; index += 1)
      store.takeCall(lostCall({ call: `leg ${endedAt} ${index}`, endedAt }), { action: 'none', reasons: [] }, 'a', () => undefined); // prettier-ignore
  };

  beforeEach(() => {
    store = new MemoryStore();
    housekeeping = keeping(store);
  });
  afterEach(() => housekeeping.stop());

  it('removes at start what is older than the retention, however much it is', async () => {
    calls(450, now - 2 * hour);
    calls(3, now);
    const open = taskOf(store, 'b', { createdAt: 0, dueAt: now + hour });
    housekeeping.start();
    await housekeeping.prune();
    expect([store.calls({ caller: 'a' }).length, store.task(open.id)]).toEqual([3, open]);
  });

  it('removes nothing any more when it was stopped', async () => {
    calls(450, now - 2 * hour);
    housekeeping.start();
    housekeeping.stop();
    await housekeeping.prune();
    expect(store.calls({}).length).toBe(250);
  });

  it('may be started and stopped twice', async () => {
    for (const each of ['start', 'start', 'stop', 'stop'] as const) housekeeping[each]();
    await housekeeping.prune();
    expect(store.calls({})).toEqual([]);
  });
});
