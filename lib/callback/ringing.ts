/** When each of several phones rings. */
import type { Progression } from '../rules/rule.js';

/** Seconds. */
export interface LegTimes {
  /** From the originate to the beginning of its ringing; 0 also for one that waits for its turn. */
  after: number;
  /** The longest that it may ring. */
  ring: number;
}

/**
 * Hangup cause of the phones of an attempt that is stopped. Nothing else ends a phone with it, so that FreeSWITCH can tell
 * it from a refusal, after which the next phone rings.
 */
export const stopCause = 'MANAGER_REQUEST';

/** Hangup cause of a phone that has rung for its time, as FreeSWITCH itself ends it. */
export const timeIsUp = 'ALLOTTED_TIMEOUT';

/** One phone at a time: FreeSWITCH begins with each when the one before it has ended. */
export function inTurn(count: number, { atOnce }: Pick<Progression, 'atOnce'>): boolean {
  return atOnce === 1 && count > 1;
}

/**
 * One phone rings first, after each step one more joins. A phone stops ringing before the next but `atOnce` begins, so
 * that never more than so many ring together; the last ones ring for the whole time.
 * @param count of phones
 * @param employeeRing seconds that a phone may ring
 */
export function legTimes(count: number, { stepMs, atOnce }: Progression, employeeRing: number): LegTimes[] {
  const step = Math.max(1, Math.round(stepMs / 1_000));
  const delayed = !inTurn(count, { atOnce });
  return Array.from({ length: count }, (_, index) => {
    const replaced = index + atOnce < count;
    return {
      after: delayed ? index * step : 0,
      ring: replaced ? Math.min(atOnce * step, employeeRing) : employeeRing,
    };
  });
}
