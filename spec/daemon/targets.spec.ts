import { afterEach, describe, expect, it } from '@jest/globals';
import type { ClientReaction } from '../../lib/simulator/people.js';
import type { OfficeOptions } from './office.js';
import { ruleTo, SalesOffice } from './sales-office.js';

const client = '74951230001';

describe('whom a rule has called', () => {
  let office: SalesOffice;
  afterEach(() => office.close());

  async function opened(options: OfficeOptions): Promise<SalesOffice> {
    office = new SalesOffice(options);
    await office.open();
    await office.run();
    return office;
  }

  it('a target that names nobody closes the task and says why', async () => {
    await opened({ rules: ruleTo({ tried: true }) });
    const { task } = await office.lose(client); // nobody serves that queue
    const line = await office.daemon!.until('it is closed', ({ msg }) => msg === 'task closed: no employees found');
    expect(line).toMatchObject({ task, why: 'the call was lost before any employee was rung' });
    expect(office.task(task)).toMatchObject({ state: 'cancelled', reason: 'no employees found' });
    expect(office.freeswitch.record.originates).toEqual([]);
  });

  it('those who were tried', async () => {
    const { freeswitch } = await opened({
      rules: {
        '10-any.json': {
          name: 'Any',
          lostAt: 'any',
          callback: { to: { tried: true }, after: ['0s'], successAfter: '100ms' },
        },
      },
    });
    freeswitch.phone('1002').next('noAnswer').always({ answersAfterMs: 100 });
    freeswitch.directCall({ number: client, dialled: '1002', timeoutMs: 2_000 });
    const { task } = await office.daemon!.until('it is lost', ({ msg }) => msg === 'client call lost');
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: 'boris' });
    expect(office.attempts(task)).toMatchObject([{ target: 'tried', phones: [{ name: 'boris' }] }]);
  });

  it('by the number that the client had dialled, else the rest', async () => {
    const byDialled = { '+74951234567': { extension: '1001' } };
    await opened({ rules: ruleTo({ byDialled, else: { extension: '1002' } }) });
    const { freeswitch } = office;
    const lost = async (number: string, dialled: string): Promise<unknown> => {
      const call = freeswitch.clientCalls({ number, dialled, queue: 'sales@default', hangUpAfterMs: 2_000 });
      return (await office.daemon!.until('lost', (line) => line.msg === 'client call lost' && line.call === call)).task;
    };
    expect(await office.attemptEnds(await lost(client, '74951234567'))).toMatchObject({ employee: 'anna' });
    expect(await office.attemptEnds(await lost('74951230002', '74951234568'))).toMatchObject({ employee: 'boris' });
  });

  it('a group: all of its free phones, one after the other', async () => {
    const { freeswitch } = await opened({ rules: ruleTo({ group: 'sales', step: '2s', atOnce: 1 }) });
    freeswitch.phone('1001').always('noAnswer');
    freeswitch.phone('1002').always({ answersAfterMs: 100 });
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: 'boris' });
    expect(office.rung).toEqual([['1001', '1002']]);
    expect(office.attempts(task)).toMatchObject([
      { target: 'group:sales', phones: [{ name: 'anna' }, { name: 'boris' }] },
    ]);
  });
});

describe('live callers and callbacks in one queue', () => {
  let office: SalesOffice;
  afterEach(() => office.close());

  async function opened(callback: Record<string, unknown>): Promise<SalesOffice> {
    office = new SalesOffice({ rules: ruleTo({ queue: 'sales@default' }, callback) });
    await office.open();
    await office.run();
    return office;
  }

  it('callersFirst: no callback is sent while a caller waits there', async () => {
    const { freeswitch } = await opened({ priority: 'callersFirst' });
    const joins = freeswitch.once('joinsQueue');
    const caller = freeswitch.clientCalls({ number: '74951230009', dialled: '74951234567', queue: 'sales@default' });
    await joins;
    const { task } = await office.lose(client);
    expect(await office.waits(task)).toBe('callers wait in queue sales@default');
    expect(freeswitch.record.originates).toEqual([]);
    const sent = freeswitch.once('originate');
    freeswitch.hangUp(caller);
    await sent;
    expect(freeswitch.record.originates[0]).toContain('callbackd_score=0,');
  });

  it('keepPlace: he joins with the seconds that he had waited', async () => {
    const { freeswitch } = await opened({ priority: 'keepPlace' });
    const sent = freeswitch.once('originate');
    const { task } = await office.lose(client, 1_200);
    await sent;
    expect(freeswitch.record.originates[0]).toContain(`callbackd_score=${String(office.task(task).waited)},`);
    expect(office.task(task).waited).toBeGreaterThan(0);
  });
});

describe('the employee presses a key when the client was not reached', () => {
  let office: SalesOffice;
  afterEach(() => office.close());

  async function pressed(key: string, reaction: ClientReaction = 'busy', outcome = 'client-busy'): Promise<unknown> {
    office = new SalesOffice({ rules: ruleTo({ extension: '1001' }, { afterwards: true, after: ['0s', '1h'] }) });
    office.freeswitch.phone('1001').always({ answersAfterMs: 100, afterwards: key });
    office.freeswitch.client(client).always(reaction);
    await office.open();
    await office.run();
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome, employee: 'anna' });
    return task;
  }

  it('1: it is tried again later', async () => {
    const task = await pressed('1');
    expect(office.task(task)).toMatchObject({ state: 'waiting', attemptsUsed: 1 });
  });

  it('2: done', async () => {
    const task = await pressed('2');
    expect(office.task(task)).toMatchObject({ state: 'cancelled', reason: 'done by employee', attemptsUsed: 1 });
    expect(office.read((store) => store.blacklistEntries(Date.now()))).toEqual([]);
  });

  it('9: the client is never called back again', async () => {
    const task = await pressed('9');
    expect(office.task(task)).toMatchObject({ state: 'cancelled', reason: 'blacklisted' });
    expect(office.read((store) => store.blacklistEntries(Date.now()))).toMatchObject([{ pattern: `+${client}`, reason: 'by an employee' }]); // prettier-ignore
    expect((await office.lose(client)).task).toBeUndefined();
  });

  it('9 when the number is invalid: the task is closed before the key, which counts nevertheless', async () => {
    const task = await pressed('9', 'unallocated', 'client-invalid');
    expect(office.task(task)).toMatchObject({ state: 'gave-up', reason: 'number invalid' });
    await office.daemon!.until('the key counts', ({ msg }) => msg === 'an employee has put a client on the blacklist');
    expect(office.read((store) => store.blacklistEntries(Date.now()))).toMatchObject([{ pattern: `+${client}`, reason: 'by an employee' }]); // prettier-ignore
    expect((await office.lose(client)).task).toBeUndefined();
  });
});
