/** The dialplan in freeswitch-conf/ and the rig itself, by raw originates on a real FreeSWITCH, without callbackd. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  runFlow,
  scenarios,
  sippClientCall,
  sippPhone,
  sippTrunk,
  agents,
  skipped,
  startFreeswitch,
  TONE,
} from './rig.mjs';
import { alawSecond, fromAlaw, toneOf } from './tones.mjs';

test('the detector tells the tones from each other, from silence and from noise', () => {
  for (const hz of Object.values(TONE)) assert.equal(toneOf(fromAlaw(alawSecond(hz).subarray(0, 1600))), hz);
  assert.equal(toneOf(new Int16Array(1600)), 'silence');
  assert.equal(toneOf(Int16Array.from({ length: 1600 }, (_, index) => ((index * 7919) % 16001) - 8000)), 'other');
});

if (!skipped()) {
  let freeswitch;
  before(async () => {
    freeswitch = await startFreeswitch();
  });
  after(async () => {
    await freeswitch?.stop();
  });

  for (const scenario of scenarios) {
    test(`${scenario.name}: ${scenario.says}`, async () => check(await runFlow(freeswitch, scenario), scenario.expect));
  }

  test('a client waits in the queue, hears its music, and hangs up', async () => {
    await agents(freeswitch.esl, []);
    const call = await sippClientCall(freeswitch, {
      number: '74951230007',
      dialled: '74951234567',
      hangUpAfterMs: 1500,
    });
    const lost = await freeswitch.esl.wait(
      (e) => e['CC-Action'] === 'member-queue-end' && e['CC-Member-CID-Number'] === '74951230007',
    );
    await call.ended();
    assert.equal(lost['CC-Cancel-Reason'], 'BREAK_OUT');
    assert.deepEqual(call.tones(), [TONE.queueMusic]);
    await call.stop();
  });

  test('a client calls 1001 directly and gives up while it rings', async () => {
    const phone = await sippPhone(freeswitch, { extension: '1001', behaviour: { never: true } });
    const call = await sippClientCall(freeswitch, {
      number: '74951230009',
      dialled: '74951234501',
      cancelAfterMs: 1500,
    });
    await call.ended();
    const over = await freeswitch.esl.wait(
      (e) => e['Event-Name'] === 'CHANNEL_HANGUP_COMPLETE' && e['Caller-Caller-ID-Number'] === '74951230009',
    );
    assert.equal(over['Hangup-Cause'], 'ORIGINATOR_CANCEL');
    await call.stop();
    await phone.stop();
  });

  test('an employee calls a client: both hear each other', async () => {
    const trunk = await sippTrunk(freeswitch, { 74951230006: { ringMs: 500, hangUpAfterMs: 2000 } });
    const call = await sippClientCall(freeswitch, { from: 'internal', number: '1002', dialled: '74951230006' });
    await call.ended();
    assert.deepEqual(call.tones(), [TONE.client]);
    assert.deepEqual(trunk.tones('74951230006'), [TONE.employee]);
    await call.stop();
    await trunk.stop();
  });

  test('a client waits in the queue and is answered: both hear each other', async () => {
    const phone = await sippPhone(freeswitch, { extension: '1001', behaviour: { ringMs: 1000 } });
    await agents(freeswitch.esl, ['1001']);
    const call = await sippClientCall(freeswitch, {
      number: '74951230008',
      dialled: '74951234567',
      hangUpAfterMs: 4000,
    });
    await call.ended();
    assert.deepEqual(call.tones(), [TONE.queueMusic, TONE.employee]);
    assert.deepEqual(phone.tones(), [TONE.client]);
    await call.stop();
    await phone.stop();
  });
}

function check(flow, expect) {
  const { A, C, legs, cdrs, events, attempt, heard } = flow;
  const cause = (uuid) => legs[uuid]?.['Hangup-Cause'];
  if ('job' in expect) assert.ok(flow.job.startsWith(expect.job), `job: ${flow.job}`);
  if ('A' in expect) assert.equal(cause(A), expect.A, 'A');
  if ('C' in expect) assert.equal(cause(C), expect.C, 'C');
  if ('calls' in expect) assert.equal(flow.calls, expect.calls, "calls at the client's phone");
  if ('bridged' in expect) assert.equal(talked(events, C), expect.bridged, 'bridged');
  for (const [party, tones] of Object.entries(expect.heard ?? {}))
    assert.deepEqual(heard[party], tones, `${party} heard`);
  for (const [uuid, leg] of Object.entries(legs)) {
    const transferred =
      uuid !== C && !('variable_cc_side' in leg) && leg['Call-Direction'] === 'outbound' && uuid !== A;
    if (transferred) continue; // the colleague's leg belongs to the employee's transfer, not to the callback
    assert.equal(
      Number(cdrs[uuid]?.variables.callbackd_attempt),
      attempt,
      `attempt in the CDR of ${leg['Channel-Name']}`,
    );
    assert.equal(Number(leg.variable_callbackd_attempt), attempt, `attempt on ${leg['Channel-Name']}`);
  }
}

const talked = (events, uuid) =>
  events.some((e) => e['Event-Name'] === 'CHANNEL_BRIDGE' && [e['Unique-ID'], e['Other-Leg-Unique-ID']].includes(uuid));
