/** A rule, normalised: every default filled in, durations in milliseconds, paths absolute. Plain data, so that it can be stored. */
import type { TopLevelCondition } from 'json-rules-engine';
import type { Limits } from '../config/configuration.js';
import type { Schedules } from '../time/schedule.js';

export interface Rule {
  /** Unique; the part of the file name after NN. */
  id: string;
  /** NN of the file name. */
  order: number;
  /** Absolute path; empty for the built-in rule of requests. */
  file: string;
  name: string;
  enabled: boolean;
  /** Never empty; one of them must fit. */
  lostAt: LostAt[];
  /** When the call must have been lost; any time when absent. */
  lostDuring?: { schedule: string; outside: boolean };
  minWaitMs: number;
  /** Conditions of json-rules-engine over the facts of facts.ts, spans in seconds, numbers in E.164. */
  when?: TopLevelCondition;
  action: RuleAction;
}

export type RuleAction = { kind: 'ignore' } | CallbackAction;

export interface CallbackAction {
  kind: 'callback';
  /** Who is rung. */
  to: CallbackTarget;
  /** What the employee hears first: absolute path of letters, digits, _ . / - only. */
  promptFile: string;
  /** Schedule in which the task may be dialled; any time when absent. */
  during?: string;
  /** One pause for each attempt: the first from the loss, each later one from the end of the attempt before. */
  afterMs: number[];
  maxConcurrent: number;
  successAfterMs: number;
  /** Open time of `during` after the latest loss. */
  expireAfterMs: number | 'never';
}

export type CallbackTarget = { queue: string } | { extension: string };

/** Where the call was lost. `dialled`: E.164 when the number can be normalised, else as written. */
export type LostAt =
  | { kind: 'any' | 'voicemail' | 'transfer' | 'dialplan' }
  | { kind: 'queue' | 'extension' | 'group' | 'ivr' | 'dialled'; name: string };

/** What rules refer to. The same for loading and for deciding. */
export interface RuleContext {
  schedules: Schedules;
  /** Schedules that are in their file but have errors of their own; said so where a rule names one. */
  brokenSchedules?: readonly string[];
  limits: Pick<Limits, 'minWaitMs' | 'attempts' | 'maxConcurrent'>;
  /** Absolute; the sounds of a language are in the folder of its name. */
  soundsDir: string;
  language: string;
  /** ISO 3166, for numbers without a country code. */
  country?: string;
  /** IANA, for times shown to people. */
  timezone: string;
  /** The channel variables that are kept as facts. */
  variables: readonly string[];
}

/** Id of the built-in rule that takes requests which no other rule takes. */
export const requestRuleId = 'request';

/** queue:sales@default, as it is written in a rule. */
export function formatLostAt(place: LostAt): string {
  return 'name' in place ? `${place.kind}:${place.name}` : place.kind;
}
