/** The facts about a lost call that rules may ask for, with their types. */
import { toE164 } from '../calls/phone-number.js';
import type { ClientCall, EndedBy, Place } from '../calls/call.js';
import type { Instant } from '../time/clock.js';

/** What is known of a loss when it is decided. `place` and the other fields of the call are those at its end. */
export interface LossFacts extends ClientCall {
  /** When the call ended. */
  lostAt: Instant;
  /** The client asked to be called back. */
  requested: boolean;
  /** This loss included; the day is that of the configuration's time zone. */
  timesLostToday: number;
  /** This loss included; the week begins on Monday. */
  timesLostThisWeek: number;
  /** How many employees were rung; the length of `tried` when absent. */
  triedCount?: number;
  messageLeft?: boolean;
  /** When an employee last talked with this client; absent: never. */
  lastReachedAt?: Instant;
  /** The client has an open task (other than the one that is being decided). */
  openTask?: boolean;
  /** Channel variables listed in the configuration. */
  variables?: Readonly<Record<string, string>>;
}

/**
 * How the value of a fact is compared. `span`: seconds, written as a number or as a duration ("10s"). `phone`: E.164 where the
 * number can be normalised. `time`: an instant, which only schedules judge.
 */
export type FactKind = 'text' | 'phone' | 'count' | 'span' | 'flag' | 'time';

export interface FactType {
  kind: FactKind;
  /** The only values there are. */
  values?: readonly string[];
}

const places: Record<Place, true> = {
  queue: true,
  extension: true,
  group: true,
  ivr: true,
  transfer: true,
  voicemail: true,
  dialplan: true,
};

const endings: Record<EndedBy, true> = {
  client: true,
  timeout: true,
  'no-agents': true,
  key: true,
  busy: true,
  rejected: true,
  unregistered: true,
  failed: true,
  'no-route': true,
  killed: true,
  shutdown: true,
};

/** Every fact of a condition. Those that aren't known of a call are null: equal to nothing, greater and less than nothing. */
export const factTypes: Readonly<Record<string, FactType>> = {
  place: { kind: 'text', values: Object.keys(places) },
  queue: { kind: 'text' },
  extension: { kind: 'text' },
  group: { kind: 'text' },
  menu: { kind: 'text' },
  dialled: { kind: 'phone' },
  number: { kind: 'phone' },
  name: { kind: 'text' },
  waited: { kind: 'span' },
  lostAt: { kind: 'time' },
  endedBy: { kind: 'text', values: Object.keys(endings) },
  requested: { kind: 'flag' },
  anonymous: { kind: 'flag' },
  messageLeft: { kind: 'flag' },
  timesLostToday: { kind: 'count' },
  timesLostThisWeek: { kind: 'count' },
  /** Seconds since an employee last talked with the client. */
  lastReached: { kind: 'span' },
  openTask: { kind: 'flag' },
  triedCount: { kind: 'count' },
  variable: { kind: 'text' },
};

/** Values of the facts, null when not known. `variable` is asked for by name and isn't among them. */
export type FactValues = Record<string, string | number | boolean | null | readonly string[]>;

/** The fact of the keys under which the rules are indexed; not for conditions that the admin writes. */
export const keysFact = 'lostAtKeys';

export function factValues(facts: LossFacts, keys: readonly string[], country?: string): FactValues {
  const known = (value: string | number | undefined): string | number | null => value ?? null;
  return {
    place: known(facts.place),
    queue: known(facts.queue),
    extension: known(facts.extension),
    group: known(facts.group),
    menu: known(facts.menu),
    dialled: known(comparable(facts.dialled, country)),
    number: known(facts.e164 ?? comparable(facts.number, country)),
    name: known(facts.name),
    waited: known(facts.waited),
    lostAt: facts.lostAt,
    endedBy: known(facts.endedBy),
    requested: facts.requested,
    anonymous: facts.anonymous ?? false,
    messageLeft: facts.messageLeft ?? false,
    timesLostToday: facts.timesLostToday,
    timesLostThisWeek: facts.timesLostThisWeek,
    lastReached: facts.lastReachedAt === undefined ? null : Math.floor((facts.lostAt - facts.lastReachedAt) / 1_000),
    openTask: facts.openTask ?? false,
    triedCount: facts.triedCount ?? facts.tried?.length ?? 0,
    [keysFact]: keys,
  };
}

/** A number in the form in which it is compared: E.164; SIP trunks often leave out the plus; else as it is. */
export function comparable(number: string | undefined, country?: string): string | undefined {
  if (number === undefined) return undefined;
  return toE164(number, country) ?? (/^\d{10,15}$/.test(number) ? toE164(`+${number}`) : undefined) ?? number;
}
