import type { Logger } from 'pino';
import type { CdrFolder } from '../calls/cdr-folder.js';
import type { CallLife } from '../calls/life.js';
import type { CallTracker } from '../calls/tracker.js';
import type { Link } from '../esl/link.js';
import type { Status } from '../tasks/status.js';
import type { TaskStore } from '../tasks/store.js';
import type { Clock, Instant, Timer } from '../time/clock.js';
import type { Backfill } from './backfill.js';
import type { Durable } from './durable.js';
import { liveChannels, type Found } from './freeswitch.js';
import type { Phones } from './phones.js';
import type { Talks } from './talks.js';

export interface LookoutParts {
  store: TaskStore;
  tracker: CallTracker;
  link: Link;
  cdrs: CdrFolder;
  backfill: Backfill;
  talks: Talks;
  phones: Pick<Phones, 'hasCalls' | 'compare'>;
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

/**
 * When they are compared first after the link came up, ms: FreeSWITCH lists a channel for a moment after its last event, which
 * nobody heard.
 */
const firstCompare = 3_000;

/** How often CDRs are read while the link is up, ms: for calls of which an event was lost. */
const backfillInterval = 60_000;

/** A gap shorter than this, ms, in which nothing was missed is not worth a line in the log. */
const shortGap = 15_000;

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
  private reading: Timer | undefined;

  constructor(private readonly parts: LookoutParts) {}

  start(): void {
    this.seenUntil = Number(this.parts.store.recall('seenUntil')) || undefined;
    this.parts.backfill.start(this.seenUntil);
    this.noting = this.parts.clock.after(noteInterval, () => this.note());
    this.reading = this.parts.clock.after(backfillInterval, () => this.readLater());
    this.comparing = this.parts.clock.after(compareInterval, () => this.compareLater());
  }

  stop(): void {
    this.noting?.cancel();
    this.comparing?.cancel();
    this.reading?.cancel();
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
  async catchUp({ channels, rows, coreUuid }: Found, before: readonly CallLife[]): Promise<void> {
    const { tracker, talks, backfill, clock, log } = this.parts;
    const from = this.seenUntil;
    talks.adopt(rows);
    const recovered = await backfill.look(true).catch((error: unknown) => {
      log.error({ err: error }, 'could not read the CDRs'); // tried again in a minute
      return 0;
    });
    tracker.coreIs(coreUuid); // the calls of a former FreeSWITCH that left no CDR were cut off by its end
    this.dropMissed(before, channels);
    await this.parts.settled();
    if (from !== undefined) this.tellGap({ from, to: clock.now(), recovered });
    this.caughtUp = true;
    this.seenUntil = clock.now();
    this.write();
    this.comparing?.cancel();
    this.comparing = clock.after(firstCompare, () => this.compareLater());
  }

  private tellGap(gap: NonNullable<Status['gap']>): void {
    this.gap = gap;
    if (gap.recovered === 0 && gap.to - gap.from < shortGap) return;
    const [from, to] = [gap.from, gap.to].map((at) => new Date(at).toISOString());
    this.parts.log.warn(
      { from, to, recovered: gap.recovered },
      `callbackd saw nothing of FreeSWITCH from ${from} to ${to}; calls found that ended meanwhile: ${gap.recovered}`,
    );
  }

  private readLater(): void {
    this.read()
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'could not read the CDRs'))
      .finally(() => (this.reading = this.parts.clock.after(backfillInterval, () => this.readLater())));
  }

  private async read(): Promise<void> {
    if (!this.caughtUp) return;
    const calls = await this.parts.backfill.look(false);
    if (calls > 0) this.parts.log.warn({ calls }, 'calls found in the CDRs of which an event was missed');
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
    const { tracker, clock, link, cdrs, store, talks, phones } = this.parts;
    const old = tracker.current.filter(({ lastSeenAt }) => lastSeenAt < clock.now() - lateEvent);
    if (!this.caughtUp || (old.length === 0 && !talks.hasLines && !phones.hasCalls)) return;
    const takeLive = phones.compare();
    const channels = await liveChannels(link);
    if (channels === undefined) return;
    talks.keepOnly(channels);
    takeLive(channels);
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
    this.parts.durable.try('note the time', () => this.parts.store.remember('seenUntil', String(seenUntil)));
  }
}
