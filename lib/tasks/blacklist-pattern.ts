import { toE164 } from '../calls/phone-number.js';
import { comparable } from '../rules/facts.js';

/** What an admin wrote for the blacklist, as it is kept; or what is wrong with it, in one sentence. */
export type Pattern = { pattern: string; problem?: undefined } | { problem: string };

/**
 * A number in any spelling becomes E.164, so that "8 495 …" and "+7495…" are one entry. A pattern with `*` is compared
 * with E.164 and with the number as it was received, so it can't be turned into anything: it stays as written.
 * @param country ISO 3166, for numbers without a country code.
 */
export function blacklistPattern(text: string, country?: string): Pattern {
  const bare = text.trim().replace(/[\s().-]/g, '');
  if (bare === '') return { problem: 'expected a number or a pattern, found nothing' };
  if (!/^\+?[\d*]+$/.test(bare) || bare.length > 32) return { problem: `"${shown(text)}" is no number and no pattern` };
  if (bare.includes('*'))
    return /\d/.test(bare)
      ? { pattern: bare.replace(/\*+/g, '*') }
      : { problem: `"${shown(text)}" would take every caller: a pattern has at least one digit` };
  // Without a country the digits of a national number could be those of another country's.
  const number = country === undefined ? toE164(bare) : toE164(comparable(bare, country));
  if (number !== undefined) return { pattern: number };
  return {
    problem: `"${shown(text)}" is no valid number${country === undefined && !bare.startsWith('+') ? ' (without "country" it needs its + and country code)' : ''}`,
  };
}

/** A caller's number in the spellings with which patterns are compared; SIP trunks often leave out the plus. */
export function spellings({ e164, number }: { e164?: string; number?: string }): string[] {
  const plus = e164 === undefined && /^\d{10,15}$/.test(number ?? '') ? `+${number}` : undefined;
  return [...new Set([e164, number, plus])].filter((each) => each !== undefined);
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
