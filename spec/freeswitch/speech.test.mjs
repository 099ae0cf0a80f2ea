/** Prompts with texts, spoken by the speech engines of a real FreeSWITCH. Each test says that it is skipped where the module is not installed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { skipped, TONE } from './rig.mjs';
import { makeStand } from './stand.mjs';

const { speech, ringing, client: caller, prompt } = TONE;

if (!skipped()) {
  const stand = makeStand(74951231600);

  /** The employee hears the prompt and is connected with the client; resolves to his phone. */
  async function called(tts, callback) {
    const number = await stand.open({ to: { extension: '1001' }, ...callback }, {}, { config: { sounds: { tts } } });
    const phone = await stand.phone('1001', { ringMs: 300 });
    await stand.trunk({ [number]: { ringMs: 1500, hangUpAfterMs: 3000 } });
    await stand.lose(number);
    assert.equal((await stand.callbackd.attemptEnds()).outcome, 'reached');
    return phone;
  }

  async function loaded(t, module) {
    const reply = await stand.freeswitch.esl.api(`load ${module}`);
    // Loaded already by another test.
    if (/OK|already loaded/i.test(reply)) return true;
    t.skip(`${module} is not installed: ${reply.trim()}`);
    return false;
  }

  const spoken = () => readFileSync(stand.freeswitch.spoken, 'utf8').trim().split('\n').map((line) => JSON.parse(line)); // prettier-ignore

  test('mod_tts_commandline gets text and voice as they are written, between two files', async (t) => {
    if (!(await loaded(t, 'mod_tts_commandline'))) return;
    const file = { file: stand.freeswitch.prompt };
    const phone = await called(
      { engine: 'tts_commandline', voice: 'office-1' },
      { prompt: [file, { text: 'Отдел продаж - Nr. 2' }, file] },
    );
    assert.deepEqual(spoken(), [{ voice: 'office-1', text: 'Отдел продаж - Nr. 2' }]);
    assert.deepEqual(phone.tones(), [prompt, speech, prompt, ringing, caller]);
  });

  test('with a key to accept the text is spoken before the key is asked for', async (t) => {
    if (!(await loaded(t, 'mod_tts_commandline'))) return;
    const number = await stand.open(
      { to: { extension: '1001' }, prompt: [{ text: 'Sales' }], accept: { key: '1', within: '5s' } },
      {},
      { config: { sounds: { tts: { engine: 'tts_commandline', voice: 'office-1' } } } },
    );
    const phone = await stand.phone('1001', { ringMs: 300 });
    await stand.lose(number);
    assert.equal((await stand.callbackd.attemptEnds()).outcome, 'employee-no-answer');
    assert.equal(phone.tones()[0], speech);
    assert.equal(spoken().at(-1).text, 'Sales');
  });

  test('mod_flite speaks', async (t) => {
    if (!(await loaded(t, 'mod_flite'))) return;
    const text = 'A client has called. You will be connected with him.';
    const phone = await called({ engine: 'flite', voice: 'slt' }, { prompt: [{ text }] });
    const heard = phone.heard();
    const rang = heard.findIndex(({ tone }) => tone === ringing);
    const words = heard.slice(0, rang).filter(({ tone }) => tone !== 'silence');
    const ms = words.reduce((sum, piece) => sum + piece.ms, 0);
    assert.ok(ms > 1500 && ms < 6000, `the words took ${ms} ms`);
    assert.ok(words.some(({ tone }) => tone === 'other'), 'speech is no tone'); // prettier-ignore
    assert.equal(phone.tones().at(-1), caller);
  });
}
