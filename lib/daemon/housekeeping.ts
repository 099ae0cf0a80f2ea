import cron, { type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import type { TaskStore } from '../tasks/store.js';
import type { Clock } from '../time/clock.js';
import type { Durable } from './durable.js';

export interface HousekeepingParts {
  store: TaskStore;
  clock: Clock;
  durable: Durable;
  log: Logger;
  /** How long closed tasks and calls are kept, ms (`retention`). */
  retentionMs: number;
  /** IANA zone of the night. */
  timezone: string;
}

/** 03:30: after midnight's reports, before anybody works. */
const nightly = '30 3 * * *';

/** Rows removed in one transaction: few, so that callbacks don't wait for it. */
const batch = 200;

/** Removes what is older than `retention`: at start and every night. Open tasks stay, however old they are. */
export class Housekeeping {
  private job: ScheduledTask | undefined;
  private running = false;
  private pruning: Promise<void> | undefined;

  constructor(private readonly parts: HousekeepingParts) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    const { log, timezone } = this.parts;
    this.job = cron.schedule(nightly, () => this.prune(), {
      name: 'retention',
      timezone,
      noOverlap: true,
      unref: true,
      logger: {
        info: (message) => log.info(message),
        warn: (message) => log.warn(message),
        error: (message, error) => log.error({ err: error ?? message }, 'the nightly housekeeping failed'),
        debug: (message) => log.debug({ what: message }, 'housekeeping'),
      },
    });
    this.prune().catch((error: unknown) => log.error({ err: error }, 'the housekeeping at start failed'));
  }

  stop(): void {
    this.running = false;
    void this.job?.destroy();
    this.job = undefined;
  }

  /** Resolves when nothing old is left, or it was stopped. A second call joins the first. */
  async prune(): Promise<void> {
    this.pruning ??= this.pruneAll().finally(() => (this.pruning = undefined));
    await this.pruning;
  }

  private async pruneAll(): Promise<void> {
    const { store, clock, durable, log, retentionMs } = this.parts;
    const before = clock.now() - retentionMs;
    const sum = { calls: 0, tasks: 0, attempts: 0 };
    while (this.running) {
      const done = durable.try('remove what is older than "retention"', () => store.prune(before, batch));
      if (done === undefined) break; // the database has a problem; the next night comes
      const { calls, tasks, attempts } = done.value;
      sum.calls += calls;
      sum.tasks += tasks;
      sum.attempts += attempts;
      if (calls + tasks === 0) break;
      await new Promise<void>((resolve) => clock.after(0, resolve));
    }
    if (sum.calls + sum.tasks > 0) log.info(sum, 'removed what is older than "retention"');
  }
}
