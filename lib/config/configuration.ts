/** callbackd.json: the configuration of one callbackd. `{}` is valid, every setting has a default. */
import { dirname, join, resolve } from 'node:path';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { durationMs } from '../time/duration.js';
import { isTimezone } from '../time/wall-clock.js';
import { configurationGroups, configurationSchema, type WrittenConfiguration } from './configuration-schema.js';
import { byNumber } from './by-number.js';
import { checkCalling, checkLabelFiles } from './calling-check.js';
import { labelsOf, type Label } from './labels.js';
import { checkSchema } from './schema.js';
import { readJson, type JsonFile } from './json-file.js';
import { meantTimezone } from './likely-meant.js';
import { packageFile } from './package-root.js';
import { formatFound, hasErrors, type JsonPath, type Problem } from './problem.js';
import { soundParts } from './sound-parts.js';
import { isMissing } from './text-file.js';

/** All paths are absolute, all durations in milliseconds. */
export interface Configuration {
  /** The configuration file. */
  file: string;
  /** The folder of the rules, beside the configuration file. */
  rulesDir: string;
  /** schedules.json beside the configuration file; it may be missing. */
  schedulesFile: string;
  /** employees.json beside the configuration file; it may be missing. */
  employeesFile: string;
  esl: { host: string; port: number; passwordFile?: string };
  database: string;
  /** The unix socket of the CLI. */
  socket: string;
  /** Two capital letters (ISO 3166). */
  country?: string;
  /** IANA time zone in which "today" and "this week" are counted. */
  timezone: string;
  calls: {
    /** Numbers that belong to employees, not to clients. */
    internal: RegExp;
    /** Dialplan contexts of clients' calls; all when absent. */
    contexts?: string[];
    /** A shorter conversation with an employee doesn't count as answered. */
    minTalkMs: number;
    /** Channel variables that are kept as facts. */
    variables: string[];
  };
  limits: Limits;
  rules: {
    /** How long after its file has gone a rule is still there, ms: the save of an editor is no deletion. */
    deleteGraceMs: number;
  };
  outbound: {
    /** Dial string of the client's leg with {number}, {e164} or {national} in it; without it nobody can be dialled. */
    route?: string;
    /** Dial strings by the number that the client had dialled: E.164 when it can be normalised, else as written. */
    routes: Readonly<Record<string, string>>;
    /** Shown to the client; when absent, the number that he had dialled. */
    callerId?: string;
    ringTimeoutMs: number;
    /** The least time between the starts of two callbacks, ms; 0: as fast as the limits allow. */
    paceMs: number;
    /** Countries that may be dialled. */
    allow: string[];
    /** Patterns of E.164 with `*` that are never dialled. */
    deny: string[];
    /** Calls to one client within any hour, within any 24 hours. */
    perClient: { perHour: number; perDay: number };
    /** Calls to clients within any hour and any 24 hours, and callbacks at a time. */
    overall: { perHour: number; perDay: number; concurrent: number };
  };
  employees: {
    ringTimeoutMs: number;
    queueWaitMs: number;
    /** What the employee's phone shows before the client; may be empty. */
    displayPrefix: string;
  };
  requests: { queues: string[]; keys: string[] };
  backfill: {
    /** The folder into which mod_json_cdr writes. */
    dir?: string;
    /** Calls that ended longer ago when they are found are only recorded. */
    maxAgeMs: number;
    /** CDR files are deleted when they have been read. */
    delete: boolean;
  };
  /** How long calls and closed tasks are kept. */
  retentionMs: number;
  sounds: {
    language: string;
    dir: string;
    /** What speaks texts; absent: they can't be spoken. */
    tts?: Speech;
  };
  /** What the employee hears for a number (E.164 when it can be normalised, else as written) or a queue. */
  labels: Readonly<Record<string, Label>>;
}

/** An engine of FreeSWITCH and one of its voices. */
export interface Speech {
  engine: string;
  voice: string;
}

/** What the rules may ask for at most, and the pauses of the dialler. */
export interface Limits {
  minWaitMs: number;
  attempts: number;
  maxConcurrent: number;
  settleMs: number;
  /** The last one is repeated. */
  snoozeMs: number[];
}

const passwordHint =
  'the password never stands in this file: put it into a file of its own and name that in "passwordFile", or set CALLBACKD_ESL_PASSWORD in the environment';

/** Loads the file. Without errors among the problems there is a configuration. Never throws because of the file. */
export function loadConfiguration(file: string): {
  configuration?: Configuration;
  json?: JsonFile;
  problems: Problem[];
} {
  const absolute = resolve(file);
  const { json, problems } = readJson(absolute);
  if (json === undefined) {
    const missing = isMissing(absolute);
    const hint = '; the least that is valid is a file with {} in it; another file is named with --config FILE';
    return { problems: missing ? problems.map((one) => ({ ...one, message: one.message + hint })) : problems };
  }
  problems.push(...checkSchema(json, configurationSchema, { 'esl.password': passwordHint, password: passwordHint }));
  const written = soundParts(json.value, problems, configurationGroups) as WrittenConfiguration | undefined;
  if (written !== undefined) problems.push(...checkMeaning(json, written), ...checkCalling(json, written));
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  if (written === undefined || hasErrors(problems)) return { json, problems };
  const configuration = withDefaults(absolute, written);
  problems.push(...checkPaths(json, configuration), ...checkLabelFiles(json, configuration));
  return hasErrors(problems) ? { json, problems } : { configuration, json, problems };
}

/** The configuration that `{}` in that file gives. */
export function defaultConfiguration(file: string): Configuration {
  return withDefaults(resolve(file), {});
}

function withDefaults(file: string, written: WrittenConfiguration): Configuration {
  const dir = dirname(file);
  const {
    esl = {},
    calls = {},
    limits = {},
    rules = {},
    outbound = {},
    employees = {},
    requests = {},
    backfill = {},
    sounds = {},
  } = written;
  const { country } = written;
  const { perClient = {}, overall = {} } = outbound;
  const language = sounds.language ?? 'en';
  const soundsDir = sounds.dir === undefined ? packageFile('sounds') : resolve(dir, sounds.dir);
  return {
    file,
    rulesDir: join(dir, 'rules'),
    schedulesFile: join(dir, 'schedules.json'),
    employeesFile: join(dir, 'employees.json'),
    esl: {
      host: esl.host ?? '127.0.0.1',
      port: esl.port ?? 8021,
      ...(esl.passwordFile === undefined ? {} : { passwordFile: resolve(dir, esl.passwordFile) }),
    },
    database: resolve(dir, written.database ?? 'callbackd.db'),
    socket: resolve(dir, written.socket ?? 'callbackd.sock'),
    ...(country === undefined ? {} : { country }),
    timezone: written.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    calls: {
      internal: new RegExp(calls.internal ?? '^\\d{2,5}$'),
      ...(calls.contexts === undefined ? {} : { contexts: calls.contexts }),
      minTalkMs: durationMs(calls.minTalk ?? '0s'),
      variables: calls.variables ?? [],
    },
    limits: {
      minWaitMs: durationMs(limits.minWait ?? '60s'),
      attempts: limits.attempts ?? 5,
      maxConcurrent: limits.maxConcurrent ?? 5,
      settleMs: durationMs(limits.settle ?? '60s'),
      snoozeMs: (limits.snooze ?? ['30s', '1m', '2m', '5m', '15m']).map(durationMs),
    },
    rules: { deleteGraceMs: durationMs(rules.deleteGrace ?? '60s') },
    outbound: {
      ...(outbound.route === undefined ? {} : { route: outbound.route }),
      routes: byNumber(outbound.routes ?? {}, country),
      ...(outbound.callerId === undefined ? {} : { callerId: outbound.callerId }),
      ringTimeoutMs: durationMs(outbound.ringTimeout ?? '45s'),
      paceMs: durationMs(outbound.pace ?? '1s'),
      allow: outbound.allow ?? (country === undefined ? [] : [country]),
      deny: outbound.deny ?? [],
      perClient: { perHour: perClient.hour ?? 5, perDay: perClient.day ?? 10 },
      overall: {
        perHour: overall.hour ?? 100,
        perDay: overall.day ?? 1_000,
        concurrent: overall.concurrent ?? 10,
      },
    },
    employees: {
      ringTimeoutMs: durationMs(employees.ringTimeout ?? '25s'),
      queueWaitMs: durationMs(employees.queueWait ?? '10m'),
      displayPrefix: employees.displayPrefix ?? 'callback',
    },
    requests: { queues: requests.queues ?? [], keys: requests.keys ?? ['1'] },
    backfill: {
      ...(backfill.dir === undefined ? {} : { dir: resolve(dir, backfill.dir) }),
      maxAgeMs: durationMs(backfill.maxAge ?? '3d'),
      delete: backfill.delete ?? false,
    },
    retentionMs: durationMs(written.retention ?? '365d'),
    sounds: { language, dir: soundsDir, ...(sounds.tts === undefined ? {} : { tts: sounds.tts }) },
    labels: byNumber(labelsOf(written.labels ?? {}, join(soundsDir, language)), country),
  };
}

/** What a schema can't know. */
function checkMeaning(json: JsonFile, written: WrittenConfiguration): Problem[] {
  const problems: Problem[] = [];
  const expect = (path: JsonPath, value: unknown, valid: boolean, expected: string, guess = ''): void => {
    if (valid) return;
    problems.push(json.problem(path, `expected ${expected}, found ${formatFound(value)}${guess}`, { expected }));
  };
  const countries: [JsonPath, string | undefined][] = [
    [['country'], written.country],
    ...(written.outbound?.allow ?? []).map((country, index): [JsonPath, string] => [
      ['outbound', 'allow', index],
      country,
    ]),
  ];
  for (const [path, country] of countries) {
    if (country !== undefined) expect(path, country, isSupportedCountry(country), 'a country of ISO 3166 such as "RU"');
  }
  const { timezone } = written;
  if (timezone !== undefined && !isTimezone(timezone)) {
    expect(['timezone'], timezone, false, 'a time zone such as "Europe/Moscow"', meantTimezone(timezone));
  }
  const internal = written.calls?.internal;
  if (internal !== undefined) expect(['calls', 'internal'], internal, isRegExp(internal), 'a regular expression');
  const spans: [JsonPath, string | undefined, string, string][] = [
    [['limits', 'settle'], written.limits?.settle, '1s', '1h'],
    [['rules', 'deleteGrace'], written.rules?.deleteGrace, '1s', '7d'],
    [['outbound', 'pace'], written.outbound?.pace, '0s', '1h'],
    [['outbound', 'ringTimeout'], written.outbound?.ringTimeout, '5s', '5m'],
    [['employees', 'ringTimeout'], written.employees?.ringTimeout, '5s', '5m'],
    [['employees', 'queueWait'], written.employees?.queueWait, '10s', '1d'],
    [['retention'], written.retention, '1d', '36500d'],
    ...(written.limits?.snooze ?? []).map((pause, index): [JsonPath, string, string, string] => [
      ['limits', 'snooze', index],
      pause,
      '1s',
      '1d',
    ]),
  ];
  for (const [path, span, least, most] of spans) {
    if (span === undefined) continue;
    const ms = durationMs(span);
    expect(path, span, ms >= durationMs(least) && ms <= durationMs(most), `a duration from "${least}" to "${most}"`);
  }
  return problems;
}

/** sun_path of a unix socket holds 108 bytes, the last of them 0. */
const longestSocketPath = 107;

function checkPaths(json: JsonFile, { socket, sounds }: Configuration): Problem[] {
  const problems: Problem[] = [];
  const length = Buffer.byteLength(socket);
  if (length > longestSocketPath) {
    problems.push(
      json.problem(
        ['socket'],
        `the path of the socket is ${length} bytes long, ${longestSocketPath} are possible: give a shorter one, such as "/run/callbackd/callbackd.sock"`,
      ),
    );
  }
  if (!/^[A-Za-z0-9_./-]+$/.test(sounds.dir)) {
    problems.push(
      json.problem(
        ['sounds', 'dir'],
        `the sounds folder is ${formatFound(sounds.dir)}; FreeSWITCH gets this path, so it may have only letters, digits, _ . / -`,
      ),
    );
  }
  return problems;
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
