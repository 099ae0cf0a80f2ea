import { afterEach, describe, expect, it } from '@jest/globals';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../lib/doctor/finding.js';
import { folderWith } from '../config/temporary-folder.js';
import { Office } from '../daemon/office.js';
import { cli, json } from './cli.js';

const password = 'only-in-specs';
let office: Office | undefined;

afterEach(async () => {
  await office?.close();
  office = undefined;
});

/** An office whose password is in a file, as an admin would keep it. */
async function open(configuration: Record<string, unknown> = {}): Promise<Office> {
  const opened = new Office({ configuration: { timezone: 'Europe/Moscow', ...configuration } });
  office = opened;
  const port = await opened.open();
  const written = JSON.parse(readFileSync(opened.configFile, 'utf8')) as Record<string, unknown>;
  writeFileSync(opened.configFile, JSON.stringify({ ...written, esl: { port, passwordFile: 'password' } }));
  givePassword(opened, password);
  return opened;
}

function givePassword({ folder }: Office, text: string): void {
  writeFileSync(join(folder, 'password'), `${text}\n`);
  chmodSync(join(folder, 'password'), 0o600);
}

async function doctor({ configFile }: Office): Promise<{ code: number; findings: Finding[] }> {
  const seen = await cli('doctor', '--config', configFile, '--json');
  return { code: seen.code, findings: (json(seen) as { findings: Finding[] }).findings };
}

const states = (findings: Finding[]): string[] => findings.map(({ name, state }) => `${name}: ${state}`);

describe('callbackd doctor', () => {
  it('finds all well but the daemon, and changes nothing', async () => {
    const { code, findings } = await doctor(await open());
    expect(states(findings).filter((each) => !each.endsWith(': ok'))).toEqual(['daemon: warning']);
    expect(findings.map(({ name }) => name)).toEqual([
      'configuration', 'user', 'password', 'link', 'events', 'modules', 'dialplan', 'queues', 'gateway', 'sounds',
      'cdr settings', 'cdr files', 'database', 'disk', 'daemon', 'clock',
    ]); // prettier-ignore
    expect(code).toBe(0);
  });

  it('finds all well beside a daemon, which goes on', async () => {
    const office = await open();
    await office.run();
    const { code, findings } = await doctor(office);
    // This spec's program calls itself 1.2.3, the daemon has the version of the package.
    expect(findings.find(({ name }) => name === 'daemon')?.found).toMatch(/^callbackd \d+\.\d+\.\d+ runs/);
    expect([code, states(findings).filter((each) => /problem|unchecked/.test(each))]).toEqual([0, []]);
    await office.lose('74951230001');
  });

  it('says what to do, and ends with 1, when something is wrong', async () => {
    const office = await open({ outbound: { route: 'sofia/gateway/nobody/{number}' }, backfill: { dir: 'elsewhere' } });
    const { code, findings } = await doctor(office);
    expect(code).toBe(1);
    expect(states(findings).filter((each) => each.endsWith('problem'))).toEqual([
      'gateway: problem',
      'cdr settings: problem',
      'cdr files: problem',
    ]);
    for (const { state, remedy } of findings) expect([state, remedy === undefined]).toEqual([state, state === 'ok']);
    const { out, err } = await cli('doctor', '--config', office.configFile);
    expect(out).toMatch(/^PROBLEM +gateway +FreeSWITCH does not know the gateway "nobody"/m);
    expect(out).toMatch(/^ +-> "fs_cli -x 'sofia status'"/m);
    expect(err).toBe('3 to be put right, 1 to be looked at');
  });

  it('tells a wrong password, and goes on with what needs no link', async () => {
    const office = await open();
    givePassword(office, 'another');
    const { code, findings } = await doctor(office);
    expect(findings.find(({ name }) => name === 'link')).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('does not accept the password'),
    });
    expect(states(findings).filter((each) => each.endsWith('unchecked'))).toEqual(
      ['events', 'modules', 'dialplan', 'queues', 'gateway', 'cdr settings'].map((name) => `${name}: unchecked`),
    );
    expect(states(findings)).toEqual(expect.arrayContaining(['database: ok', 'cdr files: ok', 'disk: ok']));
    expect(code).toBe(1);
  });

  it('does the same without a FreeSWITCH', async () => {
    const office = await open();
    await office.freeswitch.stop();
    const { out, code } = await cli('doctor', '--config', office.configFile);
    expect(out).toMatch(/^PROBLEM +link +cannot connect/m);
    expect(out).toMatch(/^- +dialplan +not checked: no link$/m);
    expect(code).toBe(1);
  });

  it('shows the errors of the configuration', async () => {
    const file = join(folderWith({ 'callbackd.json': '{"esl": {"prot": 1}}' }), 'callbackd.json');
    const { out, err, code } = await cli('doctor', '--config', file);
    expect(out).toMatch(/^PROBLEM +configuration .*"port"/m);
    expect([err, code]).toEqual(['1 to be put right, 1 not checked', 1]);
  });
});
