/** Rules that an admin edits while callbackd runs beside a real FreeSWITCH: what it means for calls that are going on. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { agents, sippClientCall, sippPhone, sippTrunk, skipped, startFreeswitch, TONE } from './rig.mjs';
import { installCallbackd } from './callbackd.mjs';

const QUEUE = '74951234567';

if (!skipped()) {
  let freeswitch;
  let callbackd;
  let client = 74951230500;
  const running = [];
  const used = (part) => (running.push(part), part);

  before(async () => {
    freeswitch = await startFreeswitch();
  });
  after(async () => {
    await freeswitch?.stop();
  });
  afterEach(async () => {
    await callbackd?.stop();
    for (const part of running.splice(0).reverse()) await part.stop();
  });

  async function open(callback, rest) {
    client += 1;
    await agents(freeswitch.esl, []);
    callbackd = installCallbackd(freeswitch, callback, rest);
    await callbackd.start();
    return String(client);
  }

  const phone = async (extension, behaviour) => used(await sippPhone(freeswitch, { extension, behaviour }));
  const trunk = async (number, behaviour) => used(await sippTrunk(freeswitch, { [number]: behaviour }));

  /** The admin edits the one rule: `change` of its text. Resolves when the daemon has read it. */
  async function edit(change) {
    const file = path.join(callbackd.dir, 'rules', '10-sales.json');
    const from = callbackd.log.length;
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
    await callbackd.until('the rules are read', ({ msg }) => msg === 'the rules were read again', from);
  }

  async function lose(number) {
    const from = callbackd.log.length;
    const call = used(await sippClientCall(freeswitch, { number, dialled: QUEUE, hangUpAfterMs: 1500 }));
    await call.ended();
    return callbackd.until('the call is lost', ({ msg }) => msg === 'client call lost', from);
  }

  /** From now on: a leg to this number or extension rings. */
  function rings(destination) {
    const seen = freeswitch.esl.events.length;
    return freeswitch.esl.wait(
      (e) =>
        e['Event-Name'].startsWith('CHANNEL_PROGRESS') &&
        e['Caller-Destination-Number']?.endsWith(destination) &&
        freeswitch.esl.events.indexOf(e) >= seen,
    );
  }

  const shown = (task) => callbackd.cli('tasks', 'show', String(task));

  test('a rule that is edited between two attempts: the second rings somebody else', async () => {
    const number = await open({ to: { extension: '1003' }, after: ['0s', '4s'] });
    const former = await phone('1003', { ringMs: 300 });
    const next = await phone('1002', { ringMs: 300 });
    const busy = await sippTrunk(freeswitch, { [number]: { refuse: 486 } });
    const { task } = await lose(number);
    assert.equal((await callbackd.attemptEnds(1)).outcome, 'client-busy');
    await busy.stop();
    await trunk(number, { ringMs: 500, hangUpAfterMs: 3000 });
    await edit((rule) => ({ ...rule, callback: { ...rule.callback, to: { extension: '1002' } } }));
    const end = await callbackd.attemptEnds(2);
    assert.deepEqual([end.outcome, end.employee], ['reached', '1002']);
    assert.deepEqual(next.tones(), [TONE.prompt, TONE.ringing, TONE.client]);
    assert.equal(former.tones().filter((tone) => tone === TONE.prompt).length, 1);
    assert.deepEqual([(await shown(task)).task.attemptsUsed], [2]);
  });

  test('switched off while a phone rings: it stops and uses up nothing; on: he is called back', async () => {
    const number = await open({ to: { extension: '1003' } });
    const employee = await phone('1003', { never: true });
    const clients = await trunk(number, { ringMs: 500, hangUpAfterMs: 3000 });
    const ringing = rings('1003');
    const { task } = await lose(number);
    await ringing;
    await callbackd.cli('off');
    assert.equal((await callbackd.attemptEnds(1)).outcome, 'cancelled');
    const resting = await shown(task);
    assert.deepEqual([resting.task.state, resting.task.attemptsUsed], ['waiting', 0]);
    const unheard = await lose(String(Number(number) + 50));
    assert.deepEqual([unheard.action, unheard.task], ['none', undefined]);
    assert.match(unheard.why, /switched off/);
    await employee.behave({ ringMs: 300 });
    await callbackd.cli('on');
    assert.equal((await callbackd.attemptEnds(2)).outcome, 'reached');
    assert.equal(clients.calls(number), 1);
  });

  test('a rule that is deleted while the client’s phone rings: both legs are hung up, the task is cancelled', async () => {
    const number = await open({ to: { extension: '1003' } });
    await phone('1003', { ringMs: 300 });
    const clients = await trunk(number, { never: true });
    const ringing = rings(number);
    const { task } = await lose(number);
    await ringing;
    const { cancelled } = await callbackd.cli('rules', 'delete', 'sales', '--yes');
    assert.deepEqual(
      cancelled.map(({ id }) => id),
      [task],
    );
    assert.equal((await callbackd.attemptEnds(1)).outcome, 'cancelled');
    assert.deepEqual([(await shown(task)).task.reason, clients.calls(number)], ['rule deleted', 1]);
    assert.equal((await freeswitch.esl.api('show channels count')).trim().startsWith('0 total'), true);
  });

  test('who talks when his rule is deleted talks on', async () => {
    const number = await open({ to: { extension: '1003' } });
    await phone('1003', { ringMs: 300 });
    const clients = await trunk(number, { ringMs: 300, hangUpAfterMs: 5000 });
    const bridged = freeswitch.esl.wait(
      (e) => e['Event-Name'] === 'CHANNEL_ANSWER' && e['Caller-Destination-Number'] === number,
    );
    await lose(number);
    await bridged;
    await callbackd.cli('rules', 'delete', 'sales', '--yes');
    const end = await callbackd.attemptEnds(1);
    assert.equal(end.outcome, 'reached');
    assert.ok(end.talkMs > 4500, `talked ${end.talkMs} ms`);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
  });
}
