/** callbackd.json: the configuration of one callbackd. `{}` is valid, every setting has a default. */
import { dirname, join, resolve } from 'node:path';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { durationMs } from '../time/duration.js';
import { isTimezone } from '../time/wall-clock.js';
import { checkSchema } from './schema.js';
import { readJson, type JsonFile } from './json-file.js';
import { packageFile } from './package-root.js';
import { formatFound, hasErrors, type JsonPath, type Problem } from './problem.js';
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
  outbound: {
    /** Dial string of the client's leg with {number} or {e164} in it; without it nobody can be dialled. */
    route?: string;
    /** Shown to the client; when absent, the number that he had dialled. */
    callerId?: string;
    ringTimeoutMs: number;
    /** Countries that may be dialled. */
    allow: string[];
  };
  employees: { ringTimeoutMs: number; queueWaitMs: number };
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
  sounds: { language: string; dir: string };
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

/** The file as its schema allows it. */
interface Written {
  esl?: { host?: string; port?: number; passwordFile?: string };
  database?: string;
  socket?: string;
  country?: string;
  timezone?: string;
  calls?: { internal?: string; contexts?: string[]; minTalk?: string; variables?: string[] };
  limits?: { minWait?: string; attempts?: number; maxConcurrent?: number; settle?: string; snooze?: string[] };
  outbound?: { route?: string; callerId?: string; ringTimeout?: string; allow?: string[] };
  employees?: { ringTimeout?: string; queueWait?: string };
  requests?: { queues?: string[]; keys?: string[] };
  backfill?: { dir?: string; maxAge?: string; delete?: boolean };
  retention?: string;
  sounds?: { language?: string; dir?: string };
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
  problems.push(...checkSchema(json, 'callbackd', { 'esl.password': passwordHint, password: passwordHint }));
  if (hasErrors(problems)) return { json, problems };
  const written = json.value as Written;
  problems.push(...checkMeaning(json, written));
  if (hasErrors(problems)) return { json, problems };
  const configuration = withDefaults(absolute, written);
  problems.push(...checkPaths(json, configuration));
  return hasErrors(problems) ? { json, problems } : { configuration, json, problems };
}

/** The configuration that `{}` in that file gives. */
export function defaultConfiguration(file: string): Configuration {
  return withDefaults(resolve(file), {});
}

function withDefaults(file: string, written: Written): Configuration {
  const dir = dirname(file);
  const {
    esl = {},
    calls = {},
    limits = {},
    outbound = {},
    employees = {},
    requests = {},
    backfill = {},
    sounds = {},
  } = written;
  const { country } = written;
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
    outbound: {
      ...(outbound.route === undefined ? {} : { route: outbound.route }),
      ...(outbound.callerId === undefined ? {} : { callerId: outbound.callerId }),
      ringTimeoutMs: durationMs(outbound.ringTimeout ?? '45s'),
      allow: outbound.allow ?? (country === undefined ? [] : [country]),
    },
    employees: {
      ringTimeoutMs: durationMs(employees.ringTimeout ?? '25s'),
      queueWaitMs: durationMs(employees.queueWait ?? '10m'),
    },
    requests: { queues: requests.queues ?? [], keys: requests.keys ?? ['1'] },
    backfill: {
      ...(backfill.dir === undefined ? {} : { dir: resolve(dir, backfill.dir) }),
      maxAgeMs: durationMs(backfill.maxAge ?? '3d'),
      delete: backfill.delete ?? false,
    },
    retentionMs: durationMs(written.retention ?? '365d'),
    sounds: {
      language: sounds.language ?? 'en',
      dir: sounds.dir === undefined ? packageFile('sounds') : resolve(dir, sounds.dir),
    },
  };
}

/** What a schema can't know. */
function checkMeaning(json: JsonFile, written: Written): Problem[] {
  const problems: Problem[] = [];
  const expect = (path: JsonPath, value: unknown, valid: boolean, expected: string): void => {
    if (valid) return;
    problems.push(json.problem(path, `expected ${expected}, found ${formatFound(value)}`, { expected }));
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
  if (timezone !== undefined) {
    expect(['timezone'], timezone, isTimezone(timezone), 'a time zone such as "Europe/Moscow"');
  }
  const internal = written.calls?.internal;
  if (internal !== undefined) expect(['calls', 'internal'], internal, isRegExp(internal), 'a regular expression');
  const spans: [JsonPath, string | undefined, string, string][] = [
    [['limits', 'settle'], written.limits?.settle, '1s', '1h'],
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
