/** What happened while callbackd was dead, or when FreeSWITCH itself died: every client is found, once, with the true times. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { agents, sippClientCall, sippPhone, skipped, startFreeswitch } from './rig.mjs';
import { installCallbackd } from './callbackd.mjs';

const QUEUE = '74951234567';

/** Five places in which a client can be lost, and how he leaves each. */
const places = [
  { place: 'queue', dialled: QUEUE, leaves: { hangUpAfterMs: 2000 } },
  { place: 'extension', dialled: '74951234501', leaves: { cancelAfterMs: 1500 } },
  { place: 'ivr', dialled: '74951234502', leaves: { hangUpAfterMs: 2000 } },
  { place: 'group', dialled: '74951234503', leaves: { cancelAfterMs: 1500 } },
  { place: 'queue', queue: 'fifo:hotline', dialled: '74951234505', leaves: { hangUpAfterMs: 2000 } },
];

if (!skipped()) {
  let freeswitch;
  let callbackd;
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

  async function open() {
    await agents(freeswitch.esl, []);
    callbackd = installCallbackd(freeswitch, { after: ['1h'] }, { lostAt: 'any' });
    await callbackd.start();
  }

  /** A client calls and leaves; resolves to when he left, ms. */
  async function leave(number, { dialled, leaves }) {
    const call = await sippClientCall(freeswitch, { number, dialled, ...leaves });
    await call.ended();
    const left = Date.now();
    await call.stop();
    return left;
  }

  const lost = () => callbackd.log.filter(({ msg }) => msg === 'client call lost');

  test('20 clients are lost in five places while callbackd is dead: 20 lost calls with true times, none doubled', async () => {
    await open();
    for (const extension of ['1001', '1002'])
      used(await sippPhone(freeswitch, { extension, behaviour: { never: true } }));
    await leave('74951239000', places[0]); // one that is seen live and stands in the journal
    await callbackd.until('the first one is lost', ({ msg }) => msg === 'client call lost');
    await callbackd.kill();
    const expected = new Map();
    for (let round = 0; round < 4; round++) {
      const numbers = places.map((_, index) => `7495123${index + 1}00${round}`);
      // Phones take one call at a time: the places that ring them come one after the other.
      for (const [index, place] of places.entries())
        expected.set(`+${numbers[index]}`, { ...place, left: await leave(numbers[index], place) });
    }
    const from = callbackd.log.length;
    await callbackd.start();
    await callbackd.until('all are found', () => lost().length >= 21, from);
    assert.equal(lost().length, 21);
    const tasks = await callbackd.cli('tasks', 'list');
    assert.equal(tasks.length, 21);
    for (const [client, { place, queue, left }] of expected) {
      const task = tasks.find((each) => each.client === client);
      assert.ok(task, `a task for ${client}`);
      assert.ok(Math.abs(task.lostAt - left) < 1500, `${client} was lost at ${task.lostAt}, he left at ${left}`);
      const { loss } = await callbackd.cli('tasks', 'show', String(task.id));
      assert.equal(loss.call.place, place, client);
      if (queue) assert.equal(loss.call.queue, queue);
    }
    await callbackd.kill();
    await callbackd.start();
    assert.equal(lost().length, 21, 'started once more, nobody is lost a second time');
  });

  test('FreeSWITCH is killed while clients wait: they are lost calls', async () => {
    await open();
    const calls = [];
    for (const number of ['74951236001', '74951236002'])
      calls.push(used(await sippClientCall(freeswitch, { number, dialled: QUEUE, hangUpAfterMs: 20000 })));
    const waiting = async () => (await callbackd.cli('status')).clients.filter(({ queue }) => queue).length;
    while ((await waiting()) < calls.length);
    const killed = Date.now();
    await freeswitch.restart({ signal: 'SIGKILL' });
    await callbackd.until('both are lost', () => lost().length >= 2);
    for (const task of await callbackd.cli('tasks', 'list')) {
      const { loss } = await callbackd.cli('tasks', 'show', String(task.id));
      assert.deepEqual([loss.call.place, loss.call.queue, loss.call.endedBy], ['queue', 'sales@default', 'shutdown']);
      assert.ok(
        task.lostAt <= killed + 100 && task.lostAt > killed - 10000,
        'at the last moment at which they were seen',
      );
    }
  });

  test('a client hangs up while the employee has put him on hold', async () => {
    await open();
    used(
      await sippPhone(freeswitch, { extension: '1001', behaviour: { ringMs: 300, hold: { afterMs: 1500, ms: 8000 } } }),
    );
    await agents(freeswitch.esl, ['1001']);
    await leave('74951236003', { dialled: QUEUE, leaves: { hangUpAfterMs: 5000 } });
    const line = await callbackd.until('he is lost', ({ msg }) => msg === 'client call lost');
    const { loss } = await callbackd.cli('tasks', 'show', String(line.task));
    assert.deepEqual([loss.call.place, loss.call.transferredBy], ['transfer', '1001@default']);
  });

  test('a client who was passed on to a colleague by att_xfer was answered by him', async () => {
    await open();
    const answers = later((e) => e['Event-Name'] === 'CHANNEL_ANSWER' && e['Channel-Name'].includes('/1002@'));
    const [left] = await consulting('74951236006', { ringMs: 1000 }, 9000);
    await answers;
    await freeswitch.esl.api(`uuid_kill ${agentLeg('74951236006')}`); // the employee hangs up: the two are connected
    await left;
    const [call] = await untilListed('74951236006');
    assert.deepEqual([call.call.outcome, call.call.employee], ['answered', '1002']);
  });

  test('a client hangs up on hold while the employee consults a colleague', async () => {
    await open();
    used(
      await sippPhone(freeswitch, { extension: '1001', behaviour: { ringMs: 300, hold: { afterMs: 1500, ms: 9000 } } }),
    );
    used(await sippPhone(freeswitch, { extension: '1002', behaviour: { never: true } }));
    await agents(freeswitch.esl, ['1001']);
    const left = leave('74951236004', { dialled: QUEUE, leaves: { hangUpAfterMs: 6000 } });
    await later((e) => e['Event-Name'] === 'CHANNEL_HOLD');
    used(await sippClientCall(freeswitch, { from: 'internal', number: '1001', dialled: '1002', cancelAfterMs: 4000 }));
    await left;
    const loss = await lossOf('74951236004');
    assert.deepEqual(
      [loss.call.place, loss.call.transferredBy, loss.call.endedBy],
      ['transfer', '1001@default', 'client'],
    );
  });

  test('a client hangs up while the employee consults by att_xfer', async () => {
    await open();
    const [left] = await consulting('74951236005', { never: true }, 7000);
    await left;
    const loss = await lossOf('74951236005');
    assert.deepEqual([loss.call.place, loss.call.transferredBy], ['transfer', '1001@default']);
  });

  /** An event from now on. */
  function later(test) {
    const seen = freeswitch.esl.events.length;
    return freeswitch.esl.wait((e) => freeswitch.esl.events.indexOf(e) >= seen && test(e));
  }

  /** The leg of the agent who answered the client. */
  const agentLeg = (number) =>
    freeswitch.esl.events.findLast(
      (e) => e['CC-Action'] === 'bridge-agent-start' && e['CC-Member-CID-Number'] === number,
    )['CC-Agent-UUID'];

  /** The client talks with 1001, who begins an attended transfer to 1002. Resolves to his leaving. */
  async function consulting(number, colleague, hangUpAfterMs) {
    used(await sippPhone(freeswitch, { extension: '1001', behaviour: { ringMs: 300 } }));
    used(await sippPhone(freeswitch, { extension: '1002', behaviour: colleague }));
    await agents(freeswitch.esl, ['1001']);
    const talks = later((e) => e['Event-Name'] === 'CHANNEL_BRIDGE' && e['Caller-Caller-ID-Number'] === number);
    const left = leave(number, { dialled: QUEUE, leaves: { hangUpAfterMs } });
    await talks;
    await freeswitch.esl.api(`uuid_broadcast ${agentLeg(number)} att_xfer::user/1002 aleg`);
    return [left];
  }

  async function lossOf(number) {
    const line = await callbackd.until(`${number} is lost`, ({ msg }) => msg === 'client call lost');
    return (await callbackd.cli('tasks', 'show', String(line.task))).loss;
  }

  /** His calls in the journal, as soon as there is one. */
  async function untilListed(number) {
    for (;;) {
      const calls = await callbackd.cli('calls', 'list', '--number', number);
      if (calls.length > 0) return calls;
    }
  }
}
