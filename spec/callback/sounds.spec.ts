/** The sounds shipped: whatever the prompts and the dialplan play is there, in every language. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageFile } from '../../lib/config/package-root.js';
import { playback } from '../../lib/callback/prompt.js';

const folder = packageFile('sounds');
const languages = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? entry.name : [],
);
const dialplan = readFileSync(packageFile('freeswitch-conf/dialplan/callbackd.xml'), 'utf8');

/** In the dialplan the words of an ending are named by the extension that says them. */
const ofDialplan = [
  ...[...dialplan.matchAll(/data="say-(client-[a-z-]+)-\$/g)].map(([, name]) => `${name}.wav`),
  ...[...dialplan.matchAll(/callbackd_sounds\}\/([a-z-]+\.wav)/g)].map(([, name]) => name!),
];

/** Every number that is spoken as one, and every digit. */
function ofPrompts(sounds: string): string[] {
  const numbers = Array.from({ length: 100 }, (_, number) =>
    playback(
      [{ say: 'waited' }, { say: 'timesLost' }, { say: 'number' }, { say: 'dialled' }, { say: 'queue' }],
      {
        waited: number * (number % 2 === 0 ? 1 : 60),
        timesLost: number,
        number: '+74951230689',
        dialled: '+74951234567',
      },
      { sounds, labels: {} },
    ).split('!'),
  );
  const keys = [...'0123456789', 'star', 'pound'].map((key) => `${sounds}/digits/${key}.wav`);
  return [...new Set([...numbers.flat(), ...keys, `${sounds}/callback.wav`])];
}

describe.each(languages)('the sounds in %s', (language) => {
  const sounds = join(folder, language);
  const needed = [...ofDialplan.map((name) => join(sounds, name)), ...ofPrompts(sounds)];

  it.each(needed.map((file) => [file.slice(sounds.length + 1), file]))(
    '%s is a sound of a telephone line',
    (_, file) => {
      const wav = readFileSync(file);
      expect([wav.toString('latin1', 0, 4), wav.readUInt16LE(22), wav.readUInt32LE(24), wav.readUInt16LE(34)]).toEqual([
        'RIFF',
        1,
        8_000,
        16,
      ]);
      expect(wav.length).toBeGreaterThan(4_000);
      const samples = new Int16Array(wav.buffer, wav.byteOffset + 44, (wav.length - 44) >> 1);
      expect(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(10_000);
    },
  );
});

it('the words of the dialplan are found', () => {
  expect(ofDialplan.sort()).toEqual(
    ['accept', 'afterwards', 'client-busy', 'client-invalid', 'client-no-answer', 'client-unreachable', 'thanks'].map((name) => `${name}.wav`),
  ); // prettier-ignore
});
