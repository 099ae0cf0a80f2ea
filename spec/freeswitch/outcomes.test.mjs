/** How an attempt can end, each made on a real FreeSWITCH with callbackd dialling: its outcome, and whether it was used up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { skipped } from './rig.mjs';
import { makeStand } from './stand.mjs';

const answers = { ringMs: 500 };
const talks = { ringMs: 500, hangUpAfterMs: 4000 };
const direct = { extension: '1001' };
const queue = { queue: 'sales@default' };
/** The admin's own dialplan: there, a loopback is on the way to the phone. */
const loopback = { dialplan: '1001 XML default' };

/** what, outcome, used, whom to ring, the employee's phone, the client's phone (undefined: an unknown number; null: no trunk at all), route */
const situations = [
  ['both answer', 'reached', true, direct, answers, talks],
  ['the client is busy', 'client-busy', true, direct, answers, { ringMs: 500, refuse: 486 }],
  ['the client does not answer', 'client-no-answer', true, direct, answers, { never: true }],
  ['the employee does not answer', 'employee-no-answer', false, direct, { never: true }, talks],
  ['the employee rejects', 'employee-rejected', false, direct, { ringMs: 500, refuse: 603 }, talks],
  ['the employee is busy', 'employee-busy', false, direct, { refuse: 486 }, talks],
  ['the employee hangs up while the client rings', 'employee-left', true, direct, { ringMs: 500, hangUpAfterMs: 3000 }, { never: true }],
  ['both answer, by a loopback', 'reached', true, loopback, answers, talks],
  ['the employee rejects, by a loopback', 'employee-rejected', false, loopback, { ringMs: 500, refuse: 603 }, talks],
  ['the employee does not answer, by a loopback', 'employee-no-answer', false, loopback, { never: true }, talks],
  ['the employee is busy, by a loopback', 'employee-busy', false, loopback, { refuse: 486 }, talks],
  ['the client rejects', 'client-rejected', true, direct, answers, { ringMs: 500, refuse: 603 }],
  ['the number does not exist (404)', 'client-invalid', true, direct, answers, undefined],
  ['the employee is not registered, by a loopback', 'employee-unregistered', false, { dialplan: '1003 XML default' }, answers, talks],
  ['the employee ends the conversation', 'reached', true, direct, { ringMs: 500, hangUpAfterMs: 7000 }, { ringMs: 500 }],
  ['nobody is at the gateway’s address', 'gateway-failed', false, direct, answers, null],
  ['the gateway is down', 'gateway-failed', false, direct, answers, talks, 'sofia/gateway/down/{number}'],
  ['there is no such gateway', 'gateway-failed', false, direct, answers, talks, 'sofia/gateway/nowhere/{number}'],
  ['the trunk answers 503', 'gateway-failed', false, direct, answers, { refuse: 503 }],
  ['in the queue: both answer', 'reached', true, queue, answers, talks],
  ['in the queue: the client is busy', 'client-busy', true, queue, answers, { ringMs: 500, refuse: 486 }],
  ['in the queue: the client does not answer', 'client-no-answer', true, queue, answers, { never: true }],
  ['in the queue: the client rejects', 'client-rejected', true, queue, answers, { ringMs: 500, refuse: 603 }],
  ['in the queue: the number does not exist', 'client-invalid', true, queue, answers, undefined],
  ['in the queue: nobody answers', 'employee-no-answer', false, queue, { never: true }, talks],
  ['in the queue: the trunk answers 503', 'gateway-failed', false, queue, answers, { refuse: 503 }],
  ['in the queue: there is no such gateway', 'gateway-failed', false, queue, answers, talks, 'sofia/gateway/nowhere/{number}'],
]; // prettier-ignore

if (!skipped()) {
  const stand = makeStand(74951231100);

  /** A client is to be called back; resolves to his number and the id of his task. */
  async function callBack(to, employee, clientPhone, route) {
    const outbound = { ringTimeout: '5s', ...(route && { route }) };
    const config = { outbound, employees: { ringTimeout: '5s', queueWait: '10s' } };
    const number = await stand.open({ to, after: ['0s', '1m'], successAfter: '3s' }, {}, { config });
    await stand.phone('1001', employee);
    if (clientPhone !== null) await stand.trunk(clientPhone ? { [number]: clientPhone } : {});
    if (to === queue) await stand.agents(['1001']);
    const { id } = await stand.callbackd.cli('tasks', 'add', `+${number}`, '--rule', 'sales');
    return { number, task: id };
  }

  for (const [what, outcome, isUsed, to, employee, clientPhone, route] of situations)
    test(`${what}: ${outcome}, ${isUsed ? 'used' : 'not used'}`, async () => {
      if (route?.includes('/down/')) await down(stand.freeswitch);
      const { task } = await callBack(to, employee, clientPhone, route);
      const end = await stand.callbackd.attemptEnds();
      assert.equal(end.outcome, outcome, JSON.stringify(end));
      assert.equal((await stand.show(task)).task.attemptsUsed, isUsed ? 1 : 0);
    });

  test('the task is cancelled while the employee’s phone rings: cancelled, not used', async () => {
    const { number, task } = await callBack(direct, { never: true }, talks);
    await stand.freeswitch.esl.wait(
      (e) => e['Event-Name'] === 'CHANNEL_PROGRESS' && e.variable_callbackd_client_number === number,
    );
    await stand.callbackd.cli('tasks', 'cancel', String(task));
    assert.equal((await stand.callbackd.attemptEnds()).outcome, 'cancelled');
    const shown = await stand.show(task);
    assert.deepEqual([shown.task.state, shown.task.attemptsUsed], ['cancelled', 0]);
  });

  test('the extension is not registered: it is not even rung, and the task says so', async () => {
    const { task } = await callBack({ extension: '1003' }, answers, talks);
    const shown = await stand.waits(task);
    assert.match(shown.waitsFor, /1003/);
    assert.equal(shown.attemptsUsed, 0);
  });
}

/** Resolves when FreeSWITCH knows that the gateway `down` is. */
async function down({ esl }) {
  for (let tries = 0; tries < 600; tries++) {
    if (/Status\s+DOWN/.test(await esl.api('sofia status gateway down'))) return;
    await delay(100);
  }
  assert.fail('the gateway is not down');
}
