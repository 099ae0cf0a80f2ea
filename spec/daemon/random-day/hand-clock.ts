import type { Clock, Instant, Timer } from '../../../lib/time/clock.js';

interface Waiting {
  readonly at: Instant;
  readonly run: () => void;
}

/** Time goes from one timer to the next, as fast as the machine allows. */
export class HandClock implements Clock {
  private readonly timers = new Set<Waiting>();

  constructor(private time: Instant) {}

  now(): Instant {
    return this.time;
  }

  after(ms: number, run: () => void): Timer {
    const timer = { at: this.time + Math.max(0, ms), run };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  /** Runs the next timer that is due until then; false when there is none, and it is then. */
  step(until: Instant): boolean {
    let next: Waiting | undefined;
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

  /** A clock of the same time whose timers die with their owner. */
  mortal(): { clock: Clock; die: () => void } {
    const own = new Set<Timer>();
    const clock: Clock = {
      now: () => this.now(),
      after: (ms, run) => {
        const timer = this.after(ms, () => {
          own.delete(timer);
          run();
        });
        own.add(timer);
        return {
          cancel: () => {
            own.delete(timer);
            timer.cancel();
          },
        };
      },
    };
    return { clock, die: () => own.forEach((timer) => timer.cancel()) };
  }
}
