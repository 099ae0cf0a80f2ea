/**
 * The only source of time. Everything that decides gets `now` as a value; everything that waits gets a Clock,
 * so that a spec moves time by hand instead of sleeping.
 */

/** Milliseconds since 1970-01-01 UTC. */
export type Instant = number;

/** A pending call of a function; cancelling it twice, or after it ran, is harmless. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  now(): Instant;
  /** Calls `run` once, `ms` milliseconds from now (at once when negative). */
  after(ms: number, run: () => void): Timer;
}

/** setTimeout overflows past this many ms (2^31 - 1): longer waits are made of several. */
const longestTimeout = 2_147_483_647;

/** The clock of the machine. Its timers keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const due = Date.now() + ms;
    let handle: NodeJS.Timeout;
    const arm = (): void => {
      const left = due - Date.now();
      handle = left > longestTimeout ? setTimeout(arm, longestTimeout) : setTimeout(run, Math.max(0, left));
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that stands still until `advance` is called; timers due on the way run in order of their time. */
export class ManualClock implements Clock {
  private readonly timers = new Set<{ at: Instant; run: () => void }>();

  constructor(private time: Instant) {}

  now(): Instant {
    return this.time;
  }

  after(ms: number, run: () => void): Timer {
    const timer = { at: this.time + Math.max(0, ms), run };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  advance(ms: number): void {
    const end = this.time + ms;
    while (this.step(end)) continue;
    this.time = end;
  }

  /** Runs the next timer that is due until then; false when there is none, and it is then. */
  step(until: Instant): boolean {
    let next: { at: Instant; run: () => void } | undefined;
    for (const timer of this.timers) if (next === undefined || timer.at < next.at) next = timer;
    if (next === undefined || next.at > until) {
      this.time = Math.max(this.time, until);
      return false;
    }
    this.timers.delete(next);
    this.time = Math.max(this.time, next.at);
    next.run();
    return true;
  }
}
