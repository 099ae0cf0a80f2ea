/** When each of several phones rings. */
import type { Progression } from '../rules/rule.js';

/** Seconds. */
export interface LegTimes {
  /** From the originate to the beginning of its ringing. */
  after: number;
  /** The longest that it may ring. */
  ring: number;
}

/**
 * One phone rings first, after each step one more joins. A phone stops ringing before the next but `atOnce` begins, so
 * that never more than so many ring together; the last ones ring for the whole time.
 * @param count of phones
 * @param employeeRing seconds that a phone may ring
 */
export function legTimes(count: number, { stepMs, atOnce }: Progression, employeeRing: number): LegTimes[] {
  const step = Math.max(1, Math.round(stepMs / 1_000));
  return Array.from({ length: count }, (_, index) => {
    const replaced = index + atOnce < count;
    return { after: index * step, ring: replaced ? Math.min(atOnce * step, employeeRing) : employeeRing };
  });
}
