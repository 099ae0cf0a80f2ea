import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from '../../lib/config/problem.js';
import type { RuleContext } from '../../lib/rules/rule.js';
import { loadRule } from '../../lib/rules/rule-file.js';
import { folderWith } from '../config/temporary-folder.js';
import { context, soundsDir } from './rule-context.js';

const folder = folderWith({});

function load(text: string, over: Partial<RuleContext> = {}): ReturnType<typeof loadRule> & { complaints: string[] } {
  const file = join(folder, '10-test.json');
  writeFileSync(file, text);
  const loaded = loadRule(file, { ...context, ...over });
  return { ...loaded, complaints: loaded.problems.map((problem) => formatProblem({ ...problem, file: 'f' })) };
}

const callback = (more: object): string => JSON.stringify({ name: 'n', callback: { to: { queue: 'q' }, ...more } });
const when = (condition: object): string => JSON.stringify({ name: 'n', ignore: true, when: condition });

test('the least callback has every default', () => {
  const { rule, complaints } = load('{"name": "Sales", "callback": {"to": {"queue": "sales@default"}}}');
  expect(complaints).toEqual([]);
  expect(rule).toEqual({
    id: 'test',
    order: 10,
    file: join(folder, '10-test.json'),
    name: 'Sales',
    enabled: true,
    lostAt: [{ kind: 'any' }],
    minWaitMs: 0,
    action: {
      kind: 'callback',
      to: { queue: 'sales@default' },
      prompt: [{ file: join(soundsDir, 'en/callback.wav') }],
      afterwards: false,
      priority: 'keepPlace',
      afterMs: [0, 300_000, 900_000],
      maxConcurrent: 2,
      successAfterMs: 5_000,
      expireAfterMs: 28_800_000,
    },
  });
});

test('the defaults keep within the limits', () => {
  const { rule } = load(callback({}), { limits: { minWaitMs: 60_000, attempts: 2, maxConcurrent: 1 } });
  expect(rule?.action).toMatchObject({ afterMs: [0, 300_000], maxConcurrent: 1 });
});

test('everything given', () => {
  const { rule, complaints } = load(`{
    "$schema": "./rule.schema.json", "name": "n", "enabled": false,
    "lostAt": ["queue:fifo:hotline", "extension:1001", "group:g", "ivr:main", "voicemail", "transfer", "dialplan", "dialled:8 (495) 123-45-67"],
    "lostDuring": {"outside": "office-hours"}, "minWait": "60s",
    "callback": {"to": {"extension": "1001@office.example"}, "prompt": {"file": "own.wav"}, "during": "weekend",
      "after": {"every": "30s", "times": 5}, "maxConcurrent": 5, "successAfter": "9s", "expireAfter": "never"}}`);
  expect(complaints).toEqual([]);
  expect(rule).toMatchObject({
    enabled: false,
    lostAt: [
      { kind: 'queue', name: 'fifo:hotline' },
      { kind: 'extension', name: '1001' },
      { kind: 'group', name: 'g' },
      { kind: 'ivr', name: 'main' },
      { kind: 'voicemail' },
      { kind: 'transfer' },
      { kind: 'dialplan' },
      { kind: 'dialled', name: '+74951234567' },
    ],
    lostDuring: { schedule: 'office-hours', outside: true },
    minWaitMs: 60_000,
    action: {
      to: { extension: '1001@office.example' },
      prompt: [{ file: join(soundsDir, 'en/own.wav') }],
      afterwards: false,
      priority: 'keepPlace',
      during: 'weekend',
      afterMs: [30_000, 30_000, 30_000, 30_000, 30_000],
      maxConcurrent: 5,
      successAfterMs: 9_000,
      expireAfterMs: 'never',
    },
  });
});

test('a comment is for people: a text or a list of texts, and no part of the rule', () => {
  const { rule: without } = load('{"name": "n", "ignore": true}');
  for (const comment of ['why', ['why', 'who']]) {
    const { rule, complaints } = load(JSON.stringify({ comment, name: 'n', ignore: true }));
    expect(complaints).toEqual([]);
    expect(rule).toEqual(without);
  }
});

test('a rule is plain data', () => {
  const { rule } = load(when({ fact: 'waited', operator: 'lessThan', value: '5s' }));
  expect(JSON.parse(JSON.stringify(rule))).toEqual(rule);
});

describe('problems', () => {
  test.each([
    ['{"ignore": true}', 'f:1:1: the key "name" is missing'],
    ['{"name": "n"}', 'f:1:1: expected one action: "callback" or "ignore", found none'],
    [
      '{"name": "n", "ignore": true, "callback": {"to": {"queue": "q"}}}',
      'f:1:15: ignore: expected one action: "callback" or "ignore", found both',
    ],
    ['{"name": "n", "ignore": false}', 'f:1:25: ignore: expected true, found false'],
    ['{"name": "n", "callback": {}}', 'f:1:27: callback: the key "to" is missing'],
    [
      '{"name": "n", "callback": {"to": {}}}',
      'f:1:34: callback.to: expected one target ("queue", "extension", "number", "group", "tried", "lastPhase", "dialplan" or "byDialled"), such as {"queue": "sales@default"}, found {}',
    ],
    [
      '{"name": "n", "callback": {"to": {"queue": "a", "extension": "b"}}}',
      'f:1:49: callback.to.extension: expected one target, found "queue" and "extension"',
    ],
    [
      '{"name": "n", "callback": {"to": {"queue": "a,b"}}}',
      'f:1:44: callback.to.queue: expected a name of letters, digits, _ . @ -, found "a,b"',
    ],
    [
      '{"name": "n", "ignore": true, "minWiat": "5s"}',
      'f:1:31: minWiat: unknown key "minWiat"; did you mean "minWait"?',
    ],
    [
      '{"name": "n", "ignore": true, "lostAt": []}',
      expect.stringMatching(/^f:1:41: lostAt: expected a place or a list/),
    ],
    [
      '{"name": "n", "ignore": true, "lostAt": ["queue:"]}',
      expect.stringMatching(
        /^f:1:42: lostAt\[0\]: expected a place: "any", .* found "queue:"; did you mean "queue:NAME"\?$/,
      ),
    ],
    [
      '{"name": "n", "ignore": true, "lostDuring": "ofice-hours"}',
      'f:1:45: lostDuring: unknown schedule "ofice-hours"; did you mean "office-hours"?',
    ],
    [
      '{"name": "n", "ignore": true, "lostDuring": {"outside": "x"}}',
      'f:1:57: lostDuring.outside: unknown schedule "x"; schedules.json has office-hours, weekend',
    ],
    [
      '{"name": "n", "ignore": true, "minWait": "2m"}',
      'f:1:42: minWait: expected at most 1 min (limits.minWait), found "2m"',
    ],
    [
      '{"name": "n", "ignore": true, "minWait": "5s", "lostAt": ["transfer"]}',
      'f:1:31: minWait: minWait never applies to a loss after a transfer, and this rule takes only those: remove it',
    ],
    [
      callback({ during: 'nights' }),
      'f:1:53: callback.during: unknown schedule "nights"; schedules.json has office-hours, weekend',
    ],
    [
      callback({ after: ['0s', '0s', '0s', '0s', '0s', '0s'] }),
      'f:1:52: callback.after: expected at most 5 attempts (limits.attempts), found 6',
    ],
    [
      callback({ after: { every: '1s', times: 1e15 } }),
      expect.stringContaining(
        'callback.after.times: expected at most 5 attempts (limits.attempts), found 1000000000000000',
      ),
    ],
    [callback({ after: { every: '1s' } }), 'f:1:52: callback.after: the key "times" is missing'],
    [
      callback({ maxConcurrent: 6 }),
      'f:1:60: callback.maxConcurrent: expected at most 5 (limits.maxConcurrent), found 6',
    ],
    [
      callback({ expireAfter: '367d' }),
      'f:1:58: callback.expireAfter: expected more than 0 and at most "366d", or "never", found "367d"',
    ],
    [
      callback({ expireAfter: 'soon' }),
      'f:1:58: callback.expireAfter: expected a duration such as "8h", or "never", found "soon"',
    ],
    [
      callback({ prompt: { file: 'nine.wav' } }),
      `f:1:61: callback.prompt.file: there is no sound file ${join(soundsDir, 'en/nine.wav')}`,
    ],
    [
      callback({ prompt: { file: 'folder' } }),
      `f:1:61: callback.prompt.file: ${join(soundsDir, 'en/folder')} can't be played: no file, or no permission to look at it`,
    ],
    [
      callback({ prompt: { file: 'a b.wav' } }),
      'f:1:61: callback.prompt.file: expected the name of a sound file: letters, digits, _ . / -, found "a b.wav"',
    ],
  ])('%s', (text, expected) => {
    const { rule, complaints } = load(text);
    expect(complaints).toEqual([expected]);
    expect(rule).toBeUndefined();
  });

  test('minWait for a list with more than transfer is fine', () => {
    expect(
      load('{"name": "n", "ignore": true, "minWait": "5s", "lostAt": ["transfer", "voicemail"]}').complaints,
    ).toEqual([]);
  });

  test('attempts that come too late are told, unless only open time counts', () => {
    const late = { after: ['5m', '30m', '12h'], expireAfter: '8h' };
    expect(load(callback(late)).complaints).toEqual([
      expect.stringMatching(/^f:1:\d+: warning: callback\.after\[2\]: /),
    ]);
    expect(load(callback(late)).rule).toBeDefined();
    expect(load(callback({ ...late, during: 'office-hours' })).complaints).toEqual([]);
    expect(load(callback({ ...late, expireAfter: 'never' })).complaints).toEqual([]);
    expect(load(callback({ expireAfter: '20m' })).complaints).toEqual([]);
    expect(load(callback({ expireAfter: '19m' })).complaints).toEqual([
      'f:1:58: warning: callback.expireAfter: attempt 3 never comes: it would be due 20 min after the loss at the earliest, but the task expires after 19 min (expireAfter)',
    ]);
  });

  const full = {
    name: 'n',
    enabled: true,
    lostAt: 'queue:q',
    lostDuring: 'weekend',
    minWait: '5s',
    when: { fact: 'place', operator: 'equal', value: 'queue' },
    callback: {
      to: { queue: 'q' },
      prompt: { file: 'own.wav' },
      during: 'weekend',
      after: ['1h', '2h', '3h'],
      maxConcurrent: 1,
      successAfter: '5s',
      expireAfter: '30m',
    },
  };
  const keys = [...Object.keys(full), ...Object.keys(full.callback).map((key) => `callback.${key}`)];

  test.each(keys)('a wrong %s is told of itself alone: nothing is made up for what is left out', (path) => {
    expect(load(JSON.stringify(full)).complaints).toEqual([]);
    const [first = '', second] = path.split('.');
    for (const wrong of [null, 5, [], [[]], { x: 1 }, '\n']) {
      const written: Record<string, unknown> = structuredClone(full);
      if (second === undefined) written[first] = wrong;
      else written.callback = { ...full.callback, [second]: wrong };
      const paths = load(JSON.stringify(written)).problems.map((problem) => problem.path);
      expect(paths.filter((each) => !each.startsWith(path))).toEqual([]);
    }
  });

  test('all of them at once', () => {
    const { complaints } = load(
      '{"name": "", "enabled": "yes", "lostAt": 5, "callback": {"maxConcurrent": 0, "x": 1}}',
    );
    expect(complaints).toHaveLength(6);
    expect(load('{}').complaints).toEqual([
      'f:1:1: the key "name" is missing',
      'f:1:1: expected one action: "callback" or "ignore", found none',
    ]);
  });

  test('a sounds folder whose path FreeSWITCH could misread', () => {
    const spaced = folderWith({ 'my sounds/en/callback.wav': '' });
    const { complaints } = load(callback({}), { soundsDir: join(spaced, 'my sounds') });
    expect(complaints).toEqual([expect.stringContaining('so it may have only letters, digits')]);
  });
});

describe('when', () => {
  test.each([
    ['count', { fact: 'timesLostToday', operator: 'greaterThanInclusive', value: 2 }, 2],
    ['a span as a duration', { fact: 'waited', operator: 'lessThan', value: '5m' }, 300],
    ['a span in seconds', { fact: 'waited', operator: 'lessThan', value: 5 }, 5],
    ['a number in E.164', { fact: 'number', operator: 'oneOf', value: ['8 495 123-45-67'] }, ['+74951234567']],
    ['a pattern stays as it is', { fact: 'number', operator: 'matches', value: '+7495*' }, '+7495*'],
    ['a schedule', { fact: 'lostAt', operator: 'outside', value: 'weekend' }, 'weekend'],
    ['a flag', { fact: 'messageLeft', operator: 'equal', value: true }, true],
  ])('%s', (_, condition, value) => {
    const { rule, complaints } = load(when(condition));
    expect(complaints).toEqual([]);
    expect(rule?.when).toEqual({ all: [{ ...condition, value }] });
  });

  test('all, any and not, nested', () => {
    const leaf = { fact: 'place', operator: 'equal', value: 'ivr' };
    const nested = { any: [{ all: [leaf, { not: leaf }] }, { not: { any: [leaf] } }] };
    const { rule, complaints } = load(when(nested));
    expect(complaints).toEqual([]);
    expect(rule?.when).toEqual(nested);
  });

  const leaf = { fact: 'requested', operator: 'equal', value: true };
  const kept = "isn't kept: add it to calls.variables in the configuration";
  test.each([
    ['an empty all would be true', { all: [] }, /when\.all: expected a list of at least one condition/],
    ['an empty any would be true', { any: [] }, /when\.any: expected a list of at least one condition/],
    [
      'any beside all: one would be ignored',
      { any: [leaf], all: [leaf] },
      /when: expected one of "all".* found "all" beside "any"/,
    ],
    ['a fact beside not', { not: leaf, ...leaf }, /when: expected one of .* found "not" beside "fact"/],
    ['nothing', {}, /when: expected one of .* found none of them/],
    [
      'operator without a fact',
      { all: [leaf], operator: 'equal' },
      /when\.operator: "operator" belongs to a "fact", not to "all"/,
    ],
    ['no operator', { fact: 'place', value: 'ivr' }, /when: the key "operator" is missing beside "fact"/],
    ['no value', { fact: 'place', operator: 'equal' }, /when: the key "value" is missing beside "fact"/],
    [
      'unknown fact',
      { ...leaf, fact: 'requsted' },
      /when\.fact: expected one of "place", .*; did you mean "requested"\?/,
    ],
    ['unknown operator', { ...leaf, operator: 'equals' }, /when\.operator: expected one of .*; did you mean "equal"\?/],
    ['a reference, which could be circular', { condition: 'x' }, /when\.condition: unknown key "condition"/],
    ['priority', { ...leaf, priority: 0 }, /when\.priority: unknown key/],
    [
      'in with a string would search in it',
      { fact: 'queue', operator: 'in', value: 'sales' },
      /when\.value: expected a list \[\.\.\.\] for "in"/,
    ],
    [
      'a list for equal',
      { fact: 'queue', operator: 'equal', value: ['a'] },
      /when\.value: expected text .*a list only for in, notIn, oneOf/,
    ],
    [
      'text compared as a number',
      { fact: 'timesLostToday', operator: 'lessThan', value: '9' },
      /when\.value: expected a whole number without quotes, found "9"/,
    ],
    [
      'a number for text',
      { fact: 'queue', operator: 'equal', value: 5 },
      /when\.value: expected text in double quotes, found 5/,
    ],
    ['one wrong in a list', { fact: 'queue', operator: 'oneOf', value: ['a', 5] }, /when\.value\[1\]: expected text/],
    [
      'less than for text',
      { fact: 'queue', operator: 'lessThan', value: 'a' },
      /when\.operator: the fact "queue" takes one of equal/,
    ],
    ['no duration', { fact: 'waited', operator: 'lessThan', value: '5x' }, /when\.value: expected a duration/],
    [
      'no such place',
      { fact: 'place', operator: 'equal', value: 'quue' },
      /when\.value: expected one of queue, extension/,
    ],
    [
      'no such schedule',
      { fact: 'lostAt', operator: 'during', value: 'weekends' },
      /when\.value: unknown schedule "weekends"; did you mean "weekend"\?/,
    ],
    [
      'a value that is a fact',
      { fact: 'waited', operator: 'lessThan', value: { fact: 'triedCount' } },
      /when\.value: expected text, a number/,
    ],
    ['a variable without a name', { fact: 'variable', operator: 'equal', value: 'x' }, /when: expected "params"/],
    [
      "a variable that isn't kept",
      { fact: 'variable', params: { name: 'vipp' }, operator: 'equal', value: 'x' },
      new RegExp(`${kept}.*"vip"`),
    ],
    [
      'params of another fact',
      { ...leaf, params: { name: 'vip' } },
      /when\.params: the fact "requested" has no params/,
    ],
    [
      'matches without text',
      { fact: 'number', operator: 'matches', value: 7 },
      /when\.value: expected a number in double quotes/,
    ],
  ])('%s', (_, condition, expected) => {
    const { rule, complaints } = load(when(condition));
    expect(complaints.join('\n')).toMatch(expected);
    expect(rule).toBeUndefined();
  });
});

test.each([
  ['sales.json', 'the name of a rule file is NN-id.json'],
  ['1-sales.json', 'the name of a rule file is NN-id.json'],
  ['10-sa les.json', 'the name of a rule file is NN-id.json'],
  ['10-request.json', 'belongs to the built-in rule'],
])('a file named %s', (name, message) => {
  const { rule, problems } = loadRule(join(folderWith({ [name]: '{"name": "n", "ignore": true}' }), name), context);
  expect(rule).toBeUndefined();
  expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
});
