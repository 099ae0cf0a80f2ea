/** Whatever an admin may write in a rule and in the configuration fits the shapes of an originate: it can't fail because of it. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checked, displayText, routeTo } from '../../lib/callback/dial-string.js';
import { playback } from '../../lib/callback/prompt.js';
import { loadConfiguration } from '../../lib/config/configuration.js';
import { loadRule } from '../../lib/rules/rule-file.js';
import { folderWith } from '../config/temporary-folder.js';
import { context } from '../rules/rule-context.js';

const call = { waited: 20, timesLost: 1, number: '+74951230001', dialled: '200', queue: 'sales' };
const tts = { engine: 'flite', voice: 'kal' };

/** Mostly what is allowed, with what FreeSWITCH and shells would make something of. */
const of = (characters: string): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((some) => some.join(''));
const text = fc.oneof(of('aZ09_.-'), of('aZ9яśह््é販 .-_'), of('aZ9я .-,\'!{}[]$|&;@:#*+/\\"\n\t\u0000\u200b’'));

test('texts, targets and numbers of rules', () => {
  const file = join(folderWith({}), '10-any.json');
  let taken = 0;
  fc.assert(
    fc.property(text, text, (some, other) => {
      const written: [object, (value: string) => unknown][] = [
        [{ to: { queue: some } }, (value) => checked('name', value)],
        [{ to: { extension: some } }, (value) => checked('name', value)],
        [{ to: { dialplan: `${some} XML ${other}` } }, () => [checked('dialled', some), checked('name', other)]],
        [
          { to: { queue: 'q' }, prompt: { text: some } },
          (value) => playback([{ text: value }], call, { sounds: '/s/en', labels: {} }),
        ],
        [{ to: { queue: 'q' }, callerId: some }, (value) => checked('number', value)],
      ];
      for (const [callback, use] of written) {
        writeFileSync(file, JSON.stringify({ name: 'n', callback }));
        if (loadRule(file, { ...context, tts }).rule === undefined) continue;
        taken++;
        expect(() => use(some)).not.toThrow();
      }
    }),
    { numRuns: 400 },
  );
  expect(taken).toBeGreaterThan(300);
});

test('labels, voices, routes and the prefix of displays', () => {
  const file = join(folderWith({}), 'callbackd.json');
  let taken = 0;
  fc.assert(
    fc.property(text, (some) => {
      const written: [object, () => unknown][] = [
        [
          { labels: { '200': { text: some } }, sounds: { tts } },
          () => playback([{ say: 'dialled' }], call, { sounds: '/s/en', labels: { '200': { text: some } } }),
        ],
        [{ sounds: { tts: { engine: some, voice: some } } }, () => checked('name', some)],
        [{ outbound: { route: `x/{national}${some}` } }, () => routeTo(`x/{national}${some}`, '+74951230001')],
        [{ outbound: { routes: { '200': `x/{e164}${some}` } } }, () => routeTo(`x/{e164}${some}`, '+74951230001')],
        [{ employees: { displayPrefix: some } }, () => displayText(`${some} 74951230001`)],
      ]; // prettier-ignore
      for (const [configuration, use] of written) {
        writeFileSync(file, JSON.stringify(configuration));
        if (loadConfiguration(file).configuration === undefined) continue;
        taken++;
        expect(use).not.toThrow();
      }
    }),
    { numRuns: 400 },
  );
  expect(taken).toBeGreaterThan(300);
});
