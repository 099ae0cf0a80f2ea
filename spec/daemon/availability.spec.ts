import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { OfficeOptions } from './office.js';
import { employees, ruleTo, SalesOffice } from './sales-office.js';

const client = '74951230001';
const group = { group: 'sales', step: '1s', atOnce: 2 };

describe('only a phone that is there and free is rung', () => {
  let office: SalesOffice;
  afterEach(() => office.close());

  async function made(options: OfficeOptions = {}): Promise<SalesOffice> {
    office = new SalesOffice({ rules: ruleTo(group), ...options });
    await office.open();
    return office;
  }

  it('nobody is registered: nothing is originated, and the task waits until a phone comes', async () => {
    const { freeswitch } = await made();
    for (const phone of ['1001', '1002']) freeswitch.phoneGoes(phone);
    await office.run();
    const { task } = await office.lose(client);
    expect(await office.waits(task)).toBe('no free employee in group sales');
    expect(office.task(task)).toMatchObject({ state: 'waiting', waitsFor: 'no free employee in group sales', attemptsUsed: 0 }); // prettier-ignore
    expect(freeswitch.record.originates).toEqual([]);
    freeswitch.phoneComes('1002');
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: 'boris' });
    expect(office.rung).toEqual([['1002']]);
    expect(office.task(task).waitsFor).toBeUndefined();
  });

  it('a phone that never registers is rung when employees.json says so', async () => {
    const { freeswitch } = await made();
    for (const phone of ['1001', '1002']) freeswitch.phoneGoes(phone);
    const fixed = { ...employees, anna: { ...employees.anna, registers: false } };
    writeFileSync(join(office.folder, 'employees.json'), JSON.stringify(fixed));
    await office.run();
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'employee-unregistered' }); // FreeSWITCH was told to ring it
    expect(office.rung).toEqual([['1001']]);
  });

  it('a registration that expires counts at once', async () => {
    const { freeswitch } = await made({ rules: ruleTo({ extension: '1001' }) });
    await office.run();
    freeswitch.phoneGoes('1001', 'expire');
    const { task } = await office.lose(client);
    expect(await office.waits(task)).toBe('extension 1001 is not registered');
    freeswitch.phoneComes('1001');
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: 'anna' });
  });

  it('who is on a call is not rung, the others of the group are', async () => {
    const { freeswitch } = await made();
    await office.run();
    freeswitch.employeeCalls({ extension: '1001', number: '74951230009', answersAfterMs: 100 });
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: 'boris' });
    expect(office.rung).toEqual([['1002']]);
  });

  it('a call that began before the daemon: rung as soon as it is over', async () => {
    const { freeswitch } = await made({ rules: ruleTo({ extension: '1001' }) });
    const { employee } = freeswitch.employeeCalls({ extension: '1001', number: '74951230009', answersAfterMs: 100 });
    await office.run();
    const { task } = await office.lose(client);
    expect(await office.waits(task)).toBe('extension 1001 is busy');
    expect(freeswitch.record.originates).toEqual([]);
    freeswitch.hangUp(employee);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
  });

  it('whom the queue offers a call is not rung meanwhile', async () => {
    const { freeswitch } = await made({ rules: ruleTo({ extension: '1001' }) });
    freeswitch.setAgentStatus('1002@default', 'Logged Out');
    freeswitch.phone('1001').next('noAnswer').always({ answersAfterMs: 100 });
    await office.run();
    const rings = freeswitch.once('phoneRings');
    const caller = freeswitch.clientCalls({ number: '74951230009', dialled: '74951234567', queue: 'office@default' });
    await rings;
    const { task } = await office.lose(client);
    expect(await office.waits(task)).toBe('extension 1001 is busy');
    freeswitch.setAgentStatus('1001@default', 'Logged Out');
    freeswitch.hangUp(caller);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
  });

  it('one callback at a time for a phone: the second client comes after the first', async () => {
    const { freeswitch } = await made({ rules: ruleTo({ extension: '1001' }) });
    for (const number of [client, '74951230002'])
      freeswitch.client(number).always({ answersAfterMs: 100, talksMs: 4_000 });
    await office.run();
    const first = await office.lose(client);
    const second = await office.lose('74951230002');
    expect(await office.waits(second.task)).toMatch(/^extension 1001 is (busy|in another callback)$/);
    expect(await office.attemptEnds(first.task)).toMatchObject({ outcome: 'reached' });
    expect(await office.attemptEnds(second.task)).toMatchObject({ outcome: 'reached' });
    const [one, other] = freeswitch.record.rung;
    expect([one?.cause, freeswitch.record.rung.length]).toEqual(['NORMAL_CLEARING', 2]);
    expect(other!.at).toBeGreaterThan(one!.answeredAt!);
  });

  it('while several phones of a callback ring, none of them is rung for another', async () => {
    const { freeswitch } = await made();
    for (const phone of ['1001', '1002'])
      freeswitch.phone(phone).next({ answersAfterMs: 15_000 }).always({ answersAfterMs: 100 });
    await office.run();
    const first = await office.lose(client);
    const second = await office.lose('74951230002');
    expect(await office.waits(second.task)).toBe('no free employee in group sales');
    expect(await office.attemptEnds(first.task)).toMatchObject({ outcome: 'reached' });
    expect(await office.attemptEnds(second.task)).toMatchObject({ outcome: 'reached' });
    expect(office.attempts(second.task)).toHaveLength(1);
  });

  it('a task that waited when callbackd was killed still waits, and is called when a phone is free', async () => {
    const { freeswitch } = await made();
    for (const phone of ['1001', '1002']) freeswitch.phoneGoes(phone);
    await office.run();
    const { task } = await office.lose(client);
    await office.waits(task);
    await office.daemon!.kill();
    freeswitch.phoneComes('1001');
    await office.run();
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached', employee: 'anna' });
    expect(office.attempts(task)).toHaveLength(1);
  });
});
