import type { Logger } from 'pino';
import { CdrFolder } from '../calls/cdr-folder.js';
import { eventsRead, subclassesRead } from '../calls/events-read.js';
import { CallTracker } from '../calls/tracker.js';
import type { Configuration } from '../config/configuration.js';
import type { Employees } from '../config/employees.js';
import { EslLink } from '../esl/esl-link.js';
import type { EslEvent } from '../esl/event.js';
import { usualLinkOptions } from '../esl/settings.js';
import type { Rule, RuleContext } from '../rules/rule.js';
import { lockForWriting, openDatabase, type WriterLock } from '../store/database.js';
import { SqliteStore } from '../store/sqlite-store.js';
import { TaskAdmin } from '../tasks/admin.js';
import { Blacklist } from '../tasks/blacklist.js';
import { Journal } from '../tasks/journal.js';
import type { Task } from '../tasks/task.js';
import type { Clock } from '../time/clock.js';
import { Backfill } from './backfill.js';
import { controlHandlers } from './control-handlers.js';
import { ControlSocket } from './control.js';
import { Durable } from './durable.js';
import { Flights } from './flight.js';
import { Housekeeping } from './housekeeping.js';
import { Follower } from './follower.js';
import { LinkWatch } from './link-watch.js';
import { Lookout } from './lookout.js';
import { report, type View } from './report.js';
import { Intake } from './intake.js';
import { RuleBook } from '../tasks/rule-book.js';
import type { Health } from './service-manager.js';
import { Talks } from './talks.js';
import { Worker } from './worker.js';

export interface DaemonParts {
  version: string;
  configuration: Configuration;
  context: RuleContext;
  rules: readonly Rule[];
  /** Who is behind a phone or an agent (employees.json). */
  employees?: Employees | undefined;
  /** Warnings of the check at start, shown by `status`. */
  warnings: readonly string[];
  eslPassword: string;
  clock: Clock;
  log: Logger;
}

/**
 * The composition root. Start: the right to write, the database, the socket of the CLI, the link. Everything else
 * follows from what FreeSWITCH says. Stopping hangs up nothing: attempts in flight go on, and are settled by looking
 * at the next start.
 */
export class Daemon {
  private readonly flights = new Flights();
  private readonly durable: Durable;
  private readonly tracker: CallTracker;
  private readonly link: EslLink;
  private readonly cdrs: CdrFolder;
  private readonly book: RuleBook;
  private readonly startedAt: number;
  private lock: WriterLock | undefined;
  private running: Running | undefined;

  constructor(private readonly parts: DaemonParts) {
    const { clock, configuration, log } = parts;
    this.startedAt = clock.now();
    this.durable = new Durable(clock, log);
    this.cdrs = new CdrFolder(configuration.backfill.dir, configuration.backfill.delete);
    this.book = new RuleBook(parts.rules, parts.context, configuration.limits.snoozeMs);
    this.tracker = new CallTracker(
      {
        ...configuration.calls,
        requestKeys: configuration.requests.keys,
        country: configuration.country,
        employees: parts.employees,
      },
      { ended: (call) => this.running?.intake.take(call), completed: (call) => this.running?.intake.complete(call) },
    );
    this.link = new EslLink({
      ...usualLinkOptions,
      ...configuration.esl,
      password: parts.eslPassword,
      clock,
      events: eventsRead,
      subclasses: subclassesRead,
    });
  }

  /** @throws StorageProblem when the database can't be used, or another daemon has it. */
  async start(): Promise<void> {
    if (this.running !== undefined) return;
    const { configuration } = this.parts;
    this.lock = lockForWriting(configuration.database);
    try {
      this.running = this.assemble(new SqliteStore(openDatabase(configuration.database), configuration.database));
      this.running.store.orderRules(this.book.order);
      this.resumeAttempts(this.running);
      await this.running.control.start();
    } catch (error) {
      this.lock.release();
      this.running = undefined;
      throw error;
    }
    this.link.start();
    this.running.worker.start();
    this.running.lookout.start();
    this.running.housekeeping.start();
  }

  async stop(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    running.housekeeping.stop();
    running.lookout.stop();
    running.talks.stop();
    await running.backfill.stop();
    running.worker.stop();
    running.follower.stop();
    await this.link.stop();
    await running.control.stop();
    await running.intake.idle();
    running.store.close();
    this.lock?.release();
    this.running = undefined;
  }

  /** For the service manager. */
  get health(): Health {
    const { running, link, durable } = this;
    const problem = running?.watch.problem?.message;
    const without = problem === undefined ? 'no link to FreeSWITCH yet' : `no link to FreeSWITCH: ${problem}`;
    const status = durable.problem?.message ?? (link.state === 'up' ? 'link to FreeSWITCH is up' : without);
    return { status, databaseWorks: running?.store.answers() ?? false };
  }

  private assemble(store: SqliteStore): Running {
    const { clock, configuration, log } = this.parts;
    const shared = { store, clock, log, configuration, durable: this.durable, book: () => this.book };
    const dialling = {
      ...shared,
      link: this.link,
      flights: this.flights,
      coreUuid: () => watch.coreUuid,
      ready: () => watch.ready,
    };
    const follower = new Follower({
      ...dialling,
      cdrs: this.cdrs,
      settleMs: configuration.limits.settleMs,
      settled: (flight, outcome) => {
        worker.ended(flight, outcome);
        worker.poke();
      },
    });
    const worker = new Worker({
      ...dialling,
      isBusy: (client) => intake.isDeciding(client) || talks.isOnTheLine(client),
      sent: (flight) => follower.watch(flight),
      notDialled: (flight, cause) => follower.notDialled(flight, cause),
    });
    const intake: Intake = new Intake({
      ...shared,
      changed: () => worker.poke(),
      talkMs: (call) => talks.talkMs(call),
      answered: (task) => void follower.stopFor(task),
    });
    const admin = new TaskAdmin(store, clock, (rule) => this.book.planOf(rule), {
      cancelled: (task) => this.cancelled(task),
      changed: () => worker.poke(),
    });
    const journal = new Journal(store, clock, configuration.country, () => worker.poke());
    const blacklist = new Blacklist(store, clock, configuration.country, {
      calling: (task) => follower.stopFor(task),
    });
    const housekeeping = new Housekeeping({
      ...shared,
      retentionMs: configuration.retentionMs,
      timezone: configuration.timezone,
    });
    const control = new ControlSocket(
      configuration.socket,
      controlHandlers(() => report(this.view(running)), admin, journal, blacklist),
      log,
    );
    const isOurs = (uuid: string): boolean => this.flights.get(uuid) !== undefined;
    const watched = { ...shared, tracker: this.tracker, country: configuration.country, isOurs };
    const talks: Talks = new Talks({
      ...watched,
      successAfterMs: (client) => this.successAfterMs(store, client),
      talked: (talk) => intake.talked(talk),
    });
    const backfill = new Backfill({
      ...watched,
      talks,
      cdrs: this.cdrs,
      clients: configuration.calls,
      settled: () => intake.idle(),
    });
    const lookout = new Lookout({
      ...shared,
      link: this.link,
      tracker: this.tracker,
      cdrs: this.cdrs,
      backfill,
      talks,
      settled: () => intake.idle(),
    });
    const watch: LinkWatch = new LinkWatch({
      ...shared,
      link: this.link,
      tracker: this.tracker,
      rules: () => this.book.rules,
      catchUp: (found, before) => lookout.catchUp(found, before),
      ready: () => {
        follower.lookForAll();
        worker.poke();
      },
      lost: () => lookout.lost(),
    });
    this.link.on({
      up: () => void watch.up().catch((error: unknown) => log.error({ err: error }, 'after the link came up')),
      down: (why) => watch.down(why),
      retry: (why, retryInMs) => watch.retrying(why, retryInMs),
      event: (event) => this.event(event),
      job: (job, result) => follower.job(job, result),
      unreadable: (what) => log.warn(`an event could not be read: ${what}`),
    });
    const running: Running = {
      store,
      follower,
      worker,
      intake,
      control,
      lookout,
      watch,
      housekeeping,
      talks,
      backfill,
    };
    return running;
  }

  private resumeAttempts({ store, follower }: Running): void {
    for (const attempt of store.openAttempts()) {
      const task = store.task(attempt.task);
      if (task === undefined) continue;
      const successAfterMs = this.book.callbackOf(task.rule, task.queue)?.successAfterMs ?? 5_000;
      const cancelled = task.state !== 'calling';
      follower.resume(this.flights.add({ attempt, client: task.client, rule: task.rule, successAfterMs, cancelled }));
    }
  }

  private event(event: EslEvent): void {
    this.running?.lookout.saw();
    this.running?.watch.saw(event);
    this.running?.backfill.saw(event);
    this.running?.talks.before(event);
    this.tracker.take(event);
    this.running?.talks.after(event);
    this.running?.follower.event(event);
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') this.lineFree();
  }

  private cancelled(task: Task): void {
    this.parts.log.info({ task: task.id }, 'task cancelled');
    this.hangUp(task);
  }

  private hangUp(task: Task): void {
    const flight = this.flights.ofTask(task.id);
    if (flight !== undefined) this.running?.follower.hangUp(flight);
  }

  /** A task may have waited for its client's call to end; what that call meant is decided first. */
  private lineFree(): void {
    void this.running?.intake.idle().then(() => this.running?.worker.poke());
  }

  private successAfterMs(store: SqliteStore, client: string): number | undefined {
    const open = this.durable.try('look for a task', () => store.openTaskOf(client))?.value;
    return open && this.book.callbackOf(open.rule, open.queue)?.successAfterMs;
  }

  private view(running: Running): View {
    return {
      ...running,
      version: this.parts.version,
      now: this.parts.clock.now(),
      startedAt: this.startedAt,
      link: this.link,
      warnings: this.parts.warnings,
      databaseProblem: this.durable.problem,
      tracker: this.tracker,
      flights: this.flights,
      book: this.book,
    };
  }
}

interface Running {
  store: SqliteStore;
  follower: Follower;
  worker: Worker;
  intake: Intake;
  control: ControlSocket;
  lookout: Lookout;
  watch: LinkWatch;
  housekeeping: Housekeeping;
  talks: Talks;
  backfill: Backfill;
}
