import type { Logger } from 'pino';
import { diallingPolicy, type DiallingPolicy } from '../calls/dialling-policy.js';
import { CdrFolder } from '../calls/cdr-folder.js';
import { callersIn, endsWaiting } from '../calls/waiting-callers.js';
import type { CallTracker } from '../calls/tracker.js';
import type { Configuration } from '../config/configuration.js';
import type { EslEvent } from '../esl/event.js';
import type { Link } from '../esl/link.js';
import { officeNumbers } from '../rules/office-numbers.js';
import type { SqliteStore } from '../store/sqlite-store.js';
import { TaskAdmin } from '../tasks/admin.js';
import { Blacklist } from '../tasks/blacklist.js';
import { DialledNumbers } from '../tasks/dialled-numbers.js';
import { Journal } from '../tasks/journal.js';
import { MasterSwitch } from '../tasks/master-switch.js';
import { RuleAdmin } from '../tasks/rule-admin.js';
import type { RuleBook } from '../tasks/rule-book.js';
import { RuleKeeper } from '../tasks/rule-keeper.js';
import type { Task } from '../tasks/task.js';
import type { Clock } from '../time/clock.js';
import { Backfill } from './backfill.js';
import { controlHandlers } from './control-handlers.js';
import { ControlSocket } from './control.js';
import type { Durable } from './durable.js';
import { FlightGuard } from './flight-guard.js';
import { Flights } from './flight.js';
import { Follower } from './follower.js';
import { Housekeeping } from './housekeeping.js';
import { Intake } from './intake.js';
import { Launcher } from './launcher.js';
import { LinkWatch } from './link-watch.js';
import { Lookout } from './lookout.js';
import { Phones } from './phones.js';
import { Rematcher } from './rematcher.js';
import { report, type View } from './report.js';
import { RuleWatch } from './rule-watch.js';
import { Talks } from './talks.js';
import { Worker } from './worker.js';

export interface DaemonParts {
  version: string;
  configuration: Configuration;
  /** Of the configuration at start, shown by `status`. */
  warnings: readonly string[];
  eslPassword: string;
  /** Everything is decided and told, nobody is dialled. Only on a copy of the database. */
  dryRun: boolean;
  clock: Clock;
  log: Logger;
}

/** What is there before the database is open. */
export interface Outside {
  startedAt: number;
  durable: Durable;
  tracker: CallTracker;
  link: Link;
}

/** Everything that works on an open database, joined. The constructor has no effect outside; `start` and `stop` have. */
export class Running {
  readonly keeper: RuleKeeper;
  readonly intake: Intake;
  private readonly policy: DiallingPolicy;
  private readonly cdrs: CdrFolder;
  private readonly flights = new Flights();
  private readonly masterSwitch: MasterSwitch;
  private readonly rules: RuleAdmin;
  private readonly ruleWatch: RuleWatch;
  private readonly rematcher: Rematcher;
  private readonly follower: Follower;
  private readonly guard: FlightGuard;
  private readonly phones: Phones;
  private readonly worker: Worker;
  private readonly talks: Talks;
  private readonly backfill: Backfill;
  private readonly lookout: Lookout;
  private readonly watch: LinkWatch;
  private readonly control: ControlSocket;
  private readonly housekeeping: Housekeeping;

  constructor(
    private readonly parts: DaemonParts,
    private readonly outside: Outside,
    readonly store: SqliteStore,
  ) {
    const { clock, configuration, log } = parts;
    const { link, tracker, durable } = outside;
    const { country } = configuration;
    this.cdrs = new CdrFolder(configuration.backfill.dir, configuration.backfill.delete);
    this.masterSwitch = new MasterSwitch(store, clock);
    this.keeper = new RuleKeeper({ configuration, store, clock, offPeriods: () => this.masterSwitch.offPeriods });
    this.rules = new RuleAdmin(store, clock, this.keeper, this.masterSwitch, {
      changed: () => this.rulesChanged(),
      closed: (task) => void this.follower.stopFor(task),
    });
    const dialled = new DialledNumbers(store, country);
    this.policy = diallingPolicy(
      configuration,
      (e164) => officeNumbers(this.book.rules, country).get(e164) ?? dialled.source(e164),
    );
    const { policy } = this;
    const shared = { store, clock, log, configuration, durable, policy, dialled, book: () => this.book };
    this.ruleWatch = new RuleWatch({ ...shared, keeper: this.keeper, rules: this.rules });
    this.rematcher = new Rematcher(shared);
    const isSwitchedOn = (): boolean => this.masterSwitch.state.on;
    const dialling = {
      ...shared,
      link,
      flights: this.flights,
      coreUuid: () => this.watch.coreUuid,
      ready: () => this.watch.ready,
    };
    this.follower = new Follower({
      ...dialling,
      cdrs: this.cdrs,
      settleMs: configuration.limits.settleMs,
      settled: (flight, outcome) => {
        this.worker.ended(flight, outcome);
        this.worker.poke();
      },
    });
    this.guard = new FlightGuard({ ...shared, flights: this.flights, follower: this.follower, isSwitchedOn });
    this.phones = new Phones({ ...dialling, country, freed: () => this.worker.look() });
    const launcher = new Launcher({
      ...dialling,
      dryRun: parts.dryRun,
      sent: (flight) => {
        this.follower.watch(flight);
        this.guard.look();
      },
      notDialled: (flight, cause) => this.follower.notDialled(flight, cause),
    });
    this.worker = new Worker({
      ...dialling,
      launcher,
      phones: this.phones,
      employees: () => this.keeper.employees,
      rematcher: this.rematcher,
      isSwitchedOn,
      isBusy: (client) =>
        this.flights.calls(client) || this.intake.isDeciding(client) || this.talks.isOnTheLine(client),
      callersWait: (queue) => callersIn(queue, tracker.current) > 0,
    });
    this.intake = new Intake({
      ...shared,
      masterSwitch: this.masterSwitch,
      changed: (task) => this.worker.changed(task.id),
      matched: (task, book) => this.rematcher.note(task.id, book),
      talkMs: (call) => this.talks.talkMs(call),
      answered: (task) => void this.follower.stopFor(task),
    });
    const isOurs = (uuid: string): boolean => this.flights.get(uuid) !== undefined;
    const settled = (): Promise<void> => this.intake.idle();
    const watched = { ...shared, tracker, country, isOurs, settled };
    this.talks = new Talks({
      ...watched,
      successAfterMs: (client) => this.successAfterMs(client),
      talked: (talk) => this.intake.talked(talk),
    });
    this.backfill = new Backfill({ ...watched, talks: this.talks, cdrs: this.cdrs, clients: configuration.calls });
    this.lookout = new Lookout({
      ...watched,
      link,
      cdrs: this.cdrs,
      backfill: this.backfill,
      talks: this.talks,
      phones: this.phones,
    });
    this.watch = new LinkWatch({
      ...shared,
      link,
      tracker,
      rules: () => this.book.rules,
      catchUp: async (found, before) => {
        await this.phones.up(found.rows);
        await this.lookout.catchUp(found, before);
      },
      ready: () => {
        this.follower.lookForAll();
        this.guard.look();
        this.worker.poke();
      },
      lost: () => {
        this.lookout.lost();
        this.phones.lost();
      },
    });
    this.housekeeping = new Housekeeping({
      ...shared,
      retentionMs: configuration.retentionMs,
      timezone: configuration.timezone,
    });
    this.control = new ControlSocket(configuration.socket, this.handlers(), log);
    link.on({
      up: () => void this.watch.up().catch((error: unknown) => log.error({ err: error }, 'after the link came up')),
      down: (why) => this.watch.down(why),
      retry: (why, retryInMs) => this.watch.retrying(why, retryInMs),
      event: (event) => this.event(event),
      job: (job, result) => {
        this.follower.job(job, result);
        this.worker.look();
      },
      unreadable: (what) => log.warn(`an event could not be read: ${what}`),
    });
  }

  get book(): RuleBook {
    return this.keeper.book;
  }

  /** The rules, the attempts of a former run, the socket of the CLI; then the link. */
  async start(): Promise<void> {
    this.ruleWatch.start();
    if (!this.parts.dryRun) {
      this.resumeAttempts();
      await this.control.start();
    }
    this.outside.link.start();
    this.worker.start();
    this.lookout.start();
    this.housekeeping.start();
  }

  async stop(): Promise<void> {
    this.ruleWatch.stop();
    this.housekeeping.stop();
    this.lookout.stop();
    this.talks.stop();
    await this.backfill.stop();
    this.worker.stop();
    this.phones.stop();
    this.guard.stop();
    this.follower.stop();
    await this.outside.link.stop();
    await this.control.stop();
    await this.intake.idle();
    this.store.close();
  }

  /** Why there is no link; undefined when there is one, or none was tried yet. */
  get linkProblem(): string | undefined {
    return this.watch.problem?.message;
  }

  private handlers(): ReturnType<typeof controlHandlers> {
    const { store } = this;
    const { clock, configuration } = this.parts;
    const changed = (): void => this.worker.changed();
    const admin = new TaskAdmin(store, clock, (rule) => this.book.planOf(rule), this.policy, {
      cancelled: (task) => this.cancelled(task),
      changed,
    });
    const journal = new Journal(store, clock, this.policy, changed);
    const blacklist = new Blacklist(store, clock, configuration.country, {
      calling: (task) => this.follower.stopFor(task),
    });
    return controlHandlers(() => report(this.view()), admin, journal, blacklist, this.rules);
  }

  private resumeAttempts(): void {
    for (const attempt of this.store.openAttempts()) {
      const task = this.store.task(attempt.task);
      if (task === undefined) continue;
      const { successAfterMs = 5_000, afterwards = false } = this.book.callbackOf(task.rule, task.queue) ?? {};
      const cancelled = task.reason === 'cancelled by admin';
      const toStop = task.state !== 'calling';
      this.follower.resume(
        this.flights.add({
          attempt,
          client: task.client,
          rule: task.rule,
          successAfterMs,
          afterwards,
          cancelled,
          toStop,
        }),
      );
    }
  }

  private event(event: EslEvent): void {
    this.lookout.saw();
    this.watch.saw(event);
    this.backfill.saw(event);
    const freed = this.phones.event(event);
    this.talks.before(event);
    this.outside.tracker.take(event);
    this.talks.after(event);
    this.follower.event(event);
    if (freed || endsWaiting(event)) this.worker.look();
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') this.lineFree();
  }

  /** Rules, schedules or the master switch are others than before. */
  private rulesChanged(): void {
    const { log } = this.parts;
    this.ruleWatch.tell();
    this.guard.look();
    this.rematcher
      .catchUp()
      .catch((error: unknown) => log.error({ err: error }, 'open tasks could not be matched again'))
      .finally(() => this.worker.changed());
    this.watch.rulesChanged().catch((error: unknown) => log.error({ err: error }, 'FreeSWITCH could not be asked'));
  }

  private cancelled(task: Task): void {
    this.parts.log.info({ task: task.id }, 'task cancelled');
    const flight = this.flights.ofTask(task.id);
    if (flight !== undefined) this.follower.hangUp(flight);
  }

  /** A task may have waited for its client's call to end; what that call meant is decided first. */
  private lineFree(): void {
    void this.intake.idle().then(() => this.worker.poke());
  }

  private successAfterMs(client: string): number | undefined {
    const open = this.outside.durable.try('look for a task', () => this.store.openTaskOf(client))?.value;
    return open && this.book.callbackOf(open.rule, open.queue)?.successAfterMs;
  }

  private view(): View {
    const { parts, outside, watch, lookout, backfill, worker, store, keeper, masterSwitch, flights } = this;
    return {
      version: parts.version,
      now: parts.clock.now(),
      startedAt: outside.startedAt,
      link: outside.link,
      tracker: outside.tracker,
      databaseProblem: outside.durable.problem,
      warnings: parts.warnings,
      watch,
      lookout,
      backfill,
      worker,
      store,
      keeper,
      masterSwitch,
      flights,
    };
  }
}
