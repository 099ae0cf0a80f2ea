import type { Instant } from '../time/clock.js';

/** A due task that can't be dialled yet. */
interface Hold {
  /** When it is looked at again whatever has happened. */
  until: Instant;
  /** How often it was looked at in vain when its time was over. */
  pauses: number;
  /** What it waits for has come: it is to be looked at before that time. */
  released: boolean;
  /** Whether that has come; absent: nothing but time helps. */
  isOver?: (() => boolean) | undefined;
}

/**
 * Due tasks that wait for something else than their time: a phone, an empty queue, a cap. They are passed over, so that they
 * don't hold up the others, until what they wait for has come, at the latest after the pauses of a snooze. Only in memory:
 * after a restart each is looked at once more.
 */
export class Holds {
  private readonly held = new Map<number, Hold>();

  /** @param pausesMs growing; the last one repeats */
  constructor(private readonly pausesMs: readonly number[]) {}

  /** Until that time. */
  until(task: number, until: Instant): void {
    this.held.set(task, { until, pauses: 0, released: false });
  }

  /** Until it is over, and looked at now and then. */
  waitFor(task: number, isOver: () => boolean, now: Instant): void {
    const former = this.held.get(task);
    // Woken for nothing: somebody else was quicker.
    if (former !== undefined && former.until > now) return void Object.assign(former, { released: false, isOver });
    const pauses = former?.pauses ?? 0;
    const pause = this.pausesMs[Math.min(pauses, this.pausesMs.length - 1)] ?? 0;
    this.held.set(task, { until: now + pause, pauses: pauses + 1, released: false, isOver });
  }

  /** Lets go those whose wait is over. True when there are any. */
  look(): boolean {
    let any = false;
    for (const hold of this.held.values()) {
      if (hold.released || hold.isOver?.() !== true) continue;
      hold.released = true;
      any = true;
    }
    return any;
  }

  /** Some were let go and have not had their turn: their rule was full, or something else came before them. */
  get hasReleased(): boolean {
    return [...this.held.values()].some(({ released }) => released);
  }

  /** It is dialled, closed, or another one than before: what it waited for is forgotten. */
  release(task: number): void {
    this.held.delete(task);
  }

  releaseAll(): void {
    this.held.clear();
  }

  /** The tasks to be passed over. */
  ids(now: Instant): number[] {
    return [...this.held].filter(([, hold]) => isHeld(hold, now)).map(([task]) => task);
  }

  /** When one is to be looked at again. */
  next(now: Instant): Instant | undefined {
    const times = [...this.held.values()].filter((hold) => isHeld(hold, now)).map(({ until }) => until);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Forgets tasks that are no longer due: their time was over, and nobody held them again. */
  tidy(now: Instant): void {
    for (const [task, { until }] of this.held) if (until < now - forgottenAfter) this.held.delete(task);
  }
}

/** ms. */
const forgottenAfter = 3_600_000;

function isHeld({ until, released }: Hold, now: Instant): boolean {
  return !released && until > now;
}
