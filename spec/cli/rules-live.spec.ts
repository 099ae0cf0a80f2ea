/** The commands about rules and the switch while the daemon runs: over its socket, on a real process. */
import { afterEach, expect, it } from '@jest/globals';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Office, quickRule } from '../daemon/office.js';
import { cli, json, type Seen } from './cli.js';

let office: Office;

/** Losses wait: nobody is called in these specs. */
const later = { ...quickRule, callback: { ...quickRule.callback, after: ['1h'] } };

const run = (...args: string[]): Promise<Seen> => cli(...args, '--config', office.configFile);

async function open(rules: Record<string, unknown> = { '10-sales.json': later }): Promise<void> {
  office = new Office({ rules });
  await office.open();
  await office.run();
}

afterEach(() => office.close());

it('edits act at once, and the daemon tells the problems', async () => {
  await open({ '10-sales.json': later, '20-rest.json': { ...later, name: 'Rest' } });
  expect(await run('rules', 'disable', 'sales')).toMatchObject({ code: 0, err: '' });
  expect(json(await run('rules', 'list', '--json'))).toMatchObject([{ id: 'sales', rule: { enabled: false } }, { id: 'rest' }]); // prettier-ignore
  expect(await office.lose('+74951230001')).toMatchObject({ action: 'callback', rule: 'rest' });
  await run('rules', 'enable', 'sales');
  await run('rules', 'move', 'rest', '--first');
  expect(readdirSync(join(office.folder, 'rules')).sort()).toEqual(['05-rest.json', '10-sales.json']);
  expect(await office.lose('+74951230002')).toMatchObject({ action: 'callback', rule: 'rest' });
  await run('rules', 'move', 'rest', '--last');
  expect(await office.lose('+74951230003')).toMatchObject({ action: 'callback', rule: 'sales' });
  expect((await run('rules', 'explain', '3')).out).toMatch(/sales +YES[^]*rest +yes, but comes later/);
  expect((await run('rules', 'try')).out).toContain('nothing would change');
  writeFileSync(join(office.folder, 'rules', '20-rest.json'), '{');
  const { out, err } = await run('rules', 'disable', 'sales');
  expect([out, err]).toEqual(['rule sales is disabled', expect.stringMatching(/20-rest\.json:1:2: [^]*last good version stays in force/)]); // prettier-ignore
  expect((await run('rules', 'show', 'rest')).out).toContain('BROKEN: the last good version, below, stays in force');
  expect(await office.lose('+74951230004')).toMatchObject({ action: 'callback', rule: 'rest' });
});

it('deleting a rule cancels its open tasks at once', async () => {
  await open();
  const { task } = await office.lose('+74951230001');
  const deleted = await run('rules', 'delete', 'sales', '--yes');
  expect(deleted).toMatchObject({ code: 0, out: expect.stringContaining('rule sales is deleted; 1 open task cancelled') }); // prettier-ignore
  expect(json(await run('tasks', 'show', String(task), '--json'))).toMatchObject({ task: { state: 'cancelled', reason: 'rule deleted' } }); // prettier-ignore
  expect(await office.lose('+74951230002')).toMatchObject({ action: 'none' });
  expect((await run('rules', 'list')).out).toContain('there are no rules in');
});

it('off and on over the socket; status and lists show it, also after a restart', async () => {
  await open();
  await office.lose('+74951230001');
  expect((await run('off')).out).toMatch(/switched off: [^]*1 open task rests/);
  expect(await office.lose('+74951230002')).toMatchObject({ action: 'none', why: 'callbackd was switched off' });
  await office.daemon!.stop();
  await office.run();
  const status = await run('status');
  expect([status.code, status.out]).toEqual([0, expect.stringMatching(/^callbackd is switched off since /m)]);
  expect(json(await run('status', '--json'))).toMatchObject({ switch: { on: false, since: expect.any(Number) } });
  expect((await run('tasks', 'list')).out).toMatch(/^callbackd is switched off since [^]*0001/);
  expect((await run('rules', 'explain', '2')).out).toContain('whatever the rules say: callbackd was switched off');
  expect((await run('on')).out).toMatch(/switched on: [^]*1 open task goes on/);
  expect((await run('status')).out).not.toContain('switched off');
  expect(await office.lose('+74951230003')).toMatchObject({ action: 'callback', rule: 'sales' });
});
