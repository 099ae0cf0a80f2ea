/** Everything that the admin wrote, loaded and checked at once: for `callbackd check` and for the start of the daemon. */
import { diallingPolicy } from '../calls/dialling-policy.js';
import { loadConfiguration, type Configuration } from '../config/configuration.js';
import { loadEmployees, type Employees } from '../config/employees.js';
import { readEslPassword } from '../config/esl-password.js';
import type { JsonFile } from '../config/json-file.js';
import { fileProblem, hasErrors, type Problem } from '../config/problem.js';
import { loadSchedules } from '../config/schedules.js';
import type { Schedules } from '../time/schedule.js';
import { mistypedGroups } from './groups-named.js';
import { loadRules } from './load.js';
import type { Rule, RuleContext } from './rule.js';

export interface Checked {
  /** Absent when the configuration file has errors; then nothing else is loaded. */
  configuration?: Configuration;
  schedules: Schedules;
  /** Who is named in employees.json; absent without a configuration. */
  employees?: Employees;
  rules: Rule[];
  /** Ids of rules whose file is there but can't be used. */
  broken: string[];
  /** What `decide` needs; there with the configuration. */
  context?: RuleContext;
  problems: Problem[];
}

/** Never throws because of a file. */
export function checkAll(
  configFile: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Checked {
  const { configuration, json, problems } = loadConfiguration(configFile);
  if (configuration === undefined || json === undefined) {
    return { schedules: new Map(), rules: [], broken: [], problems };
  }
  problems.push(...warnings(json, configuration, environment));
  const ofSchedules = loadSchedules(configuration.schedulesFile, configuration.timezone);
  const { schedules } = ofSchedules;
  const ofEmployees = loadEmployees(configuration.employeesFile);
  const context = ruleContext(
    configuration,
    schedules,
    hasErrors(ofEmployees.problems) ? undefined : ofEmployees.employees,
  );
  const ofRules = loadRules(configuration.rulesDir, { ...context, brokenSchedules: ofSchedules.broken });
  const { employees } = ofEmployees;
  problems.push(...ofSchedules.problems, ...ofEmployees.problems, ...ofRules.problems);
  problems.push(...mistypedGroups(ofRules.rules, employees));
  return { configuration, schedules, employees, rules: ofRules.rules, broken: ofRules.broken, context, problems };
}

/**
 * What rules are loaded and decided with.
 * @param employees absent: not known, and nothing is said about whom rules ring
 */
export function ruleContext(configuration: Configuration, schedules: Schedules, employees?: Employees): RuleContext {
  const { limits, sounds, country, timezone, calls } = configuration;
  return {
    schedules,
    limits,
    soundsDir: sounds.dir,
    language: sounds.language,
    ...(country === undefined ? {} : { country }),
    timezone,
    variables: calls.variables,
    ...(sounds.tts === undefined ? {} : { tts: sounds.tts }),
    ...(employees === undefined ? {} : { employees }),
    dialling: diallingPolicy(configuration),
  };
}

/** What is valid and still can't work. */
function warnings(
  json: JsonFile,
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): Problem[] {
  const { outbound, country, backfill } = configuration;
  const { password, problems } = readEslPassword(configuration, environment);
  const missing: [string, string[], boolean][] = [
    [
      'no outbound.route: nobody can be dialled; give one such as "sofia/gateway/trunk/{number}"',
      ['outbound'],
      outbound.route === undefined,
    ],
    [
      'no country: numbers without a country code can\'t be called back; give one such as "RU"',
      ['country'],
      country === undefined,
    ],
    [
      'no ESL password: give esl.passwordFile, or set CALLBACKD_ESL_PASSWORD in the environment',
      ['esl'],
      password === undefined && problems.length === 0,
    ],
    [
      'no backfill.dir: attempts that a crash cuts off end as "unknown", and calls lost meanwhile are not found',
      ['backfill'],
      backfill.dir === undefined,
    ],
  ];
  return [
    ...problems,
    ...missing
      .filter(([, , applies]) => applies)
      .map(([message, path]) => ({ ...fileProblem(json.file, message, 'warning'), ...json.positionOf(path) })),
  ];
}
