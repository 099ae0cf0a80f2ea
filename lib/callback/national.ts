import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** A number as it is dialled within its own country, digits only: +74951230001 is 84951230001. undefined when it is no number of one. */
export function nationalDigits(e164: string): string | undefined {
  return parsePhoneNumberFromString(e164)?.formatNational().replace(/\D/g, '');
}
