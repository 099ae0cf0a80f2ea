import { afterEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageFile } from '../../lib/config/package-root.js';
import type { LogLine } from '../../lib/demo/daemon-process.js';
import { lockForWriting } from '../../lib/store/database.js';
import type { Status } from '../../lib/tasks/status.js';
import { Office, quickRule } from './office.js';

const client = '74951230001';

interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real executable, as an admin runs it. */
async function callbackd(args: string[], password = 'only-in-specs'): Promise<Finished> {
  const run = promisify(execFile);
  const env = { ...process.env, CALLBACKD_ESL_PASSWORD: password };
  return run(process.execPath, [packageFile('dist', 'bin', 'callbackd.js'), ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Finished) => ({ code, stdout, stderr }),
  );
}

describe('what goes wrong', () => {
  let office: Office;
  afterEach(() => office.close());

  async function prepared(options: ConstructorParameters<typeof Office>[0] = {}): Promise<Office> {
    office = new Office(options);
    await office.open();
    return office;
  }

  const run = (): Promise<Finished> => callbackd(['run', '--config', office.configFile]);
  const problem = (line: LogLine): boolean => Number(line.level) >= 40 && typeof line.hint === 'string';

  it('a wrong password is said, with what to do, and never shown', async () => {
    await prepared();
    const daemon = office.spawn('not-the-password');
    const line = await daemon.until('the password is refused', problem);
    expect(`${line.msg} ${String(line.hint)}`).toMatch(/password/);
    expect(JSON.stringify(office.log)).not.toContain('not-the-password');
    const status = await callbackd(['status', '--config', office.configFile]);
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/password/);
  });

  it('a FreeSWITCH that is not there is waited for', async () => {
    await prepared();
    await office.freeswitch.stop();
    const daemon = office.spawn();
    const line = await daemon.until('it is said', problem);
    expect(line.msg).toMatch(/no link to FreeSWITCH/);
    await office.freeswitch.start();
    await daemon.until('the link is up', ({ msg }) => msg === 'link to FreeSWITCH is up');
  });

  it('a queue that FreeSWITCH does not have is named with its rule', async () => {
    const rule = { ...quickRule, callback: { ...quickRule.callback, to: { queue: 'nowhere@default' } } };
    await prepared({ rules: { '10-sales.json': rule } });
    await office.run();
    const { stdout } = await callbackd(['status', '--config', office.configFile, '--json']);
    expect((JSON.parse(stdout) as Status).problems.join()).toMatch(/rule "sales".*nowhere@default/);
  });

  it('a second daemon on the same database is refused', async () => {
    await prepared();
    await office.run();
    const second = await run();
    expect(second).toMatchObject({ code: 4, stderr: expect.stringMatching(/in use by another callbackd/) });
    const { code } = await callbackd(['status', '--config', office.configFile]);
    expect(code).toBe(0); // the first one goes on, and still answers
  });

  it('a file that is no database is refused and left as it was', async () => {
    await prepared();
    writeFileSync(office.database, 'this is somebody else’s file, and not a database at all');
    expect(await run()).toMatchObject({ code: 4, stderr: expect.stringMatching(/no intact SQLite database/) });
  });

  it('a missing folder of the database is named', async () => {
    await prepared({ configuration: { database: 'nowhere/callbackd.db' } });
    expect(await run()).toMatchObject({ code: 4, stderr: expect.stringMatching(/nowhere\/callbackd\.db/) });
  });

  it('a file in the place of the socket is left alone', async () => {
    await prepared({ configuration: { socket: 'precious' } });
    const file = join(office.folder, 'precious');
    writeFileSync(file, 'do not delete me');
    expect(await run()).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/precious is there already, and is no socket/),
    });
    expect(readFileSync(file, 'utf8')).toBe('do not delete me');
  });

  it('every problem of the files is told at once, with line and column', async () => {
    await prepared({
      rules: {
        '10-sales.json': { ...quickRule, lostAt: 'queue:sales@default', lostDuring: 'never-written', minWait: 'long' },
        '20-sound.json': { ...quickRule, callback: { ...quickRule.callback, prompt: { file: 'missing.wav' } } },
      },
    });
    const { code, stdout } = await callbackd(['check', '--config', office.configFile]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/10-sales\.json:1:\d+: .*minWait/);
    expect(stdout).toMatch(/20-sound\.json:1:\d+: .*missing\.wav/);
    // The daemon runs all the same, without these rules, and says so.
    const daemon = await office.run();
    await daemon.until(
      'the rule is told',
      ({ level, msg }) => level === 50 && /10-sales\.json:1:\d+: minWait/.test(msg),
    );
    await daemon.until('the sound is told', ({ level, msg }) => level === 50 && msg.includes('missing.wav'));
  });

  it('a database that is locked for a while delays a loss, and loses nothing', async () => {
    await prepared();
    const daemon = await office.run();
    const intruder = new Sqlite(office.database);
    intruder.exec('BEGIN IMMEDIATE');
    const lost = office.lose(client);
    const line = await daemon.until('it is said', problem);
    expect(line.msg).toMatch(/locked/);
    intruder.exec('ROLLBACK');
    intruder.close();
    const { task } = await lost;
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
  });

  it('hostile names and numbers reach neither an originate nor the terminal raw', async () => {
    await prepared();
    const name = '"Ev\u001b[31mil", {x}|\'y\',${system(id)}\u0007';
    await office.run();
    const call = office.freeswitch.clientCalls({
      number: client,
      name,
      dialled: "7495'1}{,|",
      queue: 'sales@default',
      hangUpAfterMs: 3_000,
    });
    const { task } = await office.daemon!.until(
      'it is lost',
      (line) => line.msg === 'client call lost' && line.call === call,
    );
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
    for (const originate of office.freeswitch.record.originates) {
      expect(originate).not.toMatch(/\$|\u001b|7495'/);
      // His phone shows what is left of the name: letters, digits, space . _ ( ) -
      const shown = /origination_caller_id_name=('[^']*'|[^,}]*)/.exec(originate)?.[1];
      expect(shown).toMatch(/^'?[\p{L}\p{N} ._()-]*'?$/u);
    }
    const { stdout } = await callbackd(['tasks', 'list', '--all', '--config', office.configFile]);
    expect(stdout).toContain('Ev·[31mil');
    expect(stdout).not.toMatch(/[\u001b\u0007]/);
  });

  it('numbers that nobody may dial make no task, and the reason is kept', async () => {
    await prepared();
    await office.run();
    for (const number of ['anonymous', '15550100001', '4915550100001']) {
      const { why, task } = await office.lose(number, 100);
      expect([number, task, typeof why]).toEqual([number, undefined, 'string']);
    }
    expect(office.freeswitch.record.originates).toHaveLength(0);
  });

  it('the CLI works on the database while no daemon runs, and waits for no one', async () => {
    await prepared({
      rules: { '10-sales.json': { ...quickRule, callback: { ...quickRule.callback, after: ['1h'] } } },
    });
    await office.run();
    const { task } = await office.lose(client);
    await office.daemon!.kill();
    const id = String(task);
    const at = ['--config', office.configFile];
    expect(JSON.parse((await callbackd(['tasks', 'list', '--json', ...at])).stdout)).toMatchObject([{ id: task }]);
    expect((await callbackd(['tasks', 'cancel', id, ...at])).code).toBe(0);
    expect(await callbackd(['tasks', 'cancel', id, ...at])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/closed already/),
    });
    expect((await callbackd(['tasks', 'retry', id, '--now', ...at])).code).toBe(0);
    const lock = lockForWriting(office.database);
    expect(await callbackd(['tasks', 'cancel', id, ...at])).toMatchObject({ code: 4 });
    lock.release();
    await office.run();
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'reached' });
  });

  it('a cancelled task that is being called is hung up at once', async () => {
    await prepared();
    office.freeswitch.client(client).always({ answersAfterMs: 100_000 });
    await office.run();
    const { task } = await office.lose(client);
    await new Promise<void>((resolve) => void office.freeswitch.on('clientRings', () => resolve()));
    expect(
      (await callbackd(['tasks', 'cancel', String(task), '--config', join(office.folder, 'callbackd.json')])).code,
    ).toBe(0);
    expect(await office.attemptEnds(task)).toMatchObject({ outcome: 'cancelled' });
    expect(office.freeswitch.liveLegs.filter(({ name }) => name.includes(client))).toEqual([]);
  });
});
