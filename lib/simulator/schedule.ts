import type { Clock, Instant, Timer } from '../time/clock.js';

/** Everything the simulated FreeSWITCH will do later, so that a crash or stop can forget all of it at once. */
export class Schedule {
  private readonly pending = new Set<Timer>();

  /** `speed` 10 makes every wait ten times shorter; time stamps stay those of the clock. */
  constructor(
    private readonly clock: Clock,
    private readonly speed = 1,
  ) {}

  now(): Instant {
    return this.clock.now();
  }

  /** Scripted time: shortened by `speed`. */
  after(ms: number, run: () => void): Timer {
    return this.exactly(ms / this.speed, run);
  }

  /** Scripted time that has passed since then, ms. */
  since(start: Instant): number {
    return (this.now() - start) * this.speed;
  }

  /** How long a scripted wait really is. */
  scaled(ms: number): number {
    return ms / this.speed;
  }

  /** Time of the clock itself (heartbeats). */
  exactly(ms: number, run: () => void): Timer {
    const timer = this.clock.after(ms, () => {
      this.pending.delete(timer);
      run();
    });
    this.pending.add(timer);
    return {
      cancel: () => {
        this.pending.delete(timer);
        timer.cancel();
      },
    };
  }

  clear(): void {
    for (const timer of this.pending) timer.cancel();
    this.pending.clear();
  }
}
