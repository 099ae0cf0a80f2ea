import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfiguration, loadConfiguration } from '../../lib/config/configuration.js';
import { packageFile } from '../../lib/config/package-root.js';
import { formatProblem } from '../../lib/config/problem.js';
import { folderWith } from './temporary-folder.js';

function complaints(text: string): string[] {
  const file = join(folderWith({ 'c.json': text }), 'c.json');
  return loadConfiguration(file).problems.map((problem) => formatProblem({ ...problem, file: 'c.json' }));
}

test('{} is valid, and every setting has its default', () => {
  const folder = folderWith({ 'callbackd.json': '{}' });
  const { configuration, problems } = loadConfiguration(join(folder, 'callbackd.json'));
  expect(problems).toEqual([]);
  expect(configuration).toEqual({
    file: join(folder, 'callbackd.json'),
    rulesDir: join(folder, 'rules'),
    schedulesFile: join(folder, 'schedules.json'),
    employeesFile: join(folder, 'employees.json'),
    esl: { host: '127.0.0.1', port: 8021 },
    database: join(folder, 'callbackd.db'),
    socket: join(folder, 'callbackd.sock'),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    calls: { internal: /^\d{2,5}$/, minTalkMs: 0, variables: [] },
    limits: {
      minWaitMs: 60_000,
      attempts: 5,
      maxConcurrent: 5,
      settleMs: 60_000,
      snoozeMs: [30_000, 60_000, 120_000, 300_000, 900_000],
    },
    rules: { deleteGraceMs: 60_000 },
    outbound: {
      routes: {},
      ringTimeoutMs: 45_000,
      paceMs: 1_000,
      allow: [],
      deny: [],
      perClient: { perHour: 5, perDay: 10 },
      overall: { perHour: 100, perDay: 1_000, concurrent: 10 },
    },
    employees: { ringTimeoutMs: 25_000, queueWaitMs: 600_000, displayPrefix: 'callback' },
    requests: { queues: [], keys: ['1'] },
    backfill: { maxAgeMs: 259_200_000, delete: false },
    retentionMs: 31_536_000_000,
    sounds: { language: 'en', dir: packageFile('sounds') },
    labels: {},
  });
  expect(defaultConfiguration(join(folder, 'callbackd.json'))).toEqual(configuration);
});

test('every key is taken, relative paths from the folder of the file', () => {
  const folder = folderWith({
    'c.json': JSON.stringify({
      $schema: './callbackd.schema.json',
      esl: { host: 'pbx', port: 8022, passwordFile: 'secret' },
      database: 'data/x.db',
      socket: '/run/callbackd/s.sock',
      country: 'RU',
      timezone: 'Europe/Moscow',
      calls: { internal: '^1\\d\\d$', contexts: ['public'], minTalk: '3s', variables: ['vip'] },
      limits: { minWait: '2m', attempts: 7, maxConcurrent: 9, settle: '10s', snooze: ['1s'] },
      rules: { deleteGrace: '5m' },
      outbound: {
        route: 'sofia/gateway/trunk/{e164}',
        callerId: '+74951234567',
        ringTimeout: '30s',
        pace: '0s',
        allow: ['KZ'],
        routes: { '84951234567': 'sofia/gateway/sales/{national}', '200': 'sofia/gateway/short/{number}' },
        deny: ['+7900*', '*00'],
        perClient: { hour: 2, day: 3 },
        overall: { hour: 50, day: 400, concurrent: 6 },
      },
      employees: { ringTimeout: '20s', queueWait: '5m', displayPrefix: 'обратный (звонок)' },
      requests: { queues: ['sales@default'], keys: ['2', '#'] },
      backfill: { dir: 'cdr', maxAge: '1d', delete: true },
      retention: '90d',
      sounds: { language: 'ru', dir: 'voices', tts: { engine: 'tts_commandline', voice: 'Anna' } },
      labels: {
        '+74951234567': { text: 'Отдел продаж' },
        'sales@default': { file: 'sales.wav' },
        '300': { file: '/srv/x.wav' },
      },
    }),
    'voices/ru/sales.wav': '',
  });
  const { configuration, problems } = loadConfiguration(join(folder, 'c.json'));
  expect(problems.map(({ message }) => message)).toEqual(['there is no sound file /srv/x.wav']);
  expect(configuration).toMatchObject({
    esl: { host: 'pbx', port: 8022, passwordFile: join(folder, 'secret') },
    database: join(folder, 'data/x.db'),
    socket: '/run/callbackd/s.sock',
    country: 'RU',
    timezone: 'Europe/Moscow',
    calls: { internal: /^1\d\d$/, contexts: ['public'], minTalkMs: 3_000, variables: ['vip'] },
    limits: { minWaitMs: 120_000, attempts: 7, maxConcurrent: 9, settleMs: 10_000, snoozeMs: [1_000] },
    rules: { deleteGraceMs: 300_000 },
    outbound: {
      route: 'sofia/gateway/trunk/{e164}',
      callerId: '+74951234567',
      ringTimeoutMs: 30_000,
      paceMs: 0,
      allow: ['KZ'],
      routes: { '+74951234567': 'sofia/gateway/sales/{national}', '200': 'sofia/gateway/short/{number}' },
      deny: ['+7900*', '*00'],
      perClient: { perHour: 2, perDay: 3 },
      overall: { perHour: 50, perDay: 400, concurrent: 6 },
    },
    employees: { ringTimeoutMs: 20_000, queueWaitMs: 300_000, displayPrefix: 'обратный (звонок)' },
    requests: { queues: ['sales@default'], keys: ['2', '#'] },
    backfill: { dir: join(folder, 'cdr'), maxAgeMs: 86_400_000, delete: true },
    retentionMs: 7_776_000_000,
    sounds: { language: 'ru', dir: join(folder, 'voices'), tts: { engine: 'tts_commandline', voice: 'Anna' } },
    labels: {
      '+74951234567': { text: 'Отдел продаж' },
      'sales@default': { file: join(folder, 'voices/ru/sales.wav') },
      '300': { file: '/srv/x.wav' },
    },
  });
});

test('the configured country may be dialled unless others are named', () => {
  const folder = folderWith({ 'c.json': '{"country": "DE"}' });
  expect(loadConfiguration(join(folder, 'c.json')).configuration?.outbound.allow).toEqual(['DE']);
});

test.each([
  ['[]', 'c.json:1:1: expected an object {...}, found []'],
  ['{"esll": {}}', 'c.json:1:2: esll: unknown key "esll"; did you mean "esl"?'],
  ['{\n  "esl": {"hots": "x"}\n}', 'c.json:2:11: esl.hots: unknown key "hots"; did you mean "host"?'],
  ['{"esl": {"zzz": 1}}', 'c.json:1:10: esl.zzz: unknown key "zzz"; known are host, port, passwordFile'],
  ['{"esl": {"port": "8021"}}', 'c.json:1:18: esl.port: expected a whole number, found "8021"'],
  ['{"esl": {"port": 0}}', 'c.json:1:18: esl.port: expected at least 1, found 0'],
  [
    '{"country": "ru"}',
    'c.json:1:13: country: expected a country by its two capital letters, such as "RU", found "ru"',
  ],
  ['{"country": "XX"}', 'c.json:1:13: country: expected a country of ISO 3166 such as "RU", found "XX"'],
  [
    '{"outbound": {"allow": ["RU", "QQ"]}}',
    'c.json:1:31: outbound.allow[1]: expected a country of ISO 3166 such as "RU", found "QQ"',
  ],
  [
    '{"timezone": "Europe/Mosow"}',
    'c.json:1:14: timezone: expected a time zone such as "Europe/Moscow", found "Europe/Mosow"; did you mean "Europe/Moscow"?',
  ],
  ['{"calls": {"internal": "("}}', 'c.json:1:24: calls.internal: expected a regular expression, found "("'],
  ['{"calls": {"minTalk": 5}}', 'c.json:1:23: calls.minTalk: expected a duration such as "90s", "5m" or "8h", found 5'],
  [
    '{"limits": {"snooze": ["0s"]}}',
    'c.json:1:24: limits.snooze[0]: expected a duration from "1s" to "1d", found "0s"',
  ],
  [
    '{"outbound": {"ringTimeout": "500ms"}}',
    'c.json:1:30: outbound.ringTimeout: expected a duration from "5s" to "5m", found "500ms"',
  ],
  ['{"outbound": {"pace": "2h"}}', 'c.json:1:23: outbound.pace: expected a duration from "0s" to "1h", found "2h"'],
  [
    '{"rules": {"deleteGrace": "0s"}}',
    'c.json:1:27: rules.deleteGrace: expected a duration from "1s" to "7d", found "0s"',
  ],
  ['{"requests": {"keys": ["12"]}}', 'c.json:1:24: requests.keys[0]: expected a key: a digit, "*" or "#", found "12"'],
])('%s', (text, expected) => {
  expect(complaints(text)).toEqual([expected]);
});

test.each(['{"password": "x"}', '{"esl": {"password": "x"}}'])('a password in the file: %s', (text) => {
  expect(complaints(text)).toEqual([expect.stringContaining('the password never stands in this file')]);
});

test.each([
  ['{"outbound": {"perClient": {}}}', { perHour: 5, perDay: 10 }],
  ['{"outbound": {"perClient": {"hour": 1}}}', { perHour: 1, perDay: 10 }],
  ['{"outbound": {"perClient": {"day": 20}}}', { perHour: 5, perDay: 20 }],
])('what is not given has its default: %s', (text, perClient) => {
  const file = join(folderWith({ 'c.json': text }), 'c.json');
  expect(loadConfiguration(file).configuration?.outbound.perClient).toEqual(perClient);
});

test('what a client dialled finds no property of objects among routes and labels', () => {
  const { outbound, labels } = defaultConfiguration('c.json');
  expect(['constructor', 'toString', '__proto__'].filter((key) => key in outbound.routes || key in labels)).toEqual([]);
});

test.each([
  ['"text": "a, b"', '","'],
  ['"text": "a\\u200bb"', 'the character U+200B'],
  ['"text": "«a»"', '"«"'],
])('the character that may not be spoken is named: %s', (label, character) => {
  const text = `{"sounds": {"tts": {"engine": "flite", "voice": "kal"}}, "labels": {"200": {${label}}}}`;
  expect(complaints(text)).toEqual([
    expect.stringMatching(new RegExp(`: ${character.replace('+', '.')} may not stand in it$`)),
  ]);
});

test.each(['Отдел продаж', 'Łódź 2', 'दिल्ली', '販売', 'Mr. Smith-Jones', '1'])('may be spoken: %s', (text) => {
  const json = { sounds: { tts: { engine: 'flite', voice: 'kal' } }, labels: { '200': { text } } };
  expect(complaints(JSON.stringify(json))).toEqual([]);
});

test.each(['', ' ', '-v', '.', ' a', 'x'.repeat(201)])('may not be spoken: "%s"', (text) => {
  const json = { sounds: { tts: { engine: 'flite', voice: 'kal' } }, labels: { '200': { text } } };
  expect(complaints(JSON.stringify(json))).toEqual([expect.stringContaining('expected a text of letters, digits')]);
});

describe('outbound.route', () => {
  test.each([
    'sofia/gateway/trunk/{number}',
    'loopback/{e164}/out',
    'sofia/internal/{number}@10.0.0.1:5060;transport=tcp',
  ])('%s may be', (route) => {
    expect(complaints(JSON.stringify({ outbound: { route } }))).toEqual([]);
  });

  test.each([
    'sofia/gateway/trunk/',
    '{number',
    '{number}{other}',
    '{number},x',
    '[a=b]{number}',
    '{number} x',
    '{e164}\n',
    '${x}{number}',
  ])('%j may not', (route) => {
    expect(complaints(JSON.stringify({ outbound: { route } }))).toEqual([
      expect.stringContaining('outbound.route: expected a dial string such as'),
    ]);
  });
});

test('all problems at once, in the order of the file', () => {
  const found = complaints('{\n"esll": 1,\n"country": 7,\n"limits": {"attempts": 0, "snooze": []}\n}');
  expect(found.map((line) => line.split(':')[1])).toEqual(['2', '3', '4', '4']);
});

test('a socket path that the system could not bind', () => {
  expect(complaints(JSON.stringify({ socket: `/${'x'.repeat(107)}` }))).toEqual([
    expect.stringContaining('c.json:1:11: socket: the path of the socket is 108 bytes long, 107 are possible'),
  ]);
});

test('a missing file says what to do', () => {
  const { configuration, problems } = loadConfiguration(join(folderWith({}), 'none.json'));
  expect(configuration).toBeUndefined();
  expect(problems[0]?.message).toMatch(/no such file; .*\{\}.*--config/);
});

test('a sounds folder that FreeSWITCH could misread', () => {
  expect(complaints('{"sounds": {"dir": "my sounds"}}')).toEqual([
    expect.stringContaining('sounds.dir: the sounds folder is'),
  ]);
});

test('whatever the values, there is a configuration or a problem', () => {
  const keys = [
    'esl',
    'database',
    'socket',
    'country',
    'timezone',
    'calls',
    'limits',
    'outbound',
    'sounds',
    'host',
    'route',
  ];
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>('', '5m', 'RU', '{number}', 0, 1e9, null, true, [], '\u0000'),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  const file = join(folderWith({}), 'any.json');
  fc.assert(
    fc.property(value, (written) => {
      writeFileSync(file, JSON.stringify(written));
      const { configuration, problems } = loadConfiguration(file);
      return (configuration === undefined) === problems.some(({ severity }) => severity === 'error');
    }),
    { numRuns: 500 },
  );
});
