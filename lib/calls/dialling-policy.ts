import { parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max';
import type { Configuration } from '../config/configuration.js';
import { matchesPattern } from './number-pattern.js';
import { toE164 } from './phone-number.js';

/** Which numbers may be dialled. Whatever caller ID somebody sends us, nothing expensive or of our own is called back. */
export interface DiallingPolicy {
  /** ISO countries that may be dialled (`outbound.allow`); none when empty. */
  allow: readonly string[];
  /** Patterns of E.164 that never are (`outbound.deny`). */
  deny: readonly string[];
  /** Numbers of colleagues (`calls.internal`). */
  internal: RegExp;
  /** ISO 3166, for numbers without a country code. */
  country?: string | undefined;
  /** What says that this number is one of the office itself; undefined when nothing does. */
  own(e164: string): string | undefined;
}

type Sources = Pick<Configuration, 'country' | 'calls' | 'outbound' | 'labels'>;

/** @param alsoOwn what else says that a number (E.164) is one of the office itself */
export function diallingPolicy(
  { country, calls, outbound, labels }: Sources,
  alsoOwn: DiallingPolicy['own'] = () => undefined,
): DiallingPolicy {
  const own = ownNumbers(country, outbound, labels);
  return {
    allow: outbound.allow,
    deny: outbound.deny,
    internal: calls.internal,
    country,
    own: (e164) => own.get(e164) ?? alsoOwn(e164),
  };
}

/** By E.164, with the key of the configuration that has it. */
function ownNumbers(
  country: string | undefined,
  { callerId, route, routes }: Sources['outbound'],
  labels: Sources['labels'],
): Map<string, string> {
  const written: [string, string | undefined][] = [
    ['outbound.callerId', callerId],
    ...Object.keys(routes).map((number): [string, string] => ['outbound.routes', number]),
    ...Object.keys(labels).map((name): [string, string] => ['labels', name]),
    // A gateway is often called like the number that it was rented with.
    ...[route, ...Object.values(routes)].flatMap((template) => gatewayNumbers(template)),
  ];
  const own = new Map<string, string>();
  for (const [source, number] of written) {
    const e164 = toE164(number, country) ?? toE164(`+${number?.replace(/^\+/, '')}`);
    if (e164 !== undefined && !own.has(e164)) own.set(e164, source);
  }
  return own;
}

function gatewayNumbers(template = ''): [string, string][] {
  const names = template.split(/[^\d+]+/).filter((part) => part.length >= 7);
  return names.map((name) => ['the gateway of outbound.route', name]);
}

/** Kinds of numbers that cost the office money or reach nobody, in libphonenumber's words. */
const refusedTypes = new Set(['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER', 'PAGER', 'UAN', 'VOICEMAIL']);

/** Country calling codes of no country (ITU-T E.164): satellites, international networks and services. */
const networks: Readonly<Record<string, string>> = {
  '800': 'an international freephone number',
  '808': 'an international shared cost number',
  '870': 'a satellite number',
  '878': 'an international personal number',
  '881': 'a satellite number',
  '882': 'a number of an international network',
  '883': 'a number of an international network',
  '888': 'a number of an international network',
  '979': 'an international premium rate number',
};

/** Why a client's number must not be dialled and which rule of the policy says so; undefined when it may be. */
export function whyNotDialled(
  e164: string,
  policy: Partial<DiallingPolicy> & Pick<DiallingPolicy, 'allow'>,
): string | undefined {
  if (!/^\+[1-9]\d{6,14}$/.test(e164)) return `${shown(e164)} is no E.164 number`;
  const parsed = parsePhoneNumberFromString(e164);
  return (
    network(e164) ??
    (parsed?.isValid() === true ? undefined : `${e164} is no valid number`) ??
    kind(e164, parsed) ??
    ours(e164, policy) ??
    denied(e164, policy) ??
    abroad(e164, parsed, policy)
  );
}

function network(e164: string): string | undefined {
  const what = networks[e164.slice(1, 4)];
  return what === undefined ? undefined : `${e164} is ${what}: such are never dialled`;
}

function kind(e164: string, parsed: PhoneNumber | undefined): string | undefined {
  const type = parsed?.getType() ?? '';
  if (!refusedTypes.has(type)) return undefined;
  return `${e164} is a ${type.toLowerCase().replace('_', ' ')} number: such are never dialled`;
}

function ours(e164: string, { internal, own }: Partial<DiallingPolicy>): string | undefined {
  if (internal?.test(e164) === true || internal?.test(e164.slice(1)) === true)
    return `${e164} is an internal number (calls.internal)`;
  const source = own?.(e164);
  return source === undefined ? undefined : `${e164} is a number of our own (${source})`;
}

function denied(e164: string, { deny = [] }: Partial<DiallingPolicy>): string | undefined {
  const pattern = deny.find((each) => matchesPattern(e164, each));
  return pattern === undefined ? undefined : `${e164} fits "${pattern}" of outbound.deny`;
}

function abroad(
  e164: string,
  parsed: PhoneNumber | undefined,
  { allow }: Pick<DiallingPolicy, 'allow'>,
): string | undefined {
  if (allow.length === 0) return 'no country may be dialled: set "country" or "outbound.allow"';
  if (parsed?.country !== undefined && allow.includes(parsed.country)) return undefined;
  return `${e164} is in ${parsed?.country ?? 'no known country'}, allowed: ${allow.join(', ')} (outbound.allow)`;
}

/** What a caller sent may be of any length. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}
