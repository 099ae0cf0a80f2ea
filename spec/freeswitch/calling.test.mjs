/** Whom a callback rings and what everyone hears, by the originates of callbackd's own code on a real FreeSWITCH. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { externalCalls, only } from './flow.mjs';
import { agents, runFlow, sippClientCall, sippPhone, skipped, SOUND, startFreeswitch, TONE } from './rig.mjs';
import { hears, rung } from './stand.mjs';

const CLIENT = '74951230001';
const MOBILE = '74951230055';
const { prompt, ringing, client, employee } = TONE;
const talks = { ringMs: 800, hangUpAfterMs: 2000 };
const answers = { ringMs: 300 };
const reached = { [CLIENT]: talks };

const phone = (extension) => ({ name: extension, extension, agents: [] });
const group = (stepSeconds, atOnce, ...phones) => ({
  kind: 'phones',
  phones: phones.map((each) => (typeof each === 'string' ? phone(each) : each)),
  label: 'group sales',
  stepMs: stepSeconds * 1000,
  atOnce,
});
const mobile = {
  kind: 'phones',
  phones: [{ name: 'ivan', number: MOBILE, agents: [] }],
  label: 'x',
  stepMs: 0,
  atOnce: 1,
};

if (!skipped()) {
  let freeswitch;
  before(async () => {
    freeswitch = await startFreeswitch();
  });
  after(async () => {
    await freeswitch?.stop();
  });

  const run = (scenario) => runFlow(freeswitch, { kind: 'extension', originateTimeout: 20, ...scenario });

  test('a group: one phone rings, after the step a second one; never more than two; the one who answers gets the client, the others stop', async () => {
    let calls;
    const flow = await run({
      plan: { whom: group(3, 2, '1001', '1002', '1003') },
      phones: { 1001: { never: true }, 1002: { never: true }, 1003: { ringMs: 1500 } },
      clients: reached,
      during: async ({ phones, esl, uuids }) => {
        await esl.channel('CHANNEL_ANSWER', uuids[2], 30000);
        await delay(500);
        calls = Object.fromEntries(Object.entries(phones).map(([extension, each]) => [extension, rung(each)]));
      },
    });
    const began = (extension) => calls[extension].find(({ method }) => method === 'INVITE').at;
    const stopped = (extension) => calls[extension].find(({ method }) => method === 'CANCEL')?.at;
    const steps = [began('1002') - began('1001'), began('1003') - began('1002')];
    for (const step of steps) assert.ok(step > 2500 && step < 4600, `steps of 3 s: ${steps}`);
    assert.ok(
      stopped('1001') <= began('1003') + 100,
      `1001 stops before 1003 rings: ${began('1003') - stopped('1001')} ms`,
    );
    assert.ok(stopped('1002') > began('1003'), '1002 rings on until 1003 answers');
    assert.equal(stopped('1003'), undefined);
    assert.equal(flow.job, `+OK ${flow.uuids[2]}`);
    assert.equal(flow.legs[flow.uuids[1]]['Hangup-Cause'], 'LOSE_RACE');
    assert.deepEqual(flow.heard['1003'], [prompt, ringing, client]);
    assert.deepEqual([flow.heard['1001'], flow.heard['1002'], flow.heard.client], [[], [], [employee]]);
  });

  test('a group whose first phone is busy: the next one rings at once', async () => {
    const since = Date.now();
    const flow = await run({
      plan: { whom: group(10, 2, '1001', '1002') },
      phones: { 1001: { refuse: 486 }, 1002: answers },
      clients: reached,
    });
    assert.equal(flow.job, `+OK ${flow.uuids[1]}`);
    assert.ok(Date.parse(flow.legs[flow.C]['Event-Date-GMT']) - since < 12_000);
    assert.deepEqual(flow.heard['1002'], [prompt, ringing, client]);
  });

  test('a group with a phone that is not registered: the other one rings', async () => {
    const flow = await run({
      plan: { whom: group(2, 2, '1003', '1002') },
      phones: { 1002: answers },
      clients: reached,
    });
    assert.equal(flow.job, `+OK ${flow.uuids[1]}`);
    assert.deepEqual(flow.heard['1002'], [prompt, ringing, client]);
  });

  test('a group in which nobody answers', async () => {
    const flow = await run({
      plan: { whom: group(2, 1, '1001', '1002') },
      originateTimeout: 3,
      phones: { 1001: { never: true }, 1002: { never: true } },
      clients: reached,
    });
    assert.match(flow.job, /^-ERR (NO_ANSWER|ALLOTTED_TIMEOUT)/);
    assert.equal(flow.calls, 0);
  });

  test('a mobile through the trunk is shown our own number; its early media is no answer', async () => {
    const flow = await run({
      plan: { whom: mobile },
      clients: { ...reached, [MOBILE]: { ringMs: 1000, earlyMedia: true } },
      during: ({ trunk }) => hears(() => trunk.tones(MOBILE), client),
    });
    assert.deepEqual(flow.trunk.tones(MOBILE), [prompt, ringing, client]);
    assert.match(
      flow.trunk.messages(),
      new RegExp(`INVITE sip:${MOBILE}@[\\s\\S]*?From: "?74951234567"? <sip:74951234567@`),
    );
  });

  test('a mobile that presses the key gets the call', async () => {
    const flow = await run({
      plan: { whom: mobile, accept: { key: '1', seconds: 10 } },
      clients: { ...reached, [MOBILE]: answers },
      during: async ({ trunk }) => {
        await hears(() => trunk.tones(MOBILE), SOUND['digits/1']);
        trunk.press(MOBILE, '1');
      },
    });
    assert.match(flow.job, /^\+OK/);
    assert.deepEqual(flow.trunk.tones(MOBILE), [prompt, SOUND.accept, SOUND['digits/1'], ringing, client]);
    assert.deepEqual(flow.heard.client, [client]);
  });

  test('a voicemail that presses nothing loses: the client is not dialled', async () => {
    const flow = await run({
      plan: { whom: mobile, accept: { key: '1', seconds: 5 } },
      clients: { ...reached, [MOBILE]: answers },
    });
    assert.match(flow.job, /^-ERR/);
    assert.equal(flow.calls, 0);
    assert.ok(flow.trunk.tones(MOBILE).includes(SOUND.accept));
  });

  test('in a group the voicemail that answered first loses to the colleague who presses the key', async () => {
    const flow = await run({
      plan: {
        whom: group(2, 2, { name: 'ivan', number: MOBILE, agents: [] }, '1001'),
        accept: { key: '5', seconds: 8 },
      },
      phones: { 1001: answers },
      clients: { ...reached, [MOBILE]: answers },
      during: async ({ phones }) => {
        await hears(() => phones[1001].tones(), SOUND['digits/5']);
        phones[1001].press('5');
      },
    });
    assert.equal(flow.job, `+OK ${flow.uuids[1]}`);
    assert.deepEqual(flow.heard['1001'].slice(-2), [ringing, client]);
  });

  test('in the queue the agent who does not press the key is hung up, and the client is not dialled', async () => {
    const flow = await run({
      kind: 'queue',
      plan: { accept: { key: '1', seconds: 2 } },
      phones: { 1001: answers },
      clients: reached,
    });
    assert.equal(flow.calls, 0);
    assert.deepEqual(flow.heard['1001'], [prompt, SOUND.accept, SOUND['digits/1']]);
  });

  test('in the queue the agent who presses the key gets the client', async () => {
    const flow = await run({
      kind: 'queue',
      plan: { accept: { key: '1', seconds: 5 } },
      phones: { 1001: answers },
      clients: reached,
      during: async ({ phones }) => {
        await hears(() => phones[1001].tones(), SOUND['digits/1']);
        phones[1001].press('1');
      },
    });
    assert.deepEqual(flow.heard['1001'], [prompt, SOUND.accept, SOUND['digits/1'], ringing, client]);
  });

  test('an extension of the admin’s dialplan', async () => {
    const flow = await run({
      plan: { whom: { kind: 'dialplan', extension: '1002', context: 'default' } },
      phones: { 1002: { ringMs: 1000 } },
      clients: reached,
    });
    assert.match(flow.job, /^\+OK/);
    assert.deepEqual(flow.heard['1002'], [prompt, ringing, client]);
    assert.deepEqual(flow.heard.client, [employee]);
  });

  test('a prompt of several parts is played in their order', async () => {
    const parts = ['label', 'minutes-waited', 'digits/5', 'plus', 'digits/7'];
    const flow = await run({
      plan: { prompt: parts.map((part) => `${freeswitch.sounds}/en/${part}.wav`).join('!') },
      phones: { 1001: answers },
      clients: reached,
    });
    assert.deepEqual(flow.heard['1001'], [...parts.map((part) => SOUND[part]), ringing, client]);
  });

  for (const [why, words, clients, route] of [
    ['is busy', 'client-busy', { [CLIENT]: { ringMs: 500, refuse: 486 } }],
    ['rejects', 'client-busy', { [CLIENT]: { ringMs: 500, refuse: 603 } }],
    ['does not answer', 'client-no-answer', { [CLIENT]: { never: true } }],
    ['has a number that does not exist', 'client-invalid', {}],
    ['is unavailable (480)', 'client-no-answer', { [CLIENT]: { refuse: 480 } }],
    ['can not be reached: the trunk says 503', 'client-unreachable', { [CLIENT]: { refuse: 503 } }],
    ['can not be reached: no such gateway', 'client-unreachable', {}, `sofia/gateway/nowhere/${CLIENT}`],
  ])
    for (const kind of ['extension', 'queue'])
      test(`${kind}: when the client ${why} the employee hears ${words}`, async () => {
        const flow = await run({ kind, clients, phones: { 1001: answers }, ...(route && { route }) });
        const heard = flow.heard['1001'].filter((tone) => tone !== ringing);
        assert.deepEqual(heard, [prompt, SOUND[words]]);
      });

  for (const key of ['1', '2', '9'])
    test(`afterwards the employee presses ${key}`, async () => {
      const flow = await run({
        kind: key === '2' ? 'queue' : 'extension',
        plan: { afterwards: true },
        phones: { 1001: answers },
        clients: { [CLIENT]: { ringMs: 500, refuse: 486 } },
        during: async ({ phones }) => {
          await hears(() => phones[1001].tones(), SOUND.afterwards);
          phones[1001].press(key);
        },
      });
      assert.deepEqual(flow.heard['1001'].slice(-3), [SOUND['client-busy'], SOUND.afterwards, SOUND.thanks]);
      assert.equal(flow.legs[flow.A].variable_callbackd_key, key);
      assert.equal(flow.cdrs[flow.A].variables.callbackd_key, key);
    });

  test('afterwards: a key during the words counts; a wrong one does not', async () => {
    const flow = await run({
      plan: { afterwards: true },
      phones: { 1001: answers },
      clients: { [CLIENT]: { ringMs: 500, refuse: 486 } },
      during: async ({ phones }) => {
        await hears(() => phones[1001].tones(), SOUND['client-busy']);
        phones[1001].press('7');
        await hears(() => phones[1001].tones(), SOUND.afterwards); // it is all said once more
        phones[1001].press('1');
      },
    });
    assert.equal(flow.legs[flow.A].variable_callbackd_key, '1');
  });

  test('afterwards the employee presses nothing, or has hung up while the client’s phone rang', async () => {
    const silent = await run({
      plan: { afterwards: true },
      phones: { 1001: answers },
      clients: { [CLIENT]: { refuse: 486 } },
    });
    assert.equal(silent.legs[silent.A].variable_callbackd_key, undefined);
    const gone = await run({
      plan: { afterwards: true },
      ring: 20,
      phones: { 1001: { ringMs: 300, hangUpAfterMs: 3000 } },
      clients: { [CLIENT]: { never: true } },
    });
    assert.equal(gone.legs[gone.C]['Hangup-Cause'], 'ORIGINATOR_CANCEL');
    assert.deepEqual(gone.heard['1001'], [prompt, ringing]);
  });

  test('after a conversation the employee hears no words', async () => {
    const flow = await run({ plan: { afterwards: true }, phones: { 1001: answers }, clients: reached });
    assert.deepEqual(flow.heard['1001'], [prompt, ringing, client]);
  });

  test('while an agent is on a callback the queue offers him nothing; afterwards it does', async () => {
    let waiting;
    const offers = () => freeswitch.esl.events.filter((e) => e['CC-Action'] === 'agent-offering').length;
    let before;
    const other = await sippPhone(freeswitch, { extension: '1002', behaviour: { never: true } });
    const flow = await run({
      plan: { whom: only('1001', ['1001@default']) },
      phones: { 1001: { ringMs: 1500 } },
      clients: { [CLIENT]: { ringMs: 500, hangUpAfterMs: 4000 } },
      during: async ({ esl, C, A }) => {
        await esl.channel('CHANNEL_PROGRESS', A);
        before = offers();
        assert.equal(await externalCalls(freeswitch, '1001@default'), 1);
        await agents(freeswitch.esl, ['1001']);
        waiting = await sippClientCall(freeswitch, {
          number: '74951230077',
          dialled: '74951234567',
          hangUpAfterMs: 15000,
        });
        await esl.hangup(C, 30000);
        assert.equal(offers(), before, 'nothing was offered to 1001 while he was on the callback');
      },
    });
    assert.deepEqual(flow.heard['1001'].slice(0, 3), [prompt, ringing, client]);
    await freeswitch.esl.wait(
      (e) =>
        e['CC-Action'] === 'agent-offering' &&
        freeswitch.esl.events.filter((x) => x['CC-Action'] === 'agent-offering').indexOf(e) >= before,
      'an offer after the callback',
    );
    assert.equal(await externalCalls(freeswitch, '1001@default'), 0);
    await waiting.stop();
    await other.stop();
  });
}
