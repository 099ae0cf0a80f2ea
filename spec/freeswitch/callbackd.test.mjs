/** The main job on a real FreeSWITCH: real SIP calls are lost in a queue, and callbackd calls the clients back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipped, TONE } from './rig.mjs';
import { makeStand } from './stand.mjs';

if (!skipped()) {
  const stand = makeStand(74951230100);

  /** The client waits in the queue and hangs up. */
  const lose = (number, waitMs = 2000) => stand.lose(number, { hangUpAfterMs: waitMs });

  /** An event of the client's leg. */
  const event = (name, number) =>
    stand.freeswitch.esl.wait(
      (e) =>
        e['Event-Name'] === name && e['Call-Direction'] === 'outbound' && e['Caller-Destination-Number'] === number,
    );

  /** From now on: the agent is offered a call. */
  const offered = (agent) => stand.later((e) => e['CC-Action'] === 'agent-offering' && e['CC-Agent'] === agent);

  const close = (actual, expected, tolerance, what) =>
    assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected} +-${tolerance}`);

  test('a client lost in the queue is reached: prompt, ringing, then both hear each other', async () => {
    const number = await stand.open();
    const employee = await stand.phone('1001', { never: true });
    await stand.agents(['1001']);
    const task = await lose(number, 3000);
    await employee.behave({ ringMs: 500 });
    const clients = await stand.trunk({ [number]: { ringMs: 1500, hangUpAfterMs: 4000 } });
    const end = await stand.callbackd.attemptEnds();
    assert.equal(end.outcome, 'reached');
    assert.equal(end.employee, '1001@default');
    close(end.talkMs, 4000, 300, 'talk, ms');
    assert.deepEqual(employee.tones().slice(-3), [TONE.prompt, TONE.ringing, TONE.client]);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
    const shown = await stand.show(task);
    assert.equal(shown.task.state, 'reached');
    close(shown.task.waited, 3, 1, 'waited, s');
    assert.deepEqual(shown.loss.call.tried, [['1001@default', 'ringing']]);
    assert.equal(clients.calls(number), 1);
  });

  test('a busy client is reached at the second attempt', async () => {
    const number = await stand.open({ after: ['0s', '3s'] });
    await stand.phone('1001', { ringMs: 300 });
    const busy = await stand.trunk({ [number]: { refuse: 486 } });
    const task = await lose(number);
    await stand.agents(['1001']);
    assert.equal((await stand.callbackd.attemptEnds(1)).outcome, 'client-busy');
    assert.equal(busy.calls(number), 1);
    await stand.drop(busy);
    const clients = await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    assert.equal((await stand.callbackd.attemptEnds(2)).outcome, 'reached');
    assert.equal(clients.calls(number), 1);
    const { task: stored, attempts } = await stand.show(task);
    assert.deepEqual([stored.state, stored.attemptsUsed, attempts.length], ['reached', 2, 2]);
  });

  test('the first agent does not answer, the second does', async () => {
    const number = await stand.open();
    const first = await stand.phone('1001', { never: true });
    const second = await stand.phone('1002', { ringMs: 300 });
    await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    await lose(number);
    const rings = offered('1001@default');
    await stand.agents(['1001']);
    await rings;
    await stand.agents(['1001', '1002']);
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', '1002@default']);
    assert.deepEqual(first.tones(), []);
    assert.deepEqual(second.tones(), [TONE.prompt, TONE.ringing, TONE.client]);
  });

  test('an extension is called directly', async () => {
    const number = await stand.open({ to: { extension: '1003' } });
    const employee = await stand.phone('1003', { ringMs: 500 });
    const clients = await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    await lose(number);
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', '1003']);
    close(end.talkMs, 3000, 300, 'talk, ms');
    assert.deepEqual(employee.tones(), [TONE.prompt, TONE.ringing, TONE.client]);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
  });

  test('an extension that is not registered uses up nothing; when it is there the client is reached', async () => {
    const number = await stand.open({ to: { extension: '1003' } });
    const clients = await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    const task = await lose(number);
    await stand.waits(task, /1003/);
    await stand.phone('1003', { ringMs: 300 });
    await stand.callbackd.until(
      'he is reached',
      ({ msg, outcome }) => msg === 'attempt ended' && outcome === 'reached',
    );
    assert.equal(clients.calls(number), 1);
    assert.equal((await stand.show(task)).task.attemptsUsed, 1);
  });

  test('callbackd is killed while the employee’s phone rings: the call goes on, and is settled truthfully', async () => {
    const number = await stand.open();
    const employee = await stand.phone('1001', { ringMs: 3000 });
    const clients = await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 4000 } });
    const task = await lose(number);
    const rings = offered('1001@default');
    await stand.agents(['1001']);
    await rings;
    await stand.callbackd.kill();
    await event('CHANNEL_HANGUP_COMPLETE', number); // all of it without callbackd
    await stand.callbackd.start();
    await settledOnce(task, number, clients, employee);
  });

  test('callbackd is killed while both talk: they talk on, and it is settled truthfully', async () => {
    const number = await stand.open();
    const employee = await stand.phone('1001', { ringMs: 300 });
    const clients = await stand.trunk({ [number]: { ringMs: 300, hangUpAfterMs: 5000 } });
    const task = await lose(number);
    const answers = event('CHANNEL_ANSWER', number);
    await stand.agents(['1001']);
    await answers;
    await stand.callbackd.kill();
    await stand.callbackd.start(); // while they talk
    await settledOnce(task, number, clients, employee);
  });

  test('callbackd is killed and FreeSWITCH crashes while the client’s phone rings: unknown, and called once more', async () => {
    const number = await stand.open({ after: ['0s', '2s'] });
    const employee = await stand.phone('1001', { ringMs: 300 });
    const clients = await stand.trunk({ [number]: { never: true } });
    await lose(number);
    const rings = event('CHANNEL_CREATE', number);
    await stand.agents(['1001']);
    await rings;
    await stand.callbackd.kill();
    await stand.freeswitch.restart({ signal: 'SIGKILL' });
    assert.equal(clients.calls(number), 1);
    await stand.drop(employee, { dead: true });
    await stand.drop(clients);
    await stand.phone('1001', { ringMs: 300 });
    const again = await stand.trunk({ [number]: { ringMs: 300, hangUpAfterMs: 3000 } });
    await stand.callbackd.start();
    assert.equal((await stand.callbackd.attemptEnds(1)).outcome, 'unknown');
    await stand.agents(['1001']);
    assert.equal((await stand.callbackd.attemptEnds(2)).outcome, 'reached');
    assert.equal(again.calls(number), 1);
  });

  /** What callbackd and FreeSWITCH did, for a failure that has to be understood afterwards. */
  function story() {
    const headers = [
      'Event-Date-Timestamp',
      'Event-Name',
      'CC-Action',
      'CC-Agent',
      'Unique-ID',
      'Channel-Name',
      'Hangup-Cause',
    ];
    const lines = stand.freeswitch.esl.events.slice(-80).map((e) => headers.map((name) => e[name] ?? '').join(' '));
    return `${stand.callbackd.story()}\n${lines.join('\n')}`;
  }

  async function settledOnce(task, number, clients, employee) {
    const end = await stand.callbackd.attemptEnds();
    assert.equal(end.outcome, 'reached');
    assert.ok(end.talkMs >= 3500, `talk ${end.talkMs} ms`);
    assert.equal(clients.calls(number), 1);
    const heard = employee.tones();
    assert.deepEqual(heard, [TONE.prompt, TONE.ringing, TONE.client], `heard ${heard.join()}\n${story()}`);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
    const { task: stored, attempts } = await stand.show(task);
    assert.deepEqual([stored.state, attempts.length], ['reached', 1]);
  }
}
