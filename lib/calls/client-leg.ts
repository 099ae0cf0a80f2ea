import type { CallLife } from './life.js';

/** Which legs are calls of clients. */
export interface ClientSettings {
  /** Caller numbers that are colleagues, not clients (`calls.internal`). */
  internal: RegExp;
  /** Dialplan contexts in which client calls arrive; undefined: all. */
  contexts?: readonly string[] | undefined;
}

/** Headers of an event or a CDR. */
interface Headers {
  header(name: string): string | undefined;
}

/**
 * An inbound leg of an outside caller: not a loopback, not one of our own callback legs, not an internal call.
 * A leg without Caller- headers is no call (refused by max_sessions).
 */
export function isClientLeg(leg: Headers, settings: ClientSettings): boolean {
  if (leg.header('Call-Direction') !== 'inbound' || isLoopback(leg)) return false;
  const context = leg.header('Caller-Context');
  if (leg.header('Caller-Unique-ID') === undefined && context === undefined) return false;
  if (leg.header('variable_callbackd_attempt') !== undefined) return false;
  if (settings.contexts !== undefined && (context === undefined || !settings.contexts.includes(context))) return false;
  return !settings.internal.test(leg.header('Caller-Caller-ID-Number') ?? '');
}

export function isLoopback(leg: Headers): boolean {
  return leg.header('Channel-Name')?.startsWith('loopback/') === true;
}

/** The beginning of a client's call. @param at ms, when the leg itself does not say when it began. */
export function newLife(leg: Headers, uuid: string, at: number): CallLife {
  const number = leg.header('Caller-Caller-ID-Number');
  const name = leg.header('Caller-Caller-ID-Name');
  const dialled = leg.header('variable_sip_req_user') ?? leg.header('Caller-Destination-Number');
  const context = leg.header('Caller-Context');
  return {
    uuid,
    startedAt: microseconds(leg.header('Caller-Channel-Created-Time')) ?? at,
    lastSeenAt: at,
    phases: [],
    rings: new Map(),
    legs: new Map(),
    talkedWith: [],
    bridged: false,
    ...(number !== undefined && { number }),
    ...(name !== undefined && { name }),
    ...(dialled !== undefined && { dialled }),
    ...(context !== undefined && { context }),
  };
}

/** FreeSWITCH's microseconds as ms; undefined when absent or 0. */
export function microseconds(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || !(value > 0) ? undefined : Math.round(value / 1_000);
}
