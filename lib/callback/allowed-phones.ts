import { whyNotDialled, type DiallingPolicy } from '../calls/dialling-policy.js';
import { toE164 } from '../calls/phone-number.js';
import type { Phone, Whom } from './whom.js';

/**
 * The same target without phones whose number may not be dialled. Not all of them were written by the admin: who was tried or
 * consulted in a call is known by what FreeSWITCH says of the other leg, and a caller may have chosen that.
 */
export function allowedPhones(target: Whom, policy: DiallingPolicy): Whom {
  if (target.kind !== 'phones') return target;
  const phones = target.phones.filter((phone) => refusal(phone, policy) === undefined);
  if (phones.length > 0) return { ...target, phones };
  const why = target.phones.map((phone) => refusal(phone, policy)).join(', ');
  return { kind: 'nobody', why: `nobody of ${target.label} may be rung: ${why}` };
}

function refusal({ name, number }: Phone, policy: DiallingPolicy): string | undefined {
  if (number === undefined) return undefined;
  const e164 = toE164(number, policy.country);
  return e164 === undefined ? `${name} has no number that can be dialled` : whyNotDialled(e164, policy);
}
