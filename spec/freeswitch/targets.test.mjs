/** Whom callbackd rings, what they hear, and what their keys do: real calls are lost, callbackd dials, on a real FreeSWITCH. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { externalCalls } from './flow.mjs';
import { skipped, SOUND, TONE } from './rig.mjs';
import { hears, makeStand, QUEUE } from './stand.mjs';

const MOBILE = '74951230955';
const { prompt, ringing, client: caller, employee } = TONE;
const talks = { ringMs: 500, hangUpAfterMs: 3000 };
const employees = {
  anna: { extension: '1001', agents: ['1001@default'], groups: ['sales'] },
  boris: { extension: '1002', agents: ['1002@default'], groups: ['sales'] },
  ivan: { numbers: [`+${MOBILE}`] },
};

if (!skipped()) {
  const stand = makeStand(74951231300);

  /** callbackd with one rule for all losses. @param more other keys of callbackd.json */
  function open(callback, more = {}) {
    const config = { employees: { ringTimeout: '15s' }, ...more };
    const usual = { after: ['0s', '1m'], successAfter: '2s' };
    return stand.open({ ...usual, ...callback }, { lostAt: 'any' }, { config, employees });
  }

  test('a group: the first phone rings, the second joins, answers, and gets the client', async () => {
    const number = await open({ to: { group: 'sales', step: '3s', atOnce: 2 } });
    const first = await stand.phone('1001', { never: true });
    const second = await stand.phone('1002', { ringMs: 1000 });
    const clients = await stand.trunk({ [number]: talks });
    const task = await stand.lose(number);
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', 'boris']);
    assert.deepEqual([first.tones(), second.tones()], [[], [prompt, ringing, caller]]);
    assert.deepEqual(clients.tones(number), [employee]);
    const { attempts } = await stand.show(task);
    assert.equal(attempts[0].target, 'group:sales');
    // Who talked and who only rang: the queue offers calls to both again.
    const counts = await Promise.all(
      ['1001@default', '1002@default'].map((agent) => externalCalls(stand.freeswitch, agent)),
    );
    assert.deepEqual(counts, [0, 0]);
  });

  test('a group in which only one phone is registered', async () => {
    const number = await open({ to: { group: 'sales' } });
    const second = await stand.phone('1002', { ringMs: 500 });
    await stand.trunk({ [number]: talks });
    await stand.lose(number);
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', 'boris']);
    assert.deepEqual(second.tones(), [prompt, ringing, caller]);
  });

  test('those who were tried: the agent whose phone rang when the client gave up', async () => {
    const number = await open({ to: { tried: true } });
    const tried = await stand.phone('1001', { never: true });
    await stand.phone('1002', { ringMs: 300 });
    await stand.agents(['1001']);
    const clients = await stand.trunk({ [number]: talks });
    const lost = await stand.call({ number, hangUpAfterMs: 3000 });
    await stand.freeswitch.esl.wait((e) => e['CC-Action'] === 'agent-offering' && e['CC-Member-CID-Number'] === number);
    await delay(1000);
    await tried.behave({ ringMs: 500 });
    await stand.agents([]);
    await lost.ended();
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', 'anna']);
    assert.deepEqual(tried.tones().slice(-3), [prompt, ringing, caller]);
    assert.deepEqual(clients.tones(number), [employee]);
  });

  test('those of the last phase: the extension that he had called', async () => {
    const number = await open({ to: { lastPhase: true } });
    const called = await stand.phone('1001', { never: true });
    await stand.trunk({ [number]: talks });
    const lost = await stand.call({ number, dialled: '74951234501', cancelAfterMs: 1500 });
    await lost.ended();
    await called.behave({ ringMs: 500 });
    const end = await stand.callbackd.until(
      'he is reached',
      ({ msg, outcome }) => msg === 'attempt ended' && outcome === 'reached',
    );
    assert.equal(end.employee, 'anna');
    assert.deepEqual(called.tones().slice(-3), [prompt, ringing, caller]);
  });

  test('by the dialled number', async () => {
    const number = await open({
      to: { byDialled: { [`+${QUEUE}`]: { extension: '1002' } }, else: { extension: '1001' } },
    });
    const other = await stand.phone('1001', { ringMs: 300 });
    const right = await stand.phone('1002', { ringMs: 300 });
    await stand.trunk({ [number]: talks });
    await stand.lose(number);
    assert.equal((await stand.callbackd.attemptEnds()).employee, 'boris');
    assert.deepEqual([other.tones(), right.tones()], [[], [prompt, ringing, caller]]);
  });

  test('a mobile: its voicemail presses nothing and loses, a person presses the key', async () => {
    const number = await open({ to: { number: `+${MOBILE}` }, accept: { key: '1', within: '6s' } });
    const clients = await stand.trunk({ [number]: talks, [MOBILE]: { ringMs: 300 } });
    const task = await stand.lose(number);
    assert.equal((await stand.callbackd.attemptEnds(1)).outcome, 'employee-no-answer');
    assert.equal((await stand.show(task)).task.attemptsUsed, 0);
    assert.equal(clients.calls(number), 0);
    const since = Date.now();
    await hears(() => clients.tones(MOBILE, since), SOUND['digits/1']);
    clients.press(MOBILE, '1');
    const end = await stand.callbackd.attemptEnds(2);
    assert.deepEqual([end.outcome, end.employee], ['reached', 'ivan']);
  });

  test('an extension of the admin’s dialplan', async () => {
    const number = await open({ to: { dialplan: '1002 XML default' } });
    const there = await stand.phone('1002', { ringMs: 500 });
    const clients = await stand.trunk({ [number]: talks });
    const task = await stand.lose(number);
    assert.equal((await stand.callbackd.attemptEnds()).outcome, 'reached');
    assert.deepEqual([there.tones(), clients.tones(number)], [[prompt, ringing, caller], [employee]]);
    assert.equal((await stand.show(task)).attempts[0].target, 'dialplan:1002 XML default');
  });

  test('the prompt says what is known of the call; the display shows who is called', async () => {
    const labels = { [`+${QUEUE}`]: { file: 'label.wav' } };
    const number = await open(
      { to: { extension: '1001' }, prompt: [{ file: 'callback.wav' }, { say: 'dialled' }, { say: 'timesLost' }] },
      { labels },
    );
    const employeePhone = await stand.phone('1001', { ringMs: 500 });
    await stand.trunk({ [number]: talks });
    await stand.lose(number, { name: 'Ivan, ${status()} {x}' });
    assert.equal((await stand.callbackd.attemptEnds()).outcome, 'reached');
    assert.deepEqual(employeePhone.tones(), [
      SOUND.callback,
      SOUND.label,
      SOUND['times-lost'],
      SOUND['digits/1'],
      ringing,
      caller,
    ]);
    const [from] = employeePhone.messages().match(/From: .*/);
    assert.match(from, /"callback Ivan/);
    assert.ok(!from.includes('$'), from);
    assert.match(from, new RegExp(`sip:\\+${number}@`));
  });

  for (const [key, state, reason] of [
    ['1', 'waiting', undefined],
    ['2', 'cancelled', 'done by employee'],
    ['9', 'cancelled', 'blacklisted'],
  ])
    test(`afterwards the employee presses ${key}: the task is ${reason ?? state}`, async () => {
      const number = await open({
        to: key === '2' ? { queue: 'sales@default' } : { extension: '1001' },
        afterwards: true,
      });
      const employeePhone = await stand.phone('1001', { ringMs: 300 });
      await stand.trunk({ [number]: { ringMs: 500, refuse: 486 } });
      const task = await stand.lose(number);
      await stand.agents(['1001']);
      await hears(() => employeePhone.tones(), SOUND.afterwards);
      employeePhone.press(key);
      assert.equal((await stand.callbackd.attemptEnds()).outcome, 'client-busy');
      assert.deepEqual(employeePhone.tones().slice(-3), [SOUND['client-busy'], SOUND.afterwards, SOUND.thanks]);
      const { task: shown } = await stand.show(task);
      assert.deepEqual([shown.state, shown.reason], [state, reason]);
      const listed = JSON.stringify(await stand.callbackd.cli('blacklist', 'list'));
      assert.equal(listed.includes(number), key === '9');
    });
}
