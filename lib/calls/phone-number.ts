import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';

/** What callers without a number send instead of one. */
const withheld = new Set(['', 'anonymous', 'unknown', 'restricted', 'private', 'unavailable', 'withheld', '0']);

/** True when the caller's number is withheld, so that nobody can be called back. */
export function isAnonymous(number: string | undefined): boolean {
  return number === undefined || withheld.has(number.trim().toLowerCase());
}

/** An extension behind a number: `;ext=101`, `x101`, `ext. 101`, `,101`. It belongs to the same client. */
const extension = /(?:;(?:phone-)?ext=| ?(?:x|ext\.?) ?|[,#])\d{1,7}$/i;

/**
 * E.164 (`+74951230001`) of a number as FreeSWITCH gave it, or undefined when it is none.
 * Extensions, withheld and emergency numbers are not numbers that can be called: at least 7 digits are asked for
 * before the library may look (it makes `+49101` of `101`).
 * @param country ISO 3166 code that numbers without `+` or `00` are read in; without it only those with `+` or `00` are.
 */
export function toE164(number: string | undefined, country?: string): string | undefined {
  if (number === undefined || isAnonymous(number)) return undefined;
  const digits = number.replace(extension, '').replace(/[ ().-]/g, '');
  if (!/^\+?\d{7,15}$/.test(digits)) return undefined;
  const international = digits.startsWith('00') && country === undefined ? `+${digits.slice(2)}` : digits;
  if (international.startsWith('+')) return valid(international);
  if (country === undefined) return undefined;
  return valid(international, country) ?? withoutPlus(international);
}

/** Trunks often leave out the plus of foreign numbers too: 380441230000 in a Russian office. */
function withoutPlus(digits: string): string | undefined {
  return /^[1-9]\d{10,14}$/.test(digits) ? valid(`+${digits}`) : undefined;
}

function valid(number: string, country?: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number, country as CountryCode | undefined);
  return parsed?.isValid() === true ? parsed.number : undefined;
}
