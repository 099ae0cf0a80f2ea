import { afterEach, describe, expect, it } from '@jest/globals';
import type { LogLine } from '../../lib/demo/daemon-process.js';
import { cli, json, type Seen } from '../cli/cli.js';
import { Office, quickRule, type OfficeOptions } from './office.js';

const client = '74951230001';
const later = { ...quickRule, callback: { ...quickRule.callback, after: ['1h'] } };

describe('calls and the blacklist, while the daemon runs', () => {
  let office: Office;
  afterEach(() => office.close());

  async function opened(options: OfficeOptions): Promise<Office> {
    office = new Office(options);
    await office.open();
    await office.run();
    return office;
  }
  const run = (...args: string[]): Promise<Seen> => cli(...args, '--config', office.configFile);

  it('tell why a lost client was not called back', async () => {
    await opened({ rules: { '10-rest.json': { ...quickRule, minWait: '10s' } } });
    await office.lose(client, 1_200);
    const { code, out } = await run('calls', 'why', '8 495 123-00-01');
    expect([code, out]).toEqual([0, expect.stringMatching(/He was not called back: no rule took the call\.\n {2}rule rest: waited [12] s, needs 10 s\nNobody has talked/)]); // prettier-ignore
    const [call] = json(await run('calls', 'list', '--lost', '--json')) as { id: number }[];
    expect((await run('calls', 'show', String(call!.id))).out).toMatch(
      /entered queue sales@default[^]*the client hung up/,
    );
    expect(json(await run('status', '--json'))).toMatchObject({ unanswered: 1 });
    expect((await run('status')).out).toContain('1 lost client nobody has talked to since');
  });

  it('have nobody unanswered who was reached', async () => {
    await opened({});
    const { task } = await office.lose(client);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
    expect(json(await run('calls', 'list', '--unanswered', '--json'))).toEqual([]);
    expect(json(await run('status', '--json'))).toMatchObject({ unanswered: 0 });
    expect((await run('calls', 'why', client)).out).toMatch(
      /Task 1 is closed: an employee called the client back, and they talked \(reached, reached by callback\)/,
    );
  });

  it('leave blacklisted callers alone: the open task is closed, a further loss makes none', async () => {
    await opened({ rules: { '10-sales.json': later } });
    const { task } = await office.lose(client, 150);
    expect((await run('blacklist', 'add', client, '--reason', 'robot')).out).toContain(`task ${String(task)} of +${client} is closed`); // prettier-ignore
    const again: LogLine = await office.lose(client, 150);
    expect(again).toMatchObject({ action: 'none', why: 'the caller is on the blacklist: +74951230001 (robot)' });
    expect(again.task).toBeUndefined();
    expect(json(await run('tasks', 'list', '--all', '--json'))).toMatchObject([{ id: task, state: 'cancelled', reason: 'blacklisted' }]); // prettier-ignore
    expect(json(await run('status', '--json'))).toMatchObject({ unanswered: 0 });
    expect((await run('calls', 'why', client)).out).toContain('He was not called back: the caller is on the blacklist');
  });

  it('forget a client, but not while he is being called', async () => {
    const { freeswitch } = await opened({});
    freeswitch.client(client).always({ answersAfterMs: 200, talksMs: 20_000 });
    const { task } = await office.lose(client);
    await office.daemon!.until('he is called', ({ msg }) => msg === 'calling back');
    expect(await run('calls', 'forget', client)).toMatchObject({ code: 1, err: expect.stringContaining('right now') });
    await office.attemptEnds(task);
    expect((await run('calls', 'forget', client)).out).toBe(`+${client} is forgotten: 1 call, 1 task, 1 attempt`);
    expect([json(await run('calls', 'list', '--json')), json(await run('tasks', 'list', '--all', '--json'))]).toEqual([[], []]); // prettier-ignore
  });
});
