/** The commands about tasks while the daemon runs: over its socket, on a real process. */
import { afterEach, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../../lib/tasks/task.js';
import { Office, quickRule } from '../daemon/office.js';
import { cli, json, type Seen } from './cli.js';

let office: Office;

const client = '+74951230001';
const later = { ...quickRule, callback: { ...quickRule.callback, after: ['1h'] } };
const elsewhere = { ...later, name: 'Elsewhere', lostAt: 'queue:elsewhere@default' };

const run = (...args: string[]): Promise<Seen> => cli(...args, '--config', office.configFile);
const task = (id: number): Task => office.read((store) => store.task(id)!);

async function open(
  rules: Record<string, unknown> = { '10-sales.json': later, '20-elsewhere.json': elsewhere },
): Promise<void> {
  // prettier-ignore
  office = new Office({ rules });
  await office.open();
  await office.run();
}

afterEach(() => office.close());

it('a task that is added is called back at once, by the rule that was named', async () => {
  await open();
  const added = json(await run('tasks', 'add', client, '--rule', 'elsewhere', '--json')) as Task;
  expect(await office.attemptEnds(added.id)).toMatchObject({ outcome: 'reached' });
  expect(office.freeswitch.record.dialled.map(({ number }) => number)).toEqual([client.slice(1)]);
  const { out } = await run('tasks', 'show', String(added.id));
  expect(out).toMatch(/an admin added the task\n[^]*attempt 1: the queue office@default was asked for a free employee\n[^]* answered and heard the prompt\n *the client was dialled: he answered\n *they talked for [^]*reached: the client was reached\n[^]*an employee called the client back, and they talked/); // prettier-ignore
  const exported = json(await run('tasks', 'export', '--json', '--all'));
  expect(exported).toMatchObject([{ task: added.id, by_hand: true, state: 'reached', rule: 'elsewhere', attempts: 1 }]);
  expect((await run('calls', 'why', client)).out).toContain('they talked for');
});

it('a task that was added keeps its rule when the rules change, until its client is lost', async () => {
  await open();
  await run('tasks', 'add', client, '--rule', 'elsewhere', '--at', '1h');
  const dueAt = task(1).dueAt;
  writeFileSync(join(office.folder, 'rules', '20-elsewhere.json'), JSON.stringify({ ...elsewhere, name: 'Elsewhere II' })); // prettier-ignore
  await run('rules', 'move', 'sales', '--last');
  await run('tasks', 'list');
  expect(task(1)).toMatchObject({ rule: 'elsewhere', dueAt, byHand: true });
  expect(await office.lose(client.slice(1))).toMatchObject({ task: 1, rule: 'sales' });
  expect(task(1)).toMatchObject({ rule: 'sales' });
  expect(task(1)).not.toHaveProperty('byHand');
});

it('a task whose rule is deleted is cancelled, added by hand or not', async () => {
  await open();
  await run('tasks', 'add', client, '--rule', 'elsewhere', '--at', '1h');
  await run('rules', 'delete', 'elsewhere', '--yes');
  expect((await run('tasks', 'show', '1')).out).toContain('closed: its rule was deleted (cancelled, rule deleted)');
});

it('retry waits for the first pause of the rule, retry --now does not', async () => {
  await open();
  const { task: id } = await office.lose(client.slice(1));
  await run('tasks', 'cancel', String(id));
  expect((await run('tasks', 'retry', String(id))).out).toMatch(/is tried at .*, as its rule says/);
  expect(task(Number(id)).dueAt).toBeGreaterThan(Date.now() + 3_000_000);
  expect((await run('tasks', 'retry', String(id), '--now')).out).toContain('is tried as soon as possible');
  expect(await office.attemptEnds(id)).toMatchObject({ outcome: 'reached' });
});

it('nothing that may not be dialled can be added, and what was seen to be the office’s own counts', async () => {
  await open();
  await office.lose(client.slice(1));
  for (const [number, why] of [
    ['+78095001234', 'premium rate'],
    ['74951234567', 'a number of our own (clients dial it)'],
    ['112', 'is no number that can be called'],
    [client, 'has an open task already: 1'],
  ] as const)
    expect(await run('tasks', 'add', number, '--rule', 'sales')).toMatchObject({ code: 1, err: expect.stringContaining(why) }); // prettier-ignore
  expect(office.freeswitch.record.originates).toEqual([]);
});
