import type { ClientCall } from './call.js';
import { shown, whyNotDialled, type DiallingPolicy } from './dialling-policy.js';
import { toE164 } from './phone-number.js';

/** Who can be called back, or why nobody can. */
export type Caller = { e164: string; whyNot?: undefined } | { e164: string | undefined; whyNot: string };

export function callerOf(call: ClientCall, policy: DiallingPolicy): Caller {
  const { e164, number = '', dialled } = call;
  if (call.anonymous === true) return { e164: undefined, whyNot: 'the caller withheld his number' };
  if (e164 === undefined)
    return { e164: undefined, whyNot: `${shown(number)} is no number that can be called back (is "country" set?)` };
  if (e164 === office(dialled, policy.country))
    return { e164, whyNot: `${e164} is a number of our own: he sent the number that he dialled` };
  const whyNot = whyNotDialled(e164, policy);
  return whyNot === undefined ? { e164 } : { e164, whyNot };
}

/** SIP trunks often leave out the plus of the number that was dialled. */
function office(dialled: string | undefined, country: string | undefined): string | undefined {
  return toE164(dialled, country) ?? toE164(`+${dialled}`);
}
