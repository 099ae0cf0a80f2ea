import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { RandomDay } from './random-day/random-day.js';

/**
 * Random days of an office. DAYS=10000 for many, SEED=… for the same ones again, DAY=seed for one with its story. The whole daemon
 * decides, on a real database in memory, against the simulated FreeSWITCH in the same process. Not real are time, the sockets of the
 * event link and of the CLI, and the looks at files, which the day itself begins; and there are no CDRs: what ends while callbackd is
 * dead stays unknown to it.
 */
const days = Number(process.env['DAYS'] ?? 40);
const one = process.env['DAY'];
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000_000));

const folder = mkdtempSync(join(tmpdir(), 'callbackd-days-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('random days', () => {
  it(`${days} from seed ${seed}: limits, schedules and stop conditions hold, every task comes to its end`, async () => {
    const totals = { originates: 0, clients: 0, mostRinging: 0, tasks: 0 };
    const reasons: Record<string, number> = {};
    const began = Date.now();
    for (let count = 0; count < (one === undefined ? days : 1); count += 1) {
      const day = new RandomDay(one === undefined ? seed + count : Number(one), folder, one !== undefined);
      await day.live();
      totals.originates += day.judge.seen.originates;
      totals.clients += day.judge.seen.clients;
      totals.mostRinging = Math.max(totals.mostRinging, day.judge.seen.mostRinging);
      for (const { reason = 'open' } of day.tasks) {
        totals.tasks += 1;
        reasons[reason] = (reasons[reason] ?? 0) + 1;
      }
      if (one !== undefined) console.log(day.story.join('\n'));
      day.close();
      expect({ seed: one ?? seed + count, broken: day.judge.broken }).toEqual({
        seed: one ?? seed + count,
        broken: [],
      });
    }
    console.log(`${days} days from seed ${seed} in ${Date.now() - began} ms`, totals, reasons);
    // A day without callbacks would prove nothing.
    if (one === undefined) expect(totals.clients).toBeGreaterThan(days);
  }, 3_600_000);
});
