/** `callback` of a rule file: who is rung, what he hears, and what is asked of him. What is wrong in them: spec/fixtures/broken. */
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { Employees, type Employee } from '../../lib/config/employees.js';
import { numberKey } from '../../lib/config/by-number.js';
import { diallingPolicy } from '../../lib/calls/dialling-policy.js';
import { defaultConfiguration } from '../../lib/config/configuration.js';
import { formatProblem } from '../../lib/config/problem.js';
import { comparable } from '../../lib/rules/facts.js';
import type { CallbackAction, RuleContext } from '../../lib/rules/rule.js';
import { loadRule } from '../../lib/rules/rule-file.js';
import { promptFiles, soundsOf } from '../../lib/rules/prompt-files.js';
import { targetFor, targetsOf } from '../../lib/rules/targets.js';
import { folderWith } from '../config/temporary-folder.js';
import { context, soundsDir } from './rule-context.js';

const folder = folderWith({});
const spoken: Partial<RuleContext> = { tts: { engine: 'flite', voice: 'kal' } };
const digits = Array.from({ length: 10 }, (_, digit) => `xx/digits/${digit}.wav`);
const teens = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 30, 40, 50, 60, 70, 80, 90].map((n) => `xx/digits/${n}.wav`);
const named = ['callback', 'accept', 'afterwards', 'thanks', 'plus', 'times-lost', 'seconds-waited', 'minutes-waited'];
/** A language that has every sound. */
const complete: Partial<RuleContext> = {
  language: 'xx',
  soundsDir: folderWith(
    Object.fromEntries(
      [...named.map((name) => `xx/${name}.wav`), ...digits, ...teens, 'xx/digits/star.wav'].map((file) => [file, '']),
    ),
  ),
};

interface Loaded {
  action?: CallbackAction;
  complaints: string[];
}

function load(callback: object, over: Partial<RuleContext> = {}): Loaded {
  const file = join(folder, '10-test.json');
  writeFileSync(file, JSON.stringify({ name: 'n', callback: { to: { queue: 'q' }, ...callback } }));
  const { rule, problems } = loadRule(file, { ...context, ...over });
  const complaints = problems.map((problem) => formatProblem({ ...problem, file: 'f' }));
  return rule?.action.kind === 'callback' ? { action: rule.action, complaints } : { complaints };
}

describe('"to"', () => {
  it.each([
    [{ queue: 'sales@default' }, { queue: 'sales@default' }],
    [{ extension: '1001' }, { extension: '1001' }],
    [{ group: 'sales' }, { group: 'sales', stepMs: 10_000, atOnce: 3 }],
    [
      { group: 'sales', step: '5s', atOnce: 1 },
      { group: 'sales', stepMs: 5_000, atOnce: 1 },
    ],
    [
      { tried: true, atOnce: 20 },
      { tried: true, stepMs: 10_000, atOnce: 20 },
    ],
    [
      { lastPhase: true, step: '1m' },
      { lastPhase: true, stepMs: 60_000, atOnce: 3 },
    ],
    [{ dialplan: '7000 XML default' }, { dialplan: '7000 XML default' }],
    [{ dialplan: '*97 XML my.context' }, { dialplan: '*97 XML my.context' }],
  ])('%j', (written, to) => {
    expect(load({ to: written })).toMatchObject({ action: { to }, complaints: [] });
  });

  it('takes a number in E.164, whatever its spelling', () => {
    const { action, complaints } = load({ to: { number: '84951230001' }, accept: { key: '1' } }, complete);
    expect([action?.to, complaints]).toEqual([{ number: '+74951230001' }, []]);
  });

  it('takes dialled numbers in E.164, and short ones as they are', () => {
    const { action, complaints } = load({
      to: {
        byDialled: { '8 (495) 123-45-67': { queue: 'sales' }, '200': { group: 'a' } },
        else: { tried: true, step: '7s' },
      },
    });
    expect(complaints).toEqual([]);
    expect(action?.to).toEqual({
      byDialled: { '+74951234567': { queue: 'sales' }, '200': { group: 'a', stepMs: 10_000, atOnce: 3 } },
      else: { tried: true, stepMs: 7_000, atOnce: 3 },
    });
  });

  it('is found by what the client had dialled', () => {
    const { action } = load({ to: { byDialled: { '84951234567': { queue: 'sales' } }, else: { extension: '1001' } } });
    const to = action!.to;
    expect(targetsOf(to)).toEqual([{ queue: 'sales' }, { extension: '1001' }]);
    expect(targetFor(to, '74951234567', 'RU')).toEqual({ queue: 'sales' });
    expect(targetFor(to, 'constructor', 'RU')).toEqual({ extension: '1001' });
    expect(targetFor(to, undefined, 'RU')).toEqual({ extension: '1001' });
    expect(targetFor({ byDialled: { '200': { queue: 'q' } } }, '300', 'RU')).toBeUndefined();
    expect(targetFor({ queue: 'q' }, '300', 'RU')).toEqual({ queue: 'q' });
  });

  test('settings of the configuration by dialled number are found by the same number', () => {
    const written = fc.oneof(
      fc.stringMatching(/^\+?\d{2,15}$/),
      fc.tuple(fc.constantFrom('', '+', '00', '8', '+7', '7', '8495', '7495', '+7495', '380', '0'), fc.nat(9_999_999)).map(
        ([prefix, rest]) => `${prefix}${String(rest).padStart(7, '0')}`,
      ),
    ); // prettier-ignore
    fc.assert(
      fc.property(written, fc.constantFrom('RU', 'UA', 'DE', 'US', undefined), (number, country) => {
        expect([number, numberKey(number, country)]).toEqual([number, comparable(number, country)]);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a group', () => {
  const employee = (id: string, more: Partial<Employee>): Employee => ({ id, numbers: [], agents: [], groups: [], ...more }); // prettier-ignore
  const employees = new Employees([
    employee('anna', { extension: '1001', groups: ['sales', 'mixed', 'half'] }),
    employee('boris', { numbers: ['+74951230001'], groups: ['mixed'] }),
    employee('vera', { numbers: ['+74951230002'], groups: ['abroad', 'half'] }),
  ]);
  const dialling = diallingPolicy({
    ...defaultConfiguration('/c.json'),
    country: 'RU',
    outbound: { ...defaultConfiguration('/c.json').outbound, allow: ['RU'], deny: ['*02'] },
  });
  const of = (group: string, more: object = {}): string[] =>
    load({ to: { group }, ...more }, { ...complete, employees, dialling }).complaints;

  it('of people with phones is good', () => {
    expect(of('sales')).toEqual([]);
  });

  it('with a mobile should have a key', () => {
    expect(of('mixed')).toEqual([expect.stringContaining('warning: callback.to.group: the voicemail of "boris"')]);
    expect(of('mixed', { accept: { key: '1' } })).toEqual([]);
  });

  it('of people who may not be rung is told', () => {
    expect(of('abroad')).toEqual([expect.stringContaining('nobody of the group "abroad" has a phone')]);
    expect(of('half')).toEqual([expect.stringMatching(/warning.*"vera" of the group "half" has no phone/)]);
  });

  it("is taken as it is while employees.json can't be read", () => {
    expect(load({ to: { group: 'unheard-of' } }).complaints).toEqual([]);
  });

  it('may not be rung: a number that the office never dials', () => {
    const to = (number: string): string[] =>
      load({ to: { number }, accept: { key: '1' } }, { ...complete, dialling }).complaints;
    expect(to('+74951230001')).toEqual([]);
    expect(to('+74951230002')).toEqual([expect.stringContaining('nobody may be rung there: +74951230002 fits "*02"')]);
    expect(to('+380441230000')).toEqual([expect.stringContaining('is in UA')]);
  });
});

describe('"prompt"', () => {
  it('is a part or a list of parts, in their order', () => {
    const parts = [{ say: 'dialled' }, { file: 'own.wav' }, { text: 'Отдел продаж' }, { file: '/etc/passwd' }];
    const { action, complaints } = load({ prompt: parts }, spoken);
    expect(complaints).toEqual([]);
    const own = join(soundsDir, 'en/own.wav');
    expect(action?.prompt).toEqual([parts[0], { file: own }, parts[2], { file: '/etc/passwd' }]);
    expect(promptFiles(action!)).toEqual([own, '/etc/passwd']);
    expect(load({ prompt: { say: 'queue' } }).action?.prompt).toEqual([{ say: 'queue' }]);
  });

  it.each([
    ['number', 'plus.wav, digits/0.wav, digits/1.wav and 8 more'],
    ['timesLost', 'times-lost.wav, digits/0.wav, digits/1.wav and 26 more'],
    ['waited', 'seconds-waited.wav, minutes-waited.wav, digits/0.wav and 27 more'],
  ])('says %s only when the language has the sounds', (say, missing) => {
    expect(load({ prompt: [{ say }] }).complaints).toEqual([
      `f:1:61: callback.prompt[0].say: this needs sounds that are not there: ${missing} in ${join(soundsDir, 'en')}`,
    ]);
    expect(load({ prompt: [{ say }] }, complete).complaints).toEqual([]);
  });

  it('says nothing that is not there to be said: a number without a label is no mistake', () => {
    expect(load({ prompt: [{ say: 'dialled' }, { say: 'queue' }] }).complaints).toEqual([]);
  });
});

describe('what the employee is asked for', () => {
  it('is nothing, unless the rule says so', () => {
    const { action } = load({});
    expect(action).toMatchObject({ afterwards: false, priority: 'keepPlace' });
    expect(Object.keys(action!)).not.toEqual(expect.arrayContaining(['accept', 'callerId']));
  });

  it('is a key, within ten seconds', () => {
    expect(load({ accept: { key: '1' } }, complete).action?.accept).toEqual({ key: '1', withinMs: 10_000 });
    expect(load({ accept: { key: '*', within: '3s' } }, complete)).toEqual({
      action: expect.objectContaining({ accept: { key: '*', withinMs: 3_000 } }),
      complaints: [],
    });
  });

  it('is a key afterwards', () => {
    expect(load({ afterwards: true, priority: 'callersFirst', callerId: '+74951234567' }, complete)).toEqual({
      action: expect.objectContaining({ afterwards: true, priority: 'callersFirst', callerId: '+74951234567' }),
      complaints: [],
    });
  });

  it('is looked for with all its sounds', () => {
    const labels = { '200': { file: '/l.wav' }, sales: { text: 'Sales' } };
    const sounds = { dir: '/s', language: 'en' };
    const files = (callback: object): string[] => soundsOf(load(callback, complete).action!, { sounds, labels });
    const endings = ['busy', 'no-answer', 'unreachable', 'invalid'].map((end) => `/s/en/client-${end}.wav`);
    const word = join(complete.soundsDir!, 'xx/callback.wav');
    expect(files({})).toEqual([word, ...endings]);
    expect(files({ prompt: [{ say: 'dialled' }, { say: 'queue' }] })).toEqual(['/l.wav', ...endings]);
    expect(files({ prompt: { say: 'number' } })).toEqual(
      ['plus', ...Array.from({ length: 10 }, (_, digit) => `digits/${digit}`)]
        .map((name) => `/s/en/${name}.wav`)
        .concat(endings),
    );
    expect(files({ accept: { key: '*' }, afterwards: true })).toEqual([
      word,
      '/s/en/accept.wav',
      '/s/en/digits/star.wav',
      ...endings,
      '/s/en/afterwards.wav',
      '/s/en/thanks.wav',
    ]);
  });
});

describe('a slip is told alone', () => {
  it.each([
    [{ to: { number: '+74951230001' }, accept: { key: 'x' } }, 'callback.accept.key'],
    [{ to: { queue: 'a b' }, priority: 'callersFirst' }, 'callback.to.queue'],
    [{ to: { group: 'sales', atOnce: 0 }, accept: { key: '1' } }, 'callback.to.atOnce'],
    [{ to: { byDialled: { '200': { queue: 'a b' } } } }, 'callback.to.byDialled.200.queue'],
  ])('%j', (callback, path) => {
    const { complaints } = load(callback, { ...complete, employees: new Employees() });
    expect(complaints).toEqual([expect.stringContaining(` ${path}: expected`)]);
  });
});
