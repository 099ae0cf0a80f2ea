import type { ClientCall } from './call.js';
import { whyNotDialled } from './phone-number.js';

/** Who can be called back, or why nobody can. */
export type Caller = { e164: string; whyNot?: undefined } | { e164: string | undefined; whyNot: string };

/** @param allow ISO countries that may be dialled (`outbound.allow`). */
export function callerOf(call: ClientCall, allow: readonly string[]): Caller {
  const { e164, number } = call;
  if (call.anonymous === true) return { e164: undefined, whyNot: 'the caller withheld his number' };
  if (e164 === undefined)
    return { e164: undefined, whyNot: `"${number ?? ''}" is no number that can be called back (is "country" set?)` };
  const whyNot = whyNotDialled(e164, allow);
  return whyNot === undefined ? { e164 } : { e164, whyNot };
}
