/** The main job on a real FreeSWITCH: real SIP calls are lost in a queue, and callbackd calls the clients back. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { agents, sippClientCall, sippPhone, sippTrunk, skipped, startFreeswitch, TONE } from './rig.mjs';
import { installCallbackd } from './callbackd.mjs';

const QUEUE = '74951234567';

if (!skipped()) {
  let freeswitch;
  let callbackd;
  let client = 74951230100;
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

  /** callbackd with one rule, and a client of the test's own. */
  async function open(callback) {
    client += 1;
    await agents(freeswitch.esl, []);
    callbackd = installCallbackd(freeswitch, callback);
    await callbackd.start();
    return String(client);
  }

  const phone = async (extension, behaviour) => used(await sippPhone(freeswitch, { extension, behaviour }));
  const trunk = async (number, behaviour) => used(await sippTrunk(freeswitch, { [number]: behaviour }));

  /** The client waits in the queue and hangs up. */
  async function lose(number, waitMs = 2000) {
    const call = used(await sippClientCall(freeswitch, { number, dialled: QUEUE, hangUpAfterMs: waitMs }));
    await call.ended();
    const { task } = await callbackd.until(
      'the call is lost',
      ({ msg, action }) => msg === 'client call lost' && action === 'callback',
    );
    return task;
  }

  /** The task says what it waits for; nobody is rung. */
  async function waits(task, what) {
    for (let tries = 0; tries < 100; tries++) {
      const { task: shown } = await callbackd.cli('tasks', 'show', String(task));
      if (what.test(shown.waitsFor ?? '')) return;
      await delay(100);
    }
    assert.fail('the task does not say what it waits for');
  }

  /** An event of the client's leg. */
  const event = (name, number) =>
    freeswitch.esl.wait(
      (e) =>
        e['Event-Name'] === name && e['Call-Direction'] === 'outbound' && e['Caller-Destination-Number'] === number,
    );

  /** From now on: the agent is offered a call. */
  const offered = (agent) => {
    const seen = freeswitch.esl.events.length;
    return freeswitch.esl.wait(
      (e) => e['CC-Action'] === 'agent-offering' && e['CC-Agent'] === agent && freeswitch.esl.events.indexOf(e) >= seen,
    );
  };

  const close = (actual, expected, tolerance, what) =>
    assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected} +-${tolerance}`);

  test('a client lost in the queue is reached: prompt, ringing, then both hear each other', async () => {
    const number = await open();
    const employee = await phone('1001', { never: true });
    await agents(freeswitch.esl, ['1001']);
    const task = await lose(number, 3000);
    await employee.behave({ ringMs: 500 });
    const clients = await trunk(number, { ringMs: 1500, hangUpAfterMs: 4000 });
    const end = await callbackd.attemptEnds();
    assert.equal(end.outcome, 'reached');
    assert.equal(end.employee, '1001@default');
    close(end.talkMs, 4000, 300, 'talk, ms');
    assert.deepEqual(employee.tones().slice(-3), [TONE.prompt, TONE.ringing, TONE.client]);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
    const shown = await callbackd.cli('tasks', 'show', String(task));
    assert.equal(shown.task.state, 'reached');
    close(shown.task.waited, 3, 1, 'waited, s');
    assert.deepEqual(shown.loss.call.tried, [['1001@default', 'ringing']]);
    assert.equal(clients.calls(number), 1);
  });

  test('a busy client is reached at the second attempt', async () => {
    const number = await open({ after: ['0s', '3s'] });
    await phone('1001', { ringMs: 300 });
    const busy = await sippTrunk(freeswitch, { [number]: { refuse: 486 } });
    const task = await lose(number);
    await agents(freeswitch.esl, ['1001']);
    assert.equal((await callbackd.attemptEnds(1)).outcome, 'client-busy');
    assert.equal(busy.calls(number), 1);
    await busy.stop();
    const clients = await trunk(number, { ringMs: 500, hangUpAfterMs: 3000 });
    assert.equal((await callbackd.attemptEnds(2)).outcome, 'reached');
    assert.equal(clients.calls(number), 1);
    const { task: stored, attempts } = await callbackd.cli('tasks', 'show', String(task));
    assert.deepEqual([stored.state, stored.attemptsUsed, attempts.length], ['reached', 2, 2]);
  });

  test('the first agent does not answer, the second does', async () => {
    const number = await open();
    const first = await phone('1001', { never: true });
    const second = await phone('1002', { ringMs: 300 });
    await trunk(number, { ringMs: 500, hangUpAfterMs: 3000 });
    await lose(number);
    const rings = offered('1001@default');
    await agents(freeswitch.esl, ['1001']);
    await rings;
    await agents(freeswitch.esl, ['1001', '1002']);
    const end = await callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', '1002@default']);
    assert.deepEqual(first.tones(), []);
    assert.deepEqual(second.tones(), [TONE.prompt, TONE.ringing, TONE.client]);
  });

  test('an extension is called directly', async () => {
    const number = await open({ to: { extension: '1003' } });
    const employee = await phone('1003', { ringMs: 500 });
    const clients = await trunk(number, { ringMs: 500, hangUpAfterMs: 3000 });
    await lose(number);
    const end = await callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', '1003']);
    close(end.talkMs, 3000, 300, 'talk, ms');
    assert.deepEqual(employee.tones(), [TONE.prompt, TONE.ringing, TONE.client]);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
  });

  test('an extension that is not registered uses up nothing; when it is there the client is reached', async () => {
    const number = await open({ to: { extension: '1003' } });
    const clients = await trunk(number, { ringMs: 500, hangUpAfterMs: 3000 });
    const task = await lose(number);
    await waits(task, /1003/);
    await phone('1003', { ringMs: 300 });
    await callbackd.until('he is reached', ({ msg, outcome }) => msg === 'attempt ended' && outcome === 'reached');
    assert.equal(clients.calls(number), 1);
    assert.equal((await callbackd.cli('tasks', 'show', String(task))).task.attemptsUsed, 1);
  });

  test('callbackd is killed while the employee’s phone rings: the call goes on, and is settled truthfully', async () => {
    const number = await open();
    const employee = await phone('1001', { ringMs: 3000 });
    const clients = await trunk(number, { ringMs: 500, hangUpAfterMs: 4000 });
    const task = await lose(number);
    const rings = offered('1001@default');
    await agents(freeswitch.esl, ['1001']);
    await rings;
    await callbackd.kill();
    await event('CHANNEL_HANGUP_COMPLETE', number); // all of it without callbackd
    await callbackd.start();
    await settledOnce(task, number, clients, employee);
  });

  test('callbackd is killed while both talk: they talk on, and it is settled truthfully', async () => {
    const number = await open();
    const employee = await phone('1001', { ringMs: 300 });
    const clients = await trunk(number, { ringMs: 300, hangUpAfterMs: 5000 });
    const task = await lose(number);
    const answers = event('CHANNEL_ANSWER', number);
    await agents(freeswitch.esl, ['1001']);
    await answers;
    await callbackd.kill();
    await callbackd.start(); // while they talk
    await settledOnce(task, number, clients, employee);
  });

  test('callbackd is killed and FreeSWITCH crashes while the client’s phone rings: unknown, and called once more', async () => {
    const number = await open({ after: ['0s', '2s'] });
    const employee = await sippPhone(freeswitch, { extension: '1001', behaviour: { ringMs: 300 } });
    const clients = await sippTrunk(freeswitch, { [number]: { never: true } });
    await lose(number);
    const rings = event('CHANNEL_CREATE', number);
    await agents(freeswitch.esl, ['1001']);
    await rings;
    await callbackd.kill();
    await freeswitch.restart({ signal: 'SIGKILL' });
    assert.equal(clients.calls(number), 1);
    await employee.stop({ dead: true });
    await clients.stop();
    await phone('1001', { ringMs: 300 });
    const again = await trunk(number, { ringMs: 300, hangUpAfterMs: 3000 });
    await callbackd.start();
    assert.equal((await callbackd.attemptEnds(1)).outcome, 'unknown');
    await agents(freeswitch.esl, ['1001']);
    assert.equal((await callbackd.attemptEnds(2)).outcome, 'reached');
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
    const lines = freeswitch.esl.events.slice(-80).map((e) => headers.map((name) => e[name] ?? '').join(' '));
    return `${callbackd.story()}\n${lines.join('\n')}`;
  }

  async function settledOnce(task, number, clients, employee) {
    const end = await callbackd.attemptEnds();
    assert.equal(end.outcome, 'reached');
    assert.ok(end.talkMs >= 3500, `talk ${end.talkMs} ms`);
    assert.equal(clients.calls(number), 1);
    const heard = employee.tones();
    assert.deepEqual(heard, [TONE.prompt, TONE.ringing, TONE.client], `heard ${heard.join()}\n${story()}`);
    assert.deepEqual(clients.tones(number), [TONE.employee]);
    const { task: stored, attempts } = await callbackd.cli('tasks', 'show', String(task));
    assert.deepEqual([stored.state, attempts.length], ['reached', 1]);
  }
}
