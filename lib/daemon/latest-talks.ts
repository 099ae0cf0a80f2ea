import type { Instant } from '../time/clock.js';
import type { Talk } from './talk.js';

/** A loss can come out this long after a conversation that followed it, ms: hangup events may be late. */
const remembered = 600_000;

/** The latest conversation of each client, for losses that come out after it. */
export class LatestTalks {
  private readonly talks = new Map<string, { talk: Talk; takenAt: Instant }>();

  add(talk: Talk, now: Instant): void {
    this.talks.delete(talk.client);
    this.talks.set(talk.client, { talk, takenAt: now });
    for (const [client, former] of this.talks) {
      if (former.takenAt >= now - remembered) break; // in the order in which they were taken
      this.talks.delete(client);
    }
  }

  of(client: string): Talk | undefined {
    return this.talks.get(client)?.talk;
  }
}
