/** What happened while callbackd was dead, or when FreeSWITCH itself died: every client is found, once, with the true times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipped } from './rig.mjs';
import { makeStand, QUEUE } from './stand.mjs';

/** Five places in which a client can be lost, and how he leaves each. */
const places = [
  { place: 'queue', call: { dialled: QUEUE, hangUpAfterMs: 2000 } },
  { place: 'extension', call: { dialled: '74951234501', cancelAfterMs: 1500 } },
  { place: 'ivr', call: { dialled: '74951234502', hangUpAfterMs: 2000 } },
  { place: 'group', call: { dialled: '74951234503', cancelAfterMs: 1500 } },
  { place: 'queue', queue: 'fifo:hotline', call: { dialled: '74951234505', hangUpAfterMs: 2000 } },
];

if (!skipped()) {
  const stand = makeStand(74951236000);

  /** callbackd notes who is lost, and calls nobody back meanwhile. */
  const open = () => stand.open({ after: ['1h'] }, { lostAt: 'any' });

  /** A client calls and leaves; resolves to when he left, ms. */
  async function leave(number, call) {
    const { ended } = await stand.call({ number, ...call });
    await ended();
    return Date.now();
  }

  const lost = () => stand.callbackd.log.filter(({ msg }) => msg === 'client call lost');

  test('20 clients are lost in five places while callbackd is dead: 20 lost calls with true times, none doubled', async () => {
    const number = await open();
    for (const extension of ['1001', '1002']) await stand.phone(extension, { never: true });
    await stand.lose(number, places[0].call); // one that is seen live and stands in the journal
    await stand.callbackd.kill();
    const expected = new Map();
    for (let round = 0; round < 4; round++) {
      const numbers = places.map((_, index) => `7495123${index + 1}00${round}`);
      // Phones take one call at a time: the places that ring them come one after the other.
      for (const [index, place] of places.entries())
        expected.set(`+${numbers[index]}`, { ...place, left: await leave(numbers[index], place.call) });
    }
    const from = stand.callbackd.log.length;
    await stand.callbackd.start();
    await stand.callbackd.until('all are found', () => lost().length >= 21, from);
    assert.equal(lost().length, 21);
    const tasks = await stand.callbackd.cli('tasks', 'list');
    assert.equal(tasks.length, 21);
    for (const [client, { place, queue, left }] of expected) {
      const task = tasks.find((each) => each.client === client);
      assert.ok(task, `a task for ${client}`);
      assert.ok(Math.abs(task.lostAt - left) < 1500, `${client} was lost at ${task.lostAt}, he left at ${left}`);
      const { loss } = await stand.show(task.id);
      assert.equal(loss.call.place, place, client);
      if (queue) assert.equal(loss.call.queue, queue);
    }
    await stand.callbackd.kill();
    await stand.callbackd.start();
    assert.equal(lost().length, 21, 'started once more, nobody is lost a second time');
  });

  test('FreeSWITCH is killed while clients wait: they are lost calls', async () => {
    const number = await open();
    const numbers = [number, String(Number(number) + 50)];
    for (const each of numbers) await stand.call({ number: each, hangUpAfterMs: 20000 });
    const waiting = async () => (await stand.callbackd.cli('status')).clients.filter(({ queue }) => queue).length;
    while ((await waiting()) < numbers.length);
    const killed = Date.now();
    await stand.freeswitch.restart({ signal: 'SIGKILL' });
    await stand.callbackd.until('both are lost', () => lost().length >= 2);
    for (const task of await stand.callbackd.cli('tasks', 'list')) {
      const { loss } = await stand.show(task.id);
      assert.deepEqual([loss.call.place, loss.call.queue, loss.call.endedBy], ['queue', 'sales@default', 'shutdown']);
      assert.ok(
        task.lostAt <= killed + 100 && task.lostAt > killed - 10000,
        'at the last moment at which they were seen',
      );
    }
  });

  test('a client hangs up while the employee has put him on hold', async () => {
    const number = await open();
    await stand.phone('1001', { ringMs: 300, hold: { afterMs: 1500, ms: 8000 } });
    await stand.agents(['1001']);
    const task = await stand.lose(number, { hangUpAfterMs: 5000 });
    const { loss } = await stand.show(task);
    assert.deepEqual([loss.call.place, loss.call.transferredBy], ['transfer', '1001@default']);
  });

  test('a client who was passed on to a colleague by att_xfer was answered by him', async () => {
    const number = await open();
    const answers = stand.later((e) => e['Event-Name'] === 'CHANNEL_ANSWER' && e['Channel-Name'].includes('/1002@'));
    const client = await consulting(number, { ringMs: 1000 }, 9000);
    await answers;
    await stand.freeswitch.esl.api(`uuid_kill ${agentLeg(number)}`); // the employee hangs up: the two are connected
    await client.ended();
    const [call] = await untilListed(number);
    assert.deepEqual([call.call.outcome, call.call.employee], ['answered', '1002']);
  });

  test('a client hangs up on hold while the employee consults a colleague', async () => {
    const number = await open();
    await stand.phone('1001', { ringMs: 300, hold: { afterMs: 1500, ms: 9000 } });
    await stand.phone('1002', { never: true });
    await stand.agents(['1001']);
    const lost = stand.lose(number, { hangUpAfterMs: 6000 });
    await stand.later((e) => e['Event-Name'] === 'CHANNEL_HOLD');
    await stand.call({ from: 'internal', number: '1001', dialled: '1002', cancelAfterMs: 4000 });
    const { loss } = await stand.show(await lost);
    assert.deepEqual(
      [loss.call.place, loss.call.transferredBy, loss.call.endedBy],
      ['transfer', '1001@default', 'client'],
    );
  });

  test('a client hangs up while the employee consults by att_xfer', async () => {
    const number = await open();
    const client = await consulting(number, { never: true }, 7000);
    await client.ended();
    const { task } = await stand.callbackd.until('he is lost', ({ msg }) => msg === 'client call lost');
    const { loss } = await stand.show(task);
    assert.deepEqual([loss.call.place, loss.call.transferredBy], ['transfer', '1001@default']);
  });

  /** The leg of the agent who answered the client. */
  const agentLeg = (number) =>
    stand.freeswitch.esl.events.findLast(
      (e) => e['CC-Action'] === 'bridge-agent-start' && e['CC-Member-CID-Number'] === number,
    )['CC-Agent-UUID'];

  /** The client talks with 1001, who begins an attended transfer to 1002. Resolves to the client's call. */
  async function consulting(number, colleague, hangUpAfterMs) {
    await stand.phone('1001', { ringMs: 300 });
    await stand.phone('1002', colleague);
    await stand.agents(['1001']);
    const talks = stand.later((e) => e['Event-Name'] === 'CHANNEL_BRIDGE' && e['Caller-Caller-ID-Number'] === number);
    const call = await stand.call({ number, hangUpAfterMs });
    await talks;
    await stand.freeswitch.esl.api(`uuid_broadcast ${agentLeg(number)} att_xfer::user/1002 aleg`);
    return call;
  }

  /** His calls in the journal, as soon as there is one. */
  async function untilListed(number) {
    for (;;) {
      const calls = await stand.callbackd.cli('calls', 'list', '--number', number);
      if (calls.length > 0) return calls;
    }
  }
}
