import { afterEach, describe, expect, it } from '@jest/globals';
import { askDaemon } from '../../lib/cli/control-client.js';
import type { Status } from '../../lib/tasks/status.js';
import { Office, quickRule, type OfficeOptions } from './office.js';

const client = '74951230001';

/** The callback waits long enough for something else to happen first. */
const patient = (callback: Record<string, unknown> = {}): OfficeOptions => ({
  rules: { '10-sales.json': { ...quickRule, callback: { ...quickRule.callback, after: ['1h'], ...callback } } },
});

describe('a client who need not be called back any more', () => {
  let office: Office;
  afterEach(() => office.close());

  async function lost(options: OfficeOptions = {}): Promise<{ task: unknown; call: unknown }> {
    office = new Office({ simulation: { phones: ['1003'] }, ...options });
    await office.open();
    await office.run();
    const { task, call } = await office.lose(client);
    return { task, call };
  }

  const stored = (task: unknown): unknown => office.read((store) => store.task(Number(task)));
  const closes = (why: string): Promise<unknown> =>
    office.daemon!.until(why, ({ msg }) => msg === `task closed: ${why}`);

  it('an employee calls him and they talk: closed while they talk, with the call', async () => {
    const { task } = await lost(patient());
    const { client: leg } = office.freeswitch.employeeCalls({
      extension: '1003',
      number: '84951230001', // as people dial in the country
      answersAfterMs: 500,
    });
    await closes('an employee called the client');
    expect(office.freeswitch.liveLegs.map(({ uuid }) => uuid)).toContain(leg);
    expect(stored(task)).toMatchObject({ state: 'reached', reason: 'employee called out', closedBy: leg });
  });

  it('an employee calls him, but they talk too little: he is called back afterwards, not meanwhile', async () => {
    const { task } = await lost(patient({ after: ['1s'], successAfter: '2s' }));
    office.freeswitch.client(client).always({ answersAfterMs: 100, talksMs: 25_000 });
    const { client: leg } = office.freeswitch.employeeCalls({
      extension: '1003',
      number: client,
      answersAfterMs: 100,
      talksMs: 15_000,
    });
    await office.freeswitch.once('phoneRings');
    expect(office.freeswitch.liveLegs.map(({ uuid }) => uuid)).not.toContain(leg);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
  });

  it('he calls in and talks while his callback rings the employee: our legs are hung up', async () => {
    office = new Office({ simulation: { phones: ['1003'] } });
    office.freeswitch.phone('1001').always('noAnswer');
    office.freeswitch.phone('1002').always('noAnswer');
    office.freeswitch.phone('1003').always({ answersAfterMs: 100 });
    await office.open();
    await office.run();
    const rings = office.freeswitch.once('phoneRings');
    const { task } = await office.lose(client);
    await rings;
    const call = office.freeswitch.directCall({ number: client, dialled: '1003', talksMs: 30_000 });
    await closes('the client called in');
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'cancelled' });
    expect(stored(task)).toMatchObject({ state: 'reached', reason: 'client called in', closedBy: call });
    expect(office.freeswitch.liveLegs.map(({ uuid }) => uuid)).toContain(call);
    expect(office.freeswitch.record.dialled).toEqual([]);
  });

  it('an employee calls him while callbackd is dead: found in the CDRs', async () => {
    const { task } = await lost(patient());
    await office.daemon!.kill();
    const { client: leg, employee } = office.freeswitch.employeeCalls({
      extension: '1003',
      number: client,
      answersAfterMs: 100,
      talksMs: 5_000,
    });
    const goesOn = (): boolean => office.freeswitch.liveLegs.some(({ uuid }) => uuid === employee);
    while (goesOn()) await new Promise((resolve) => setImmediate(resolve));
    await office.run();
    expect(stored(task)).toMatchObject({ state: 'reached', reason: 'employee called out', closedBy: leg });
  });

  it('he talks already when callbackd is started: his task waits', async () => {
    const { task } = await lost(patient({ after: ['1s'], successAfter: '1h' }));
    office.freeswitch.phone('1003').always({ answersAfterMs: 100 });
    const talks = office.freeswitch.once('talk');
    const call = office.freeswitch.directCall({ number: client, dialled: '1003' });
    await talks;
    await office.daemon!.kill();
    const daemon = await office.run();
    const { nextDueAt = 0 } = (await askDaemon<Status>(office.socket, { do: 'status' }))!.ok;
    while (Date.now() < nextDueAt + 200) await askDaemon(office.socket, { do: 'status' });
    expect(office.freeswitch.record.rung.filter(({ extension }) => extension !== '1003')).toEqual([]);
    const calls = daemon.until('he is called back', ({ msg }) => msg === 'calling back');
    office.freeswitch.hangUp(call);
    expect(await calls).toMatchObject({ task });
  });
});
