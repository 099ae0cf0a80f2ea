import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';

/** The same by E.164, where a key is a number that can be normalised: `8 495 …` and `+7495…` are one number. */
export function byNumber<T>(given: Readonly<Record<string, T>>, country?: string): Record<string, T> {
  // Without a prototype: it is asked for what a client dialled, which could be "constructor".
  const all = Object.create(null) as Record<string, T>;
  for (const [key, value] of Object.entries(given)) all[numberKey(key, country)] = value;
  return all;
}

/** E.164, or the key as it is when it is no outside number. Reads it as the number that a client dialled is read. */
export function numberKey(key: string, country?: string): string {
  if (!/^\+?\d{7,15}$/.test(key)) return key;
  const international = country === undefined && key.startsWith('00') ? `+${key.slice(2)}` : key;
  // SIP trunks often leave out the plus.
  const withPlus = /^\d{10,15}$/.test(key) ? `+${key}` : '';
  return e164(international, country) ?? e164(withPlus) ?? key;
}

function e164(number: string, country?: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number, country as CountryCode | undefined);
  return parsed?.isValid() === true ? parsed.number : undefined;
}
