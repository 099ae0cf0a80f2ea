import type { Logger } from 'pino';
import type { Cdr, CdrFolder } from '../calls/cdr.js';
import type { CallLife } from '../calls/life.js';
import type { CallTracker } from '../calls/tracker.js';
import type { Link } from '../esl/link.js';
import type { Status } from '../tasks/status.js';
import type { TaskStore } from '../tasks/store.js';
import type { Clock, Instant, Timer } from '../time/clock.js';
import type { Durable } from './durable.js';
import { liveChannels, type Found } from './freeswitch.js';

export interface LookoutParts {
  store: TaskStore;
  tracker: CallTracker;
  link: Link;
  cdrs: CdrFolder;
  clock: Clock;
  durable: Durable;
  log: Logger;
  /** Resolves when all calls that the tracker gave out are on disk. */
  settled: () => Promise<void>;
}

/** How often the time up to which FreeSWITCH was seen is written down, ms. */
const noteInterval = 5_000;

/** How often the calls that are followed are compared with FreeSWITCH's channels, ms: an event may have been lost. */
const compareInterval = 300_000;

/** A call must be this old before its missing channel counts, ms: the event of its end can be late. */
const lateEvent = 120_000;

/**
 * Knows up to when FreeSWITCH was seen, and finds the calls that ended while nobody was looking: callbackd killed or
 * stopped, the link broken. Their CDRs tell what they were.
 */
export class Lookout {
  /** The last time that nothing was seen, and how many calls were found afterwards. */
  gap: Status['gap'];
  private seenUntil: Instant | undefined;
  /** Everything up to now has been seen: no gap is being looked into. */
  private caughtUp = false;
  private noting: Timer | undefined;
  private comparing: Timer | undefined;

  constructor(private readonly parts: LookoutParts) {}

  start(): void {
    this.seenUntil = Number(this.parts.store.recall('seenUntil')) || undefined;
    this.noting = this.parts.clock.after(noteInterval, () => this.note());
    this.comparing = this.parts.clock.after(compareInterval, () => this.compareLater());
  }

  stop(): void {
    this.noting?.cancel();
    this.comparing?.cancel();
  }

  /** An event came. */
  saw(): void {
    if (this.caughtUp) this.seenUntil = this.parts.clock.now();
  }

  /** The link broke. */
  lost(): void {
    this.caughtUp = false;
  }

  /**
   * The link is up again: finds what ended meanwhile.
   * @param before the calls that were followed before the link came up
   */
  async catchUp({ channels, coreUuid }: Found, before: readonly CallLife[]): Promise<void> {
    const { tracker, clock, log } = this.parts;
    const from = this.seenUntil;
    const recovered = from === undefined ? 0 : await this.takeCdrs(from - 2 * noteInterval, channels);
    tracker.coreIs(coreUuid); // the calls of a former FreeSWITCH that left no CDR were cut off by its end
    this.dropMissed(before, channels);
    await this.parts.settled();
    if (from !== undefined) this.gap = { from, to: clock.now(), recovered };
    if (recovered > 0) log.info(this.gap, 'calls found that ended while callbackd saw nothing');
    this.caughtUp = true;
    this.seenUntil = clock.now();
    if (from === undefined)
      this.parts.durable.try('note the first time', () => this.remember('firstSeen', clock.now()));
    this.write();
  }

  private async takeCdrs(since: Instant, channels: ReadonlySet<string>): Promise<number> {
    let taken = 0;
    const born = Number(this.parts.store.recall('firstSeen') ?? Number.POSITIVE_INFINITY);
    for (const cdr of await this.parts.cdrs.since(since)) {
      if (channels.has(cdr.uuid) || this.parts.store.knowsCall(cdr.uuid) || endOf(cdr) < born) continue;
      if (this.parts.tracker.takeCdr(cdr)) taken += 1;
    }
    return taken;
  }

  private dropMissed(before: readonly CallLife[], channels: ReadonlySet<string>): void {
    const known = new Set(before);
    for (const life of this.parts.tracker.drop((each) => known.has(each) && !channels.has(each.uuid)))
      this.parts.log.warn({ call: life.uuid }, 'the end of a call was missed, and there is no CDR of it');
  }

  private compareLater(): void {
    this.compare()
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'could not compare calls with channels'))
      .finally(() => (this.comparing = this.parts.clock.after(compareInterval, () => this.compareLater())));
  }

  private async compare(): Promise<void> {
    const { tracker, clock, link, cdrs, store } = this.parts;
    const old = tracker.current.filter(({ lastSeenAt }) => lastSeenAt < clock.now() - lateEvent);
    if (old.length === 0 || !this.caughtUp) return;
    const channels = await liveChannels(link);
    if (channels === undefined) return;
    for (const { uuid } of old.filter((life) => !channels.has(life.uuid))) {
      const cdr = store.knowsCall(uuid) ? undefined : await cdrs.of(uuid);
      if (cdr !== undefined) tracker.takeCdr(cdr);
    }
    this.dropMissed(old, channels);
  }

  private note(): void {
    this.write();
    this.noting = this.parts.clock.after(noteInterval, () => this.note());
  }

  /** What ends after this is looked for after a crash. */
  private write(): void {
    const { seenUntil } = this;
    if (seenUntil === undefined) return;
    this.parts.durable.try('note the time', () => this.remember('seenUntil', seenUntil));
  }

  private remember(key: 'firstSeen' | 'seenUntil', at: Instant): void {
    this.parts.store.remember(key, String(at));
  }
}

/** When the leg ended, ms: what ended before callbackd was there for the first time is nobody's loss. */
function endOf(cdr: Cdr): Instant {
  return Number(cdr.header('Caller-Channel-Hangup-Time') ?? 0) / 1_000;
}
