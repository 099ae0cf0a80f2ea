/** How the phones of a group ring on a real FreeSWITCH: never more than `atOnce`, each for its time, and none after the attempt was stopped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sippPhone, skipped, SOUND, TONE } from './rig.mjs';
import { hears, makeStand, rung } from './stand.mjs';

const extensions = ['1001', '1002', '1003', '1004'];
const employees = Object.fromEntries(extensions.map((extension) => [extension, { extension, groups: ['sales'] }]));
const rings = { never: true };
const { prompt, ringing, client: caller, employee } = TONE;

if (!skipped()) {
  const stand = makeStand(74951231500);

  /** A group of which these phones are registered; resolves to the client and the phones. */
  async function group(progression, behaviours, callback = {}) {
    const to = { group: 'sales', ...progression };
    const config = { employees: { ringTimeout: '12s' } };
    const number = await stand.open({ to, ...callback }, {}, { config, employees });
    const phones = {};
    for (const [extension, behaviour] of Object.entries(behaviours))
      phones[extension] = await stand.phone(extension, behaviour);
    return { number, phones };
  }

  /** When each phone began and stopped to ring, epoch ms, by its SIP messages; who answers or refuses stops then. */
  function times(phones, behaviours) {
    return Object.entries(phones).flatMap(([extension, phone]) => {
      const [invite, end] = rung(phone);
      if (invite === undefined) return [];
      const { never, ringMs = 0 } = behaviours[extension];
      return [{ extension, from: invite.at, to: never ? (end?.at ?? Infinity) : invite.at + ringMs }];
    });
  }

  /** Ms, during which more than so many rang. */
  function crowded(most, rang) {
    const moments = rang.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
    return moments.reduce((sum, at, index) => {
      const together = rang.filter(({ from, to }) => from <= at && at < to).length;
      return together > most ? sum + moments[index + 1] - at : sum;
    }, 0);
  }

  test('two at once, the first rejects: the next rings at once, and never do three ring', async () => {
    const behaviours = { 1001: { refuse: 603, ringMs: 3000 }, 1002: rings, 1003: rings, 1004: { ringMs: 6000 } };
    const { number, phones } = await group({ step: '4s', atOnce: 2 }, behaviours);
    await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    await stand.lose(number);
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', '1004']);
    assert.deepEqual(phones['1004'].tones(), [prompt, ringing, caller]);
    const rang = times(phones, behaviours);
    const [first, second, third, fourth] = rang;
    assert.ok(second.from - first.to < 500, `1002 rings ${second.from - first.to} ms after 1001 has rejected`);
    assert.ok(crowded(2, rang) < 200, `more than two rang for ${crowded(2, rang)} ms`);
    for (const { extension, from, to } of [second, third])
      assert.ok(to - from > 3500, `${extension} rang only ${to - from} ms`);
    assert.ok(third.to > fourth.from, '1003 and 1004 ring together');
  });

  test('one at a time, the first rejects, the third answers: each has its turn and its whole step', async () => {
    const behaviours = { 1001: { refuse: 603, ringMs: 2000 }, 1002: rings, 1003: { ringMs: 1000 }, 1004: rings };
    const { number, phones } = await group({ step: '4s', atOnce: 1 }, behaviours);
    const clients = await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    await stand.lose(number);
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', '1003']);
    assert.deepEqual(phones['1003'].tones(), [prompt, ringing, caller]);
    assert.deepEqual(clients.tones(number), [employee]);
    const rang = times(phones, behaviours);
    assert.deepEqual(
      rang.map(({ extension }) => extension),
      ['1001', '1002', '1003'],
    );
    const [first, second, third] = rang;
    assert.ok(second.from - first.to < 500, `1002 rings ${second.from - first.to} ms after 1001 has rejected`);
    assert.ok(second.to - second.from > 3500, `1002 rang only ${second.to - second.from} ms`);
    assert.ok(third.from >= second.to - 50, `1003 rang ${second.to - third.from} ms before 1002 had stopped`);
  });

  for (const atOnce of [1, 2]) {
    test(`${atOnce} at once, the task is cancelled while the first rings: no other phone rings`, async () => {
      const { number, phones } = await group({ step: '4s', atOnce }, { 1001: rings, 1002: rings, 1003: rings });
      const first = stand.later((e) => e['Event-Name'] === 'CHANNEL_PROGRESS' && e['Caller-Destination-Number'] === '1001'); // prettier-ignore
      const task = await stand.lose(number);
      await first;
      await stand.callbackd.cli('tasks', 'cancel', String(task));
      assert.equal((await stand.callbackd.attemptEnds()).outcome, 'cancelled');
      await delay(5000); // longer than the step
      assert.deepEqual(rung(phones['1001']).map(({ method }) => method), ['INVITE', 'CANCEL']); // prettier-ignore
      assert.deepEqual([rung(phones['1002']), rung(phones['1003'])], [[], []]);
    });
  }

  test('a phone at a fixed address, which never registers, is rung when employees.json says so', async () => {
    const known = { ...employees, fixed: { extension: '1009', registers: false, groups: ['sales'] } };
    const number = await stand.open({ to: { group: 'sales' } }, {}, { employees: known });
    const phone = stand.keep(await sippPhone(stand.freeswitch, { extension: '1009', behaviour: { ringMs: 300 }, registers: false })); // prettier-ignore
    await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    const task = await stand.lose(number);
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', 'fixed']);
    assert.deepEqual(phone.tones(), [prompt, ringing, caller]);
    const { attempts } = await stand.show(task);
    assert.deepEqual(attempts[0].phones.map(({ name }) => name), ['fixed']); // prettier-ignore
  });

  test('who answers at the end of his turn has the whole time to press the key, and nobody else rings meanwhile', async () => {
    const behaviours = { 1001: { ringMs: 3500 }, 1002: rings };
    const accept = { key: '1', within: '12s' };
    const { number, phones } = await group({ step: '4s', atOnce: 1 }, behaviours, { accept });
    await stand.trunk({ [number]: { ringMs: 500, hangUpAfterMs: 3000 } });
    await stand.lose(number);
    await hears(() => phones['1001'].tones(), SOUND['digits/1']);
    await delay(3000);
    phones['1001'].press('1');
    const end = await stand.callbackd.attemptEnds();
    assert.deepEqual([end.outcome, end.employee], ['reached', '1001']);
    assert.deepEqual(phones['1001'].tones().slice(-2), [ringing, caller]);
    assert.deepEqual(rung(phones['1002']), []);
  });
}
