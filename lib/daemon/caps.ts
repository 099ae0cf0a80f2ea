import type { Configuration } from '../config/configuration.js';
import type { TaskStore } from '../tasks/store.js';
import type { Instant } from '../time/clock.js';

/** A cap is reached: until when, unless an attempt ends before without having dialled its client. */
export interface Capped {
  until: Instant;
  /** For people: what the task waits for. */
  why: string;
}

type Counted = Pick<TaskStore, 'dialledAt' | 'countOpenAttempts'>;

const hour = 3_600_000;
const day = 24 * hour;

/**
 * `outbound.overall`: so many calls to clients within any hour and any 24 hours. Counted from the attempts on disk, so
 * that a restart forgets none; an attempt that goes on counts, because it may dial its client at any moment.
 */
export function overallCap({ overall }: Configuration['outbound'], store: Counted, now: Instant): Capped | undefined {
  const open = store.countOpenAttempts();
  const left = (perWindow: number): number => perWindow - open;
  return later(
    capped(left(overall.perHour), hour, (nth) => store.dialledAt(nth), now, `the limit of ${calls(overall.perHour)} an hour (outbound.overall)`), // prettier-ignore
    capped(left(overall.perDay), day, (nth) => store.dialledAt(nth), now, `the limit of ${calls(overall.perDay)} a day (outbound.overall)`), // prettier-ignore
  );
}

/** `outbound.perClient`: the same for one client, who has no attempt that goes on. */
export function clientCap(
  { perClient }: Configuration['outbound'],
  store: Counted,
  client: string,
  now: Instant,
): Capped | undefined {
  const dialledAt = (nth: number): Instant | undefined => store.dialledAt(nth, client);
  return later(
    capped(perClient.perHour, hour, dialledAt, now, `the limit of ${calls(perClient.perHour)} an hour to one client (outbound.perClient)`), // prettier-ignore
    capped(perClient.perDay, day, dialledAt, now, `the limit of ${calls(perClient.perDay)} a day to one client (outbound.perClient)`), // prettier-ignore
  );
}

/** @param left calls that fit into the window beside those that go on */
function capped(
  left: number,
  window: number,
  dialledAt: (nth: number) => Instant | undefined,
  now: Instant,
  why: string,
): Capped | undefined {
  if (left <= 0) return { until: now + window, why };
  // One more fits when the one that is so many back has left the window.
  const at = dialledAt(left);
  return at === undefined || at + window <= now ? undefined : { until: at + window, why };
}

function later(one: Capped | undefined, other: Capped | undefined): Capped | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.until >= other.until ? one : other;
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}
