import type { Instant } from './clock.js';
import { dayOf, instantsAt, type LocalDay } from './wall-clock.js';

const dayMs = 86_400_000;

/** Midnight of the day in that zone (its first instant, where the clocks are changed at midnight). */
export function startOfDay(zone: string, instant: Instant): Instant {
  return firstInstantOf(zone, dayOf(zone, instant));
}

/** Midnight of that week's Monday. */
export function startOfWeek(zone: string, instant: Instant): Instant {
  const day = dayOf(zone, instant);
  return firstInstantOf(zone, day - ((day + 3) % 7)); // day 0 was a Thursday
}

function firstInstantOf(zone: string, day: LocalDay): Instant {
  for (let hour = 0; hour < 3; hour++) {
    const found = instantsAt(zone, day * dayMs + hour * 3_600_000);
    if (found.length > 0) return Math.min(...found);
  }
  return day * dayMs;
}
