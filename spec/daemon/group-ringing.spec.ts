/** How many phones of a group ring together, and that none begins to ring when the attempt is stopped. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Happening } from '../../lib/simulator/record.js';
import type { OfficeOptions } from './office.js';
import { ruleTo, SalesOffice } from './sales-office.js';

const client = '74951230001';
const group = ['1001', '1002', '1003', '1004'];

describe('a group', () => {
  let office: SalesOffice;
  afterEach(() => office.close());

  async function opened(to: Record<string, unknown>, simulation: OfficeOptions['simulation'] = {}): Promise<void> {
    office = new SalesOffice({
      rules: ruleTo({ group: 'sales', ...to }),
      simulation: { phones: group, ...simulation },
    });
    const employees = group.map((extension) => [extension, { extension, groups: ['sales'] }]);
    writeFileSync(join(office.folder, 'employees.json'), JSON.stringify(Object.fromEntries(employees)));
    for (const extension of group) office.freeswitch.phone(extension).always('noAnswer');
    await office.open();
    await office.run();
  }

  /** Ms, during which more than so many phones rang. */
  function crowded(most: number, happenings: readonly Happening[]): number {
    const ringing = new Set<string | undefined>();
    let [total, since] = [0, 0];
    for (const { kind, at, uuid } of happenings) {
      if (ringing.size > most) total += at - since;
      since = at;
      if (kind === 'phoneRings') ringing.add(uuid);
      else if (kind === 'phoneDoesNotAnswer') ringing.delete(uuid);
    }
    return total;
  }

  it('never rings more phones than atOnce, also when the first refuses and FreeSWITCH begins with the others early', async () => {
    await opened({ step: '10s', atOnce: 2 });
    const happenings: Happening[] = [];
    office.freeswitch.on('all', (happening) => happenings.push(happening));
    office.freeswitch.phone('1001').always({ rejectsAfterMs: 9_000 });
    const { task } = await office.lose(client);
    await office.attemptEnds(task);
    expect(happenings.filter(({ kind }) => kind === 'phoneRings').map(({ extension }) => extension)).toEqual(group);
    // Alone FreeSWITCH would let three ring for 9 s, here 900 ms.
    expect(crowded(2, happenings)).toBeLessThan(450);
  });

  it('of which one rings at a time: who refuses makes way for the next at once, and each has his whole step', async () => {
    await opened({ step: '10s', atOnce: 1 });
    const happenings: Happening[] = [];
    office.freeswitch.on('all', (happening) => happenings.push(happening));
    office.freeswitch.phone('1001').always({ rejectsAfterMs: 1_000 });
    office.freeswitch.phone('1003').always({ answersAfterMs: 1_000 });
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: '1003' });
    expect(crowded(1, happenings)).toBe(0);
    const [, second, third, ...others] = happenings.filter(({ kind }) => kind === 'phoneRings');
    expect(third!.at - second!.at).toBeGreaterThan(900);
    expect(others).toEqual([]);
  });

  it.each([1, 2])('%d at once: no other phone begins to ring when the attempt is stopped', async (atOnce) => {
    await opened({ step: '60s', atOnce }, { phones: [...group, '1005'] });
    office.freeswitch.phone('1005').always({ answersAfterMs: 100 });
    const rings = office.freeswitch.once('phoneRings');
    const { task } = await office.lose(client);
    await rings;
    office.freeswitch.directCall({ number: client, dialled: '1005', talksMs: 30_000 });
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'cancelled' });
    const rung = office.freeswitch.record.rung.filter(({ attempt }) => attempt !== '');
    expect(rung.map(({ extension, cause }) => [extension, cause])).toEqual([['1001', 'MANAGER_REQUEST']]);
    expect(office.freeswitch.record.dialled).toEqual([]);
  });
});
