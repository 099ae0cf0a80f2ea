/** `callbackd doctor` on a real FreeSWITCH: all well, and with the things broken that go wrong on the first day. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { sippClientCall, skipped, startFreeswitch } from './rig.mjs';
import { installCallbackd } from './callbackd.mjs';

const EXECUTABLE = path.resolve(import.meta.dirname, '../../dist/bin/callbackd.js');
const PRODUCT = path.resolve(import.meta.dirname, '../../freeswitch-conf');

if (!skipped()) {
  let freeswitch;
  let callbackd;

  before(async () => {
    freeswitch = await startFreeswitch();
  });
  after(async () => {
    await freeswitch?.stop();
  });
  afterEach(async () => {
    await callbackd?.stop();
    callbackd = undefined;
  });

  /** Installs callbackd, with changes to its configuration; `timezone` is set, as an office would. */
  function install(changes = {}) {
    const installed = installCallbackd(freeswitch);
    const written = JSON.parse(readFileSync(installed.config, 'utf8'));
    writeFileSync(installed.config, JSON.stringify({ ...written, timezone: 'Europe/Moscow', ...changes }));
    return installed;
  }

  /** What doctor says: exit code, findings by name and state. */
  function doctor({ config, password }) {
    return new Promise((resolve, reject) => {
      const env = { ...process.env, CALLBACKD_ESL_PASSWORD: password };
      execFile(process.execPath, [EXECUTABLE, 'doctor', '--json', '--config', config], { env }, (error, stdout) => {
        if (error && typeof error.code !== 'number') return reject(error);
        const { findings } = JSON.parse(stdout);
        const named = (state) => findings.filter((each) => each.state === state);
        resolve({ code: error?.code ?? 0, findings, named, story: JSON.stringify(findings, null, 1) });
      });
    });
  }

  const names = (findings) => findings.map(({ name }) => name);

  test('all is well beside a daemon, after a call', async () => {
    callbackd = install();
    await callbackd.start();
    const seen = callbackd.log.length;
    const call = await sippClientCall(freeswitch, {
      number: '74951230150',
      dialled: '74951234567',
      hangUpAfterMs: 1000,
    });
    await call.ended();
    await callbackd.until('the call is lost', ({ msg }) => msg === 'client call lost', seen);
    const { code, findings, story } = await doctor(callbackd);
    assert.equal(code, 0, story);
    assert.deepEqual(names(findings.filter(({ state }) => state !== 'ok')), [], story);
    const { found } = findings.find(({ name }) => name === 'cdr files');
    assert.match(found, /\d+ files, the newest of 20/);
    await call.stop();
  });

  test('a wrong password', async () => {
    const { dir, ...installed } = install();
    const { code, named, story } = await doctor({ ...installed, password: 'not this one' });
    rmSync(dir, { recursive: true });
    assert.equal(code, 1);
    assert.deepEqual(names(named('problem')), ['link'], story);
    assert.match(named('problem')[0].found, /does not accept the password/);
    assert.ok(named('unchecked').length >= 6, story);
  });

  test('a wrong gateway, queue and folder', async () => {
    const { dir, ...installed } = install({
      outbound: { route: 'sofia/gateway/nobody/{number}' },
      backfill: { dir: '/nonexistent' },
      requests: { queues: ['nowhere@default'] },
    });
    const { code, named, story } = await doctor(installed);
    rmSync(dir, { recursive: true });
    assert.equal(code, 1);
    assert.deepEqual(names(named('problem')), ['gateway', 'cdr settings', 'cdr files'], story);
    assert.match(named('problem')[1].remedy, new RegExp(freeswitch.cdrDir));
    assert.ok(names(named('warning')).includes('queues'), story);
  });

  test('mod_json_cdr is not loaded', async () => {
    await freeswitch.esl.api('unload mod_json_cdr');
    const { dir, ...installed } = install();
    try {
      const { code, named, story } = await doctor(installed);
      assert.equal(code, 1);
      assert.deepEqual(names(named('problem')), ['modules'], story);
      assert.match(named('problem')[0].found, /^mod_json_cdr is not loaded/);
    } finally {
      await freeswitch.esl.api('load mod_json_cdr');
      rmSync(dir, { recursive: true });
    }
  });

  test('our dialplan is not there', async () => {
    const conf = mkdtempSync(path.join(tmpdir(), 'callbackd-conf-'));
    mkdirSync(path.join(conf, 'dialplan'));
    cpSync(path.join(PRODUCT, 'autoload_configs'), path.join(conf, 'autoload_configs'), { recursive: true });
    const bare = await startFreeswitch({ callbackdConf: conf });
    const { dir, ...installed } = installCallbackd(bare);
    try {
      const { code, named, story } = await doctor(installed);
      assert.equal(code, 1);
      assert.deepEqual(names(named('problem')), ['dialplan'], story);
      assert.match(named('problem')[0].remedy, /cp .*callbackd\.xml .*\/dialplan\//);
    } finally {
      await bare.stop();
      rmSync(dir, { recursive: true });
      rmSync(conf, { recursive: true });
    }
  });
}
