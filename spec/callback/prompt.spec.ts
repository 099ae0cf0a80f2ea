import { describe, expect, it } from '@jest/globals';
import { UnsafeValue } from '../../lib/callback/dial-string.js';
import { isSpoken, playback, type SpokenCall } from '../../lib/callback/prompt.js';
import { numberFiles } from '../../lib/callback/spoken-number.js';
import type { PromptPart } from '../../lib/rules/rule.js';

const call: SpokenCall = {
  dialled: '+74951234567',
  queue: 'sales@default',
  waited: 125,
  timesLost: 3,
  number: '+15550100',
};
const voice = {
  sounds: '/s/en',
  labels: { '+74951234567': { file: '/s/en/sales.wav' }, 'sales@default': { text: 'Sales' } },
};

describe('the prompt', () => {
  it.each<[string, readonly PromptPart[], string]>([
    ['a file', [{ file: '/own/hello.wav' }], '/own/hello.wav'],
    ['a text', [{ text: 'Call back please' }], 'say:Call back please'],
    ['the label of the dialled number', [{ say: 'dialled' }], '/s/en/sales.wav'],
    ['the label of the queue', [{ say: 'queue' }], 'say:Sales'],
    ['minutes', [{ say: 'waited' }], '/s/en/minutes-waited.wav!/s/en/digits/2.wav'],
    ['how often', [{ say: 'timesLost' }], '/s/en/times-lost.wav!/s/en/digits/3.wav'],
    ['the number, digit by digit', [{ say: 'number' }], ['plus', 'digits/1', 'digits/5', 'digits/5', 'digits/5', 'digits/0', 'digits/1', 'digits/0', 'digits/0'].map((name) => `/s/en/${name}.wav`).join('!')],
    ['several parts in their order', [{ file: '/a.wav' }, { say: 'queue' }, { file: '/b.wav' }], '/a.wav!say:Sales!/b.wav'],
  ])('%s', (_, parts, expected) => {
    expect(playback(parts, call, voice)).toBe(expected);
  }); // prettier-ignore

  it('a dialled number without a label is read out', () => {
    expect(playback([{ say: 'dialled' }], { ...call, dialled: '112' }, { ...voice, labels: {} })).toBe(
      '/s/en/dialled.wav!/s/en/digits/1.wav!/s/en/digits/1.wav!/s/en/digits/2.wav',
    );
  });

  it('seconds up to a minute', () => {
    expect(playback([{ say: 'waited' }], { ...call, waited: 42.4 }, voice)).toBe(
      '/s/en/seconds-waited.wav!/s/en/digits/40.wav!/s/en/digits/2.wav',
    );
  });

  it('what nobody knows is left out; the word "callback" when nothing is left', () => {
    const { waited, timesLost, number } = call;
    const unknown = { waited, timesLost, number };
    expect(playback([{ say: 'queue' }, { say: 'timesLost' }], unknown, voice)).toMatch(/^\/s\/en\/times-lost/);
    expect(playback([{ say: 'queue' }, { say: 'dialled' }], unknown, voice)).toBe('/s/en/callback.wav');
    expect(playback([{ say: 'queue' }], { ...call, queue: 'constructor' }, voice)).toBe('/s/en/callback.wav');
  });

  it.each<PromptPart>([{ text: 'a!say:b' }, { text: '${x}' }, { text: 'a, b' }, { file: 'exec:x' }, { file: '/a b.wav' }, { text: '' }])(
    '%j is refused',
    (part) => expect(() => playback([part], call, voice)).toThrow(UnsafeValue),
  ); // prettier-ignore

  it('is spoken when a part of it is', () => {
    expect(isSpoken('/a.wav!say:b')).toBe(true);
    expect(isSpoken('say:b')).toBe(true);
    expect(isSpoken('/say:/b.wav')).toBe(false);
  });
});

describe('a number in words', () => {
  it.each<[number, string]>([
    [0, '0'],
    [7, '7'],
    [13, '13'],
    [20, '20'],
    [21, '20 1'],
    [60, '60'],
    [99, '90 9'],
    [100, '1 0 0'],
    [-4, '0'],
  ])('%d: %s', (number, files) => {
    expect(numberFiles(number)).toEqual(files.split(' ').map((file) => `digits/${file}`));
  });
});
