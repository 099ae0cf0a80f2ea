/** `callbackd check` asks a real FreeSWITCH for the queues, agents, extensions and the gateway that the files name. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { installCallbackd } from './callbackd.mjs';
import { skipped, startFreeswitch } from './rig.mjs';

const EXECUTABLE = path.resolve(import.meta.dirname, '../../dist/bin/callbackd.js');

if (!skipped()) {
  let freeswitch;

  before(async () => {
    freeswitch = await startFreeswitch();
  });
  after(async () => {
    await freeswitch?.stop();
  });

  /** Exit code and lines, without the folder. */
  function check({ config, dir, password }) {
    return new Promise((resolve) => {
      const env = { ...process.env, CALLBACKD_ESL_PASSWORD: password };
      execFile(process.execPath, [EXECUTABLE, 'check', '--config', config], { env }, (error, stdout) =>
        resolve({ code: error?.code ?? 0, lines: stdout.trim().replaceAll(`${dir}/`, '').split('\n') }),
      );
    });
  }

  test('what is there is not told', async () => {
    const installed = installCallbackd(freeswitch);
    const employees = { anna: { extension: '1001', agents: ['1001@default'] }, boris: { extension: '1002' } };
    writeFileSync(path.join(installed.dir, 'employees.json'), JSON.stringify(employees));
    assert.deepEqual(await check(installed), { code: 0, lines: ['callbackd.json: no errors; 1 rule in force'] });
  });

  test('what is not there is told, with the nearest name that is', async () => {
    const installed = installCallbackd(freeswitch);
    const write = (name, text) => writeFileSync(path.join(installed.dir, name), text);
    write(
      'employees.json',
      '{ "anna": { "extension": "1091", "agents": ["1001@defualt"] }, "boris": { "extension": "1001" } }',
    );
    write('rules/20-help.json', '{ "name": "Help", "lostAt": "queue:sale@default", "ignore": true }');
    write(
      'callbackd.json',
      JSON.stringify({
        esl: { port: freeswitch.ports.esl },
        country: 'RU',
        backfill: { dir: freeswitch.cdrDir },
        outbound: { route: 'sofia/gateway/trunc/{number}' },
      }),
    );
    const { code, lines } = await check(installed);
    assert.equal(code, 0);
    const told = (part) =>
      assert.ok(
        lines.some((line) => line.includes(part)),
        `${part}\n${lines.join('\n')}`,
      );
    told(
      'outbound.route: "outbound.route" names the gateway "trunc", which FreeSWITCH does not have; did you mean "trunk"?',
    );
    told(
      'anna.extension: employee "anna" names the extension "1091", which FreeSWITCH\'s directory does not have; did you mean "1001"?',
    );
    told(
      'anna.agents[0]: employee "anna" names the agent "1001@defualt", which mod_callcenter does not have; did you mean "1001@default"?',
    );
    told(
      'lostAt: rule "help" names the queue "sale@default", which mod_callcenter does not have; did you mean "sales@default"?',
    );
    assert.equal(lines.length, 5);
  });
}
