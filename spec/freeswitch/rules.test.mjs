/** Rules that an admin edits while callbackd runs beside a real FreeSWITCH: what it means for calls that are going on. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { skipped, TONE } from './rig.mjs';
import { makeStand } from './stand.mjs';

if (!skipped()) {
  const stand = makeStand(74951230500);

  /** The admin edits the one rule: `change` of its text. Resolves when the daemon has read it. */
  async function edit(change) {
    const file = path.join(stand.callbackd.dir, 'rules', '10-sales.json');
    const from = stand.callbackd.log.length;
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
    await stand.callbackd.until('the rules are read', ({ msg }) => msg === 'the rules were read again', from);
  }

  /** A lost call that makes no task; resolves to its line in the log. */
  async function loseUnheard(number) {
    const from = stand.callbackd.log.length;
    const { ended } = await stand.call({ number, hangUpAfterMs: 1500 });
    await ended();
    return stand.callbackd.until('the call is lost', ({ msg }) => msg === 'client call lost', from);
  }

  /** From now on: a leg to this number or extension rings. */
  const rings = (destination) =>
    stand.later(
      (e) => e['Event-Name'].startsWith('CHANNEL_PROGRESS') && e['Caller-Destination-Number']?.endsWith(destination),
    );

  test('a rule that is edited between two attempts: the second rings somebody else', async () => {
    const number = await stand.open({ to: { extension: '1003' }, after: ['0s', '4s'] });
    const former = await stand.phone('1003', { ringMs: 300 });
    const next = await stand.phone('1002', { ringMs: 300 });
    const busy = await stand.trunk({ [number]: { refuse: 486 } });
    const task = await stand.lose(number);
    assert.equal((await stand.callbackd.attemptEnds(1)).outcome, 'client-busy');
    await stand.drop(busy);
    await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    await edit((rule) => ({ ...rule, callback: { ...rule.callback, to: { extension: '1002' } } }));
    const end = await stand.callbackd.attemptEnds(2);
    assert.deepEqual([end.outcome, end.employee], ['reached', '1002']);
    assert.deepEqual(next.tones(), [TONE.prompt, TONE.ringing, TONE.client]);
    assert.equal(former.tones().filter((tone) => tone === TONE.prompt).length, 1);
    assert.deepEqual([(await stand.show(task)).task.attemptsUsed], [2]);
  });

  test('switched off while a phone rings: it stops and uses up nothing; on: he is called back', async () => {
    const number = await stand.open({ to: { extension: '1003' } });
    const employee = await stand.phone('1003', { never: true });
    const clients = await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    const ringing = rings('1003');
    const task = await stand.lose(number);
    await ringing;
    await stand.callbackd.cli('off');
    assert.equal((await stand.callbackd.attemptEnds(1)).outcome, 'cancelled');
    const resting = await stand.show(task);
    assert.deepEqual([resting.task.state, resting.task.attemptsUsed], ['waiting', 0]);
    const unheard = await loseUnheard(String(Number(number) + 50));
    assert.deepEqual([unheard.action, unheard.task], ['none', undefined]);
    assert.match(unheard.why, /switched off/);
    await employee.behave({ ringMs: 300 });
    await stand.callbackd.cli('on');
    assert.equal((await stand.callbackd.attemptEnds(2)).outcome, 'reached');
    assert.equal(clients.calls(number), 1);
  });

  test('a rule that is deleted while the client’s phone rings: both legs are hung up, the task is cancelled', async () => {
    const number = await stand.open({ to: { extension: '1003' } });
    await stand.phone('1003', { ringMs: 300 });
    const clients = await stand.trunk({ [number]: { never: true } });
    const ringing = rings(number);
    const task = await stand.lose(number);
    await ringing;
    const { cancelled } = await stand.callbackd.cli('rules', 'delete', 'sales', '--yes');
    assert.deepEqual(
      cancelled.map(({ id }) => id),
      [task],
    );
    assert.equal((await stand.callbackd.attemptEnds(1)).outcome, 'cancelled');
    assert.deepEqual([(await stand.show(task)).task.reason, clients.calls(number)], ['rule deleted', 1]);
    assert.equal((await stand.freeswitch.esl.api('show channels count')).trim().startsWith('0 total'), true);
  });

  test('who talks when his rule is deleted talks on', async () => {
    const number = await stand.open({ to: { extension: '1003' } });
    await stand.phone('1003', { ringMs: 300 });
    const clients = await stand.trunk({ [number]: { ringMs: 300, hangUpAfterMs: 5000 } });
    const bridged = stand.freeswitch.esl.wait(
      (e) => e['Event-Name'] === 'CHANNEL_ANSWER' && e['Caller-Destination-Number'] === number,
    );
    await stand.lose(number);
    await bridged;
    await stand.callbackd.cli('rules', 'delete', 'sales', '--yes');
    const end = await stand.callbackd.attemptEnds(1);
    assert.equal(end.outcome, 'reached');
    assert.ok(end.talkMs > 4500, `talked ${end.talkMs} ms`);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
  });
}
