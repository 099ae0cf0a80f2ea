import { beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../../lib/tasks/task.js';
import { json, type Seen } from './cli.js';
import { OfficeFiles } from './office-files.js';

const client = '+74951230001';
const callback = { to: { queue: 'sales@default' }, after: ['10m', '15m'] };
const rules = {
  '05-fax.json': { name: 'Fax', lostAt: 'queue:fax@default', ignore: true },
  '10-sales.json': { name: 'Sales', lostAt: 'queue:sales@default', callback },
  '20-tried.json': { name: 'Tried', lostAt: 'queue:other@default', callback: { to: { tried: true } } },
  '90-rest.json': { name: 'Rest', callback },
};

let office: OfficeFiles;

beforeEach(() => {
  office = new OfficeFiles();
  mkdirSync(join(office.folder, 'rules'));
  for (const [name, rule] of Object.entries(rules)) write(name, rule);
});

const write = (name: string, rule: unknown): void => writeFileSync(join(office.folder, 'rules', name), JSON.stringify(rule)); // prettier-ignore
const add = (...args: string[]): Promise<Seen> => office.run('tasks', 'add', ...args);
const task = (): Task => office.inDatabase((store) => store.task(1)!);

it('calls a client back by the first rule that takes a call lost at no particular place', async () => {
  const { code, out, err } = await add('8 (495) 123-00-01');
  expect([code, out, err]).toEqual([0, 'task 1: +74951230001 is called back by rule rest as soon as possible', '']);
  expect(task()).toMatchObject({ client, rule: 'rest', state: 'waiting', byHand: true });
  expect(task().dueAt).toBeLessThanOrEqual(Date.now());
});

it('calls him back by the rule that is named, at the time that is named', async () => {
  const made = json(await add(client, '--rule', 'sales', '--at', '2h', '--json')) as Task;
  expect(made).toEqual(task());
  expect(made).toMatchObject({ rule: 'sales', client });
  expect((made.dueAt - Date.now()) / 3_600_000).toBeCloseTo(2, 1);
});

it('takes a time of day and a date, in the time zone of the configuration', async () => {
  const { out } = await add(client, '--at', '2099-03-01 10:00');
  expect(out).toMatch(/at 2099-03-01 /);
  expect(new Date(task().dueAt).toISOString()).toBe('2099-03-01T07:00:00.000Z');
});

it('waits until the schedule of the rule opens', async () => {
  const once = { weekly: {}, exceptions: { '2099-01-01': ['09:00-10:00'] } };
  writeFileSync(join(office.folder, 'schedules.json'), JSON.stringify({ once }));
  write('90-rest.json', { name: 'Rest', callback: { ...callback, during: 'once' } });
  expect((await add(client)).out).toMatch(/by rule rest at 2099-01-01 .*, when the schedule of the rule opens$/);
});

it('is seen everywhere as what it is', async () => {
  await add(client);
  expect((await office.run('tasks', 'show', '1')).out).toMatch(/an admin added the task\n.*rule rest took it: added by admin/); // prettier-ignore
  const why = (await office.run('calls', 'why', client)).out;
  expect(why).toMatch(/^An admin added a task for \+74951230001 at .*\.$/m);
  expect(why).toMatch(/^Rule rest took it: task 1 \(added by admin\)\.$/m);
  expect((await office.run('calls', 'list')).out).toMatch(/\+74951230001 +by hand/);
  expect((await office.run('calls', 'show', '1')).out).toContain('an admin added the task');
  expect((await office.run('tasks', 'export', '--csv')).out).toContain('rest,true,');
});

describe('is refused with a sentence', () => {
  it.each<[string[], number, RegExp]>([
    [['112'], 1, /"112" is no number that can be called/],
    [['+78095001234'], 1, /premium rate number: such are never dialled/],
    [['+881612345678'], 1, /a satellite number: such are never dialled/],
    [['+380441230000'], 1, /is in UA, allowed: RU/],
    [[client, '--rule', 'salse'], 1, /no rule "salse" in force; did you mean "sales"\?/],
    [[client, '--rule', 'fax'], 1, /rule "fax" only ignores calls/],
    [[client, '--rule', 'tried'], 1, /rings those who were rung in the lost call, and there was none/],
    [[client, '--at', 'soon'], 2, /"soon" is no time[^]*14:30/],
    [[client, '--at', '2020-01-01 10:00'], 2, /lies in the past/],
  ])('%j', async (args, code, why) => {
    expect(await add(...args)).toEqual({ code, out: '', err: expect.stringMatching(why) });
    expect((await office.run('tasks', 'list', '--all')).out).toBe('no tasks');
  });

  it('when he has an open task, or is on the blacklist', async () => {
    await add(client);
    expect(await add('84951230001')).toMatchObject({ code: 1, err: expect.stringContaining('has an open task already: 1') }); // prettier-ignore
    await office.run('blacklist', 'add', '+74951230002');
    expect(await add('+74951230002')).toMatchObject({ code: 1, err: expect.stringContaining('is on the blacklist') });
  });

  it('when no rule takes a call of no particular place', async () => {
    write('90-rest.json', { name: 'Rest', lostAt: 'queue:other@default', callback });
    const { code, err } = await add(client);
    expect([code, err]).toEqual([1, expect.stringMatching(/name one with --rule[^]*sales, tried, rest/)]);
  });
});
