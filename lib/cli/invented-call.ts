/** A call that an admin makes up to see what the rules do with it. */
import { InvalidArgumentError } from 'commander';
import type { ClientCall, EndedBy, Place } from '../calls/call.js';
import { toE164 } from '../calls/phone-number.js';
import { didYouMean } from '../config/nearest.js';
import type { Configuration } from '../config/configuration.js';
import { factTypes, type LossFacts } from '../rules/facts.js';
import { parseDuration } from '../time/duration.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { parseZoneTime } from './zone-time.js';

export interface Invented {
  place?: `${Place}:${string}` | Place;
  number?: string;
  name?: string;
  waited?: number;
  at?: string;
  dialled?: string;
  requested?: boolean;
  endedBy?: EndedBy;
  transferred?: string;
  timesLostToday?: number;
  variable?: Record<string, string>;
}

/** The facts of the call. @throws CommandFailure on what can't be */
export function inventedFacts(invented: Invented, configuration: Configuration, now: number): LossFacts {
  const { place, number, waited, transferred, dialled, name, requested = false, endedBy } = invented;
  if (place === undefined && transferred === undefined)
    throw new CommandFailure(
      exitCodes.usage,
      'which call? The number of one in "callbackd calls list", or --place for an invented one',
      'for example: callbackd rules explain --place queue:sales@default --waited 20s --at "2026-11-20 18:20"',
    );
  const { timesLostToday = 1 } = invented;
  return {
    call: 'invented',
    outcome: requested ? 'requested' : 'lost',
    ...placeFacts(place),
    ...(transferred !== undefined && { place: 'transfer', transferredBy: transferred }),
    ...(number !== undefined && numberFacts(number, configuration.country)),
    ...(name !== undefined && { name }),
    ...(dialled !== undefined && { dialled }),
    ...(waited !== undefined && { waited }),
    ...(endedBy !== undefined && { endedBy }),
    requested,
    lostAt: lostAt(invented.at, configuration.timezone, now),
    timesLostToday,
    timesLostThisWeek: timesLostToday,
    variables: checked(invented.variable ?? {}, configuration.calls.variables),
  };
}

function lostAt(text: string | undefined, timezone: string, now: number): number {
  if (text === undefined) return now;
  const instant = parseZoneTime(text, timezone, now);
  if (instant === undefined)
    throw new CommandFailure(
      exitCodes.usage,
      `--at: "${text}" is no time`,
      'a span ago such as 2h, or a time such as "2026-11-20 18:20"',
    );
  return instant;
}

function placeFacts(text: Invented['place']): Partial<ClientCall> {
  if (text === undefined) return {};
  const colon = text.indexOf(':');
  const place = (colon < 0 ? text : text.slice(0, colon)) as Place;
  if (colon < 0) return { place };
  const name = text.slice(colon + 1);
  switch (place) {
    case 'queue':
    case 'group':
      return { place, [place]: name };
    case 'ivr':
      return { place, menu: name };
    case 'extension':
    case 'transfer':
    case 'voicemail':
      return { place, extension: name };
    case 'dialplan':
      return { place };
  }
}

function numberFacts(text: string, country: string | undefined): Partial<ClientCall> {
  if (['withheld', 'anonymous'].includes(text)) return { anonymous: true };
  const e164 = toE164(text, country);
  return { number: text, ...(e164 !== undefined && { e164 }) };
}

function checked(variables: Record<string, string>, known: readonly string[]): Record<string, string> {
  const unknown = Object.keys(variables).find((name) => !known.includes(name));
  if (unknown === undefined) return variables;
  throw new CommandFailure(
    exitCodes.usage,
    `--variable: "${unknown}" is not kept${didYouMean(unknown, known)}`,
    'rules see the channel variables that calls.variables of the configuration lists',
  );
}

/** "20s", or seconds. */
export function waitedOption(text: string): number {
  const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('a span such as 20s.');
  return Math.floor(ms / 1_000);
}

export function timesOption(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('a whole number, this time included: at least 1.');
  return Number(text);
}

/** name=value, several times. */
export function variableOption(text: string, former: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('name=value, such as vip=1.');
  return { ...former, [text.slice(0, equals)]: text.slice(equals + 1) };
}

export function endedByOption(text: string): EndedBy {
  const known = factTypes['endedBy']?.values ?? [];
  if (known.includes(text)) return text as EndedBy;
  throw new InvalidArgumentError(`one of ${known.join(', ')}${didYouMean(text, known)}.`);
}
