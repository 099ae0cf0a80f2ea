import { comparable } from './facts.js';
import type { CallbackTarget, PlainTarget } from './rule.js';

/** Everything that a callback may ring. */
export function targetsOf(to: CallbackTarget): PlainTarget[] {
  if (!('byDialled' in to)) return [to];
  return [...Object.values(to.byDialled), ...(to.else === undefined ? [] : [to.else])];
}

/**
 * What is rung for a client who had dialled that number; undefined when the rule has no target for it.
 * @param country of numbers without a country code
 */
export function targetFor(
  to: CallbackTarget,
  dialled: string | undefined,
  country: string | undefined,
): PlainTarget | undefined {
  if (!('byDialled' in to)) return to;
  const number = comparable(dialled, country);
  return number !== undefined && Object.hasOwn(to.byDialled, number) ? to.byDialled[number] : to.else;
}
