import type { Logger } from 'pino';
import type { Cdr } from '../calls/cdr.js';
import type { CdrFolder, FolderMark } from '../calls/cdr-folder.js';
import { isClientLeg, type ClientSettings } from '../calls/client-leg.js';
import type { CallTracker } from '../calls/tracker.js';
import type { EslEvent } from '../esl/event.js';
import type { TaskStore } from '../tasks/store.js';
import type { Clock, Instant } from '../time/clock.js';
import type { Durable } from './durable.js';
import { clientOfOutward, originatorOf } from './talk.js';
import type { Talks } from './talks.js';

export interface BackfillParts {
  store: TaskStore;
  tracker: CallTracker;
  talks: Talks;
  cdrs: CdrFolder;
  clients: ClientSettings;
  country: string | undefined;
  clock: Clock;
  durable: Durable;
  log: Logger;
  /** A leg of an attempt that is not judged yet: its CDR is not deleted. */
  isOurs: (uuid: string) => boolean;
  /** Resolves when all calls that were taken are on disk. */
  settled: () => Promise<void>;
}

/** While calls go on, their CDRs are read this long after they were written, ms: by then their events have come. */
const eventsFirst = 5_000;

/** Where the reading of the folder stands, among the store's facts. */
const markKey = 'cdrMark';

/** With more files than that the log says how far it is. */
const manyFiles = 20_000;

/**
 * Calls that were missed, from the CDRs of mod_json_cdr. Each leg's CDR is read once: when the link comes up those
 * written since the last time, and now and then those of which no event was seen.
 */
export class Backfill {
  /** Legs whose end was seen live since the last look, and since the one before. */
  private seen = new Set<string>();
  private seenBefore = new Set<string>();
  private looking: Promise<number> | undefined;
  /** From when on calls count, when nothing is known of the time before. */
  private beginning: Instant | undefined;
  private stopping = false;
  private undeletedTold = false;

  constructor(private readonly parts: BackfillParts) {}

  /** @param seenUntil up to when FreeSWITCH was seen, when that is known; otherwise what is there now is old. */
  start(seenUntil: Instant | undefined): void {
    const mark = this.parts.store.recall(markKey);
    if (mark !== undefined) this.parts.cdrs.resume(JSON.parse(mark) as FolderMark);
    else if (seenUntil !== undefined) this.parts.cdrs.resume({ until: seenUntil, broken: {} });
  }

  /** Resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.looking?.catch(() => 0);
  }

  /** An event came: the CDR of a leg whose end was seen tells nothing new. */
  saw(event: EslEvent): void {
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') this.seen.add(event.header('Unique-ID') ?? '');
  }

  /** What the admin has to put right, in sentences. */
  get problems(): string[] {
    const { problem, brokenFiles } = this.parts.cdrs;
    const [first] = brokenFiles;
    return [
      ...(problem === undefined ? [] : [problem]),
      ...(first === undefined
        ? []
        : [
            `${brokenFiles.size} file(s) in the CDR folder cannot be read as a CDR, such as ${first[0]} (${first[1].why}): the calls in them may be missing; they are read again when they change`,
          ]),
    ];
  }

  /**
   * Takes what ended while nobody was looking; returns how many clients' calls that were.
   * @param linkIsNew otherwise events come meanwhile, and have precedence
   */
  async look(linkIsNew: boolean): Promise<number> {
    await this.looking?.catch(() => 0);
    this.looking = this.take(linkIsNew ? 0 : eventsFirst);
    return this.looking;
  }

  private async take(leaveYounger: number): Promise<number> {
    const { cdrs, clock, log } = this.parts;
    const now = clock.now();
    this.beginning ??= now;
    const known = new Set([...this.seen, ...this.seenBefore]);
    this.seenBefore = this.seen;
    this.seen = new Set();
    if (!cdrs.isSet) return 0;
    if (cdrs.mark === undefined) {
      if (this.beginning === now) return (await this.begin(now), 0);
      cdrs.resume({ until: this.beginning, broken: {} }); // the folder could not be read until now
    }
    let [calls, said] = [0, 0];
    const unread = cdrs.unread({
      now,
      leaveYounger,
      isKnown: (uuid) => this.stopping || known.has(uuid) || this.isKept(uuid),
      wants: (cdr) => isClientLeg(cdr, this.parts.clients) || clientOfOutward(cdr, this.parts.country) !== undefined,
      broken: (file, why) => log.warn({ file, why }, 'a CDR cannot be read; it is left alone, and read again when it changes'),
      progress: (looked) => {
        if (looked < said + manyFiles) return;
        said = looked;
        log.info({ looked }, 'looking through the CDR folder');
      },
    }); // prettier-ignore
    const problem = cdrs.problem;
    for await (const cdr of unread) {
      if (this.stopping) break;
      if (await this.isCall(cdr)) calls += 1;
    }
    if (cdrs.problem !== undefined && cdrs.problem !== problem) log.error(cdrs.problem);
    if (this.stopping) return calls; // the rest is read at the next start
    await this.parts.settled();
    this.tellUndeleted(await cdrs.deleteRead(now, this.parts.isOurs));
    this.write();
    return calls;
  }

  /** Once: it would be said for every call. */
  private tellUndeleted(why: string | undefined): void {
    if (why === undefined || this.undeletedTold) return;
    this.undeletedTold = true;
    this.parts.log.error({ why }, 'CDR files cannot be deleted: "backfill.delete" needs write access to their folder ("callbackd doctor" says how)'); // prettier-ignore
  }

  /** The very first time: nothing old is called back. */
  private async begin(now: Instant): Promise<void> {
    const { cdrs, log } = this.parts;
    await cdrs.skipAll(now);
    if (cdrs.problem !== undefined) log.error(cdrs.problem);
    this.write();
  }

  /** True when it was a client's call that had been missed. A bug over one CDR does not hold up the others. */
  private async isCall(cdr: Cdr): Promise<boolean> {
    const { talks, tracker, log } = this.parts;
    try {
      talks.note(cdr, 0);
      if (tracker.takeCdr(cdr)) return true;
      if (!(await this.isForwarded(cdr))) talks.takeOutward(cdr);
    } catch (error) {
      log.error({ err: error, call: cdr.uuid }, 'a CDR could not be taken');
    }
    return false;
  }

  /** A client's call that was put through to a number outside: no employee called there. */
  private async isForwarded(cdr: Cdr): Promise<boolean> {
    const { cdrs, clients } = this.parts;
    const originator = originatorOf(cdr);
    if (originator === undefined) return false;
    if (this.isKept(originator)) return true;
    const first = await cdrs.of(originator);
    return first !== undefined && isClientLeg(first, clients);
  }

  /** When the database does not answer, the call is decided again, and found to be known then. */
  private isKept(uuid: string): boolean {
    return this.parts.durable.try('look for a call', () => this.parts.store.knowsCall(uuid))?.value ?? false;
  }

  private write(): void {
    const { mark } = this.parts.cdrs;
    if (mark === undefined) return;
    this.parts.durable.try('note which CDRs were read', () => this.parts.store.remember(markKey, JSON.stringify(mark)));
  }
}
