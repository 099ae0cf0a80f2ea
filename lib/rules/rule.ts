/** A rule, normalised: every default filled in, durations in milliseconds, paths absolute. Plain data, so that it can be stored. */
import type { TopLevelCondition } from 'json-rules-engine';
import type { DiallingPolicy } from '../calls/dialling-policy.js';
import type { Limits, Speech } from '../config/configuration.js';
import type { Employees } from '../config/employees.js';
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
  /** What the employee hears first, in this order; never empty. */
  prompt: readonly PromptPart[];
  /** A key that the employee must press before the client is dialled: the voicemail of a mobile presses none. */
  accept?: { key: string; withinMs: number };
  /** When the client was not reached the employee may press a key: 1 again later, 2 done, 9 never call him again. */
  afterwards: boolean;
  /** In a queue: `keepPlace` joins with the place that the client had; `callersFirst` waits while callers wait there. */
  priority: 'keepPlace' | 'callersFirst';
  /** Number that the client's phone shows; absent: as in the configuration. */
  callerId?: string;
  /** Schedule in which the task may be dialled; any time when absent. */
  during?: string;
  /** One pause for each attempt: the first from the loss, each later one from the end of the attempt before. */
  afterMs: number[];
  maxConcurrent: number;
  successAfterMs: number;
  /** Open time of `during` after the latest loss. */
  expireAfterMs: number | 'never';
}

export type CallbackTarget = PlainTarget | { byDialled: Readonly<Record<string, PlainTarget>>; else?: PlainTarget };

export type PlainTarget =
  | { queue: string }
  | { extension: string }
  /** As it is dialled from inside: a mobile. */
  | { number: string }
  | ({ group: string } & Progression)
  /** Everyone who was rung during the lost call. */
  | ({ tried: true } & Progression)
  /** Those of the last waiting phase; after a transfer first who transferred, then whom he transferred to. */
  | ({ lastPhase: true } & Progression)
  /** An extension of the admin's own dialplan, "EXT XML CONTEXT". */
  | { dialplan: string };

/** Several phones: one rings first, after each step one more joins, so many at once. */
export interface Progression {
  stepMs: number;
  atOnce: number;
}

/** A sound file (absolute path of letters, digits, _ . / - only), a text to be spoken, or a fact of the call. */
export type PromptPart = { file: string } | { text: string } | { say: SpokenFact };

/** `dialled`, `queue`: the label of the number or queue (`labels`); `number`: digit by digit. */
export type SpokenFact = 'dialled' | 'queue' | 'waited' | 'timesLost' | 'number';

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
  /** What speaks texts; absent: rules can't have any. */
  tts?: Speech;
  /** Absent: not known, and nothing is said of them. */
  employees?: Employees;
  /** Which numbers may be dialled; absent: not checked. */
  dialling?: DiallingPolicy;
}

/** Id of the built-in rule that takes requests which no other rule takes. */
export const requestRuleId = 'request';

/** queue:sales@default, as it is written in a rule. */
export function formatLostAt(place: LostAt): string {
  return 'name' in place ? `${place.kind}:${place.name}` : place.kind;
}
