import type { Logger } from 'pino';
import type { CallLife } from '../calls/life.js';
import type { CallTracker } from '../calls/tracker.js';
import type { EslEvent } from '../esl/event.js';
import type { Link, LinkProblem } from '../esl/link.js';
import type { Rule } from '../rules/rule.js';
import type { Clock, Instant } from '../time/clock.js';
import { examine, missingQueues, type Found } from './freeswitch.js';

export interface LinkWatchParts {
  link: Link;
  tracker: CallTracker;
  rules: () => readonly Rule[];
  clock: Clock;
  log: Logger;
  /** The link is up, FreeSWITCH has been looked at: catch up with what was missed. */
  catchUp: (found: Found, before: readonly CallLife[]) => Promise<void>;
  /** All is known again: attempts can be looked for, and due tasks dialled. */
  ready: () => void;
  lost: () => void;
}

/** What callbackd knows of the link and of the FreeSWITCH at its other end. Says changes in the log, once each. */
export class LinkWatch {
  since: Instant;
  problem: LinkProblem | undefined;
  /** Core-UUID; '' before the first link. */
  coreUuid = '';
  callcenter = false;
  /** What is wrong in FreeSWITCH, for the admin. */
  problems: readonly string[] = [];
  private isReady = false;

  constructor(private readonly parts: LinkWatchParts) {
    this.since = parts.clock.now();
  }

  /** True from when everything missed has been caught up with until the link breaks: only then is anything decided anew. */
  get ready(): boolean {
    return this.isReady && this.parts.link.state === 'up';
  }

  async up(): Promise<void> {
    const { link, tracker, rules, clock, log, catchUp, ready } = this.parts;
    const before = tracker.current;
    this.since = clock.now();
    this.problem = undefined;
    const found = await examine(link, rules());
    if (found === undefined) return; // it broke again
    if (this.coreUuid !== '' && found.coreUuid !== this.coreUuid) log.warn('FreeSWITCH was restarted');
    this.coreUuid = found.coreUuid;
    this.callcenter = found.callcenter;
    this.problems = found.problems;
    for (const problem of found.problems) log.error(problem);
    await catchUp(found, before);
    this.isReady = true;
    log.info({ coreUuid: found.coreUuid }, 'link to FreeSWITCH is up');
    ready();
  }

  /** Rules may name other queues than before. */
  async rulesChanged(): Promise<void> {
    const { link, rules, log } = this.parts;
    if (!this.ready || !this.callcenter) return;
    const problems = await missingQueues(link, rules());
    if (problems === undefined) return; // the link broke: looked at when it is up again
    for (const problem of problems) if (!this.problems.includes(problem)) log.error(problem);
    this.problems = problems;
  }

  down(why: LinkProblem): void {
    this.isReady = false;
    this.since = this.parts.clock.now();
    this.problem = why;
    this.parts.lost();
    if (why.kind !== 'stopped') this.parts.log.warn({ hint: why.hint }, `link to FreeSWITCH is down: ${why.message}`);
  }

  retrying(why: LinkProblem, retryInMs: number): void {
    if (this.problem?.message !== why.message)
      this.parts.log.error({ hint: why.hint, retryInMs }, `no link to FreeSWITCH: ${why.message}`);
    this.problem = why;
  }

  /** An event of another FreeSWITCH on the same link cannot be, but costs nothing to notice. */
  saw({ coreUuid }: EslEvent): void {
    if (coreUuid === '' || this.coreUuid === '' || coreUuid === this.coreUuid) return;
    this.parts.log.warn('FreeSWITCH was restarted');
    this.coreUuid = coreUuid;
    this.parts.tracker.coreIs(coreUuid);
    this.parts.ready();
  }
}
