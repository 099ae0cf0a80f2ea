import type { Logger } from 'pino';
import { CdrFolder } from '../calls/cdr.js';
import { isAnonymous, toE164 } from '../calls/phone-number.js';
import { CallTracker } from '../calls/tracker.js';
import type { Configuration } from '../config/configuration.js';
import { EslLink } from '../esl/esl-link.js';
import type { EslEvent } from '../esl/event.js';
import type { LinkProblem } from '../esl/link.js';
import { usualLinkOptions } from '../esl/settings.js';
import type { Rule, RuleContext } from '../rules/rule.js';
import { lockForWriting, openDatabase, type WriterLock } from '../store/database.js';
import { SqliteStore } from '../store/sqlite-store.js';
import { TaskAdmin, type Refusal } from '../tasks/admin.js';
import type { Status } from '../tasks/status.js';
import type { TaskFilter } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Clock, Timer } from '../time/clock.js';
import { ControlSocket } from './control.js';
import { Durable } from './durable.js';
import { Flights } from './flight.js';
import { Follower } from './follower.js';
import { examine } from './freeswitch.js';
import { Intake } from './intake.js';
import { RuleBook } from '../tasks/rule-book.js';
import { Worker } from './worker.js';

export interface DaemonParts {
  version: string;
  configuration: Configuration;
  context: RuleContext;
  rules: readonly Rule[];
  /** Warnings of the check at start, shown by `status`. */
  warnings: readonly string[];
  eslPassword: string;
  clock: Clock;
  log: Logger;
}

/** Events that callbackd reads; CUSTOM subclasses come last on the wire. */
const events = [
  'CHANNEL_CREATE', 'CHANNEL_PROGRESS', 'CHANNEL_ANSWER', 'CHANNEL_BRIDGE', 'CHANNEL_UNBRIDGE', 'CHANNEL_HOLD', 'CHANNEL_UNHOLD',
  'CHANNEL_HANGUP_COMPLETE', 'SHUTDOWN', 'HEARTBEAT',
]; // prettier-ignore

/** How often the time up to which FreeSWITCH was seen is written down, ms. */
const noteInterval = 5_000;

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
  private coreUuid = '';
  private callcenter = false;
  private linkSince: number;
  private linkProblem: LinkProblem | undefined;
  private freeswitchProblems: string[] = [];
  private gap: Status['gap'];
  private seenUntil: number | undefined;
  /** Everything up to now has been seen: no gap is being looked into. */
  private caughtUp = false;
  private noteTimer: Timer | undefined;

  constructor(private readonly parts: DaemonParts) {
    const { clock, configuration, log } = parts;
    this.startedAt = this.linkSince = clock.now();
    this.durable = new Durable(clock, log);
    this.cdrs = new CdrFolder(configuration.backfill.dir);
    this.book = new RuleBook(parts.rules, parts.context, configuration.limits.snoozeMs);
    this.tracker = new CallTracker(
      { ...configuration.calls, requestKeys: configuration.requests.keys, country: configuration.country },
      { ended: (call) => this.running?.intake.take(call), completed: (call) => this.running?.intake.complete(call) },
    );
    this.link = new EslLink({
      ...usualLinkOptions,
      ...configuration.esl,
      password: parts.eslPassword,
      clock,
      events,
      subclasses: ['callcenter::info'],
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
      this.seenUntil = Number(this.running.store.recall('seenUntil')) || undefined;
      this.resumeAttempts(this.running);
      await this.running.control.start();
    } catch (error) {
      this.lock.release();
      this.running = undefined;
      throw error;
    }
    this.link.start();
    this.running.worker.start();
    this.note();
  }

  async stop(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    this.noteTimer?.cancel();
    running.worker.stop();
    running.follower.stop();
    await this.link.stop();
    await running.control.stop();
    await running.intake.idle();
    running.store.close();
    this.lock?.release();
    this.running = undefined;
  }

  private assemble(store: SqliteStore): Running {
    const { clock, configuration, log } = this.parts;
    const shared = { store, clock, log, configuration, durable: this.durable, book: () => this.book };
    const dialling = { ...shared, link: this.link, flights: this.flights, coreUuid: () => this.coreUuid };
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
      isBusy: (client) => this.isBusy(client),
      sent: (flight) => follower.watch(flight),
      notDialled: (flight, cause) => follower.notDialled(flight, cause),
    });
    const intake = new Intake({ ...shared, changed: () => worker.poke(), answered: (task) => this.hangUp(task) });
    const admin = new TaskAdmin(store, clock, (rule) => this.book.planOf(rule), {
      cancelled: (task) => this.cancelled(task),
      changed: () => worker.poke(),
    });
    const control = new ControlSocket(configuration.socket, this.handlers(admin), log);
    this.link.on({
      up: () => void this.up().catch((error: unknown) => log.error({ err: error }, 'after the link came up')),
      down: (why) => this.down(why),
      retry: (why, retryInMs) => this.retrying(why, retryInMs),
      event: (event) => this.event(event),
      job: (job, result) => follower.job(job, result),
      unreadable: (what) => log.warn(`an event could not be read: ${what}`),
    });
    return { store, follower, worker, intake, control };
  }

  private handlers(admin: TaskAdmin): Record<string, (request: Record<string, unknown>) => unknown> {
    const id = (request: Record<string, unknown>): number => Number(request.id);
    return {
      status: () => this.status(),
      'tasks.list': (request) => admin.list(request.filter as TaskFilter),
      'tasks.show': (request) => admin.show(id(request)),
      'tasks.cancel': (request): Task | Refusal => admin.cancel(id(request)),
      'tasks.retry': (request): Task | Refusal => admin.retry(id(request)),
    };
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
    if (this.caughtUp) this.seenUntil = this.parts.clock.now();
    if (event.coreUuid !== '' && event.coreUuid !== this.coreUuid && this.coreUuid !== '')
      this.restarted(event.coreUuid);
    this.tracker.take(event);
    this.running?.follower.event(event);
    if (event.name === 'CHANNEL_HANGUP_COMPLETE' && event.header('Call-Direction') === 'inbound')
      this.running?.worker.poke();
  }

  private restarted(coreUuid: string): void {
    this.parts.log.warn('FreeSWITCH was restarted');
    this.coreUuid = coreUuid;
    this.tracker.coreIs(coreUuid);
    this.running?.follower.lookForAll();
  }

  private async up(): Promise<void> {
    const { log, clock } = this.parts;
    const from = this.seenUntil;
    const before = new Set(this.tracker.current.map(({ uuid }) => uuid));
    this.linkSince = clock.now();
    this.linkProblem = undefined;
    const found = await examine(this.link, this.book.rules);
    if (found === undefined) return; // it broke again
    this.callcenter = found.callcenter;
    this.freeswitchProblems = found.problems;
    for (const problem of found.problems) log.error(problem);
    if (this.coreUuid !== '' && found.coreUuid !== this.coreUuid) log.warn('FreeSWITCH was restarted');
    this.coreUuid = found.coreUuid;
    await this.recover(from, found.channels, before);
    this.seen();
    this.tracker.coreIs(found.coreUuid);
    log.info({ coreUuid: found.coreUuid }, 'link to FreeSWITCH is up');
    this.running?.follower.lookForAll();
    this.running?.worker.poke();
  }

  /** Calls that ended while nobody was listening: their CDRs tell. */
  private async recover(
    from: number | undefined,
    channels: ReadonlySet<string>,
    before: ReadonlySet<string>,
  ): Promise<void> {
    const { running } = this;
    if (from === undefined || running === undefined) return;
    let recovered = 0;
    for (const cdr of await this.cdrs.since(from - noteInterval * 2)) {
      if (channels.has(cdr.uuid) || running.store.knowsCall(cdr.uuid)) continue;
      if (this.tracker.takeCdr(cdr)) recovered += 1;
    }
    this.tracker.coreIs(this.coreUuid);
    const missed = this.tracker.drop(({ uuid }) => before.has(uuid) && !channels.has(uuid));
    for (const life of missed)
      this.parts.log.warn({ call: life.uuid }, 'the end of a call was missed, and there is no CDR of it');
    await running.intake.idle();
    this.gap = { from, to: this.parts.clock.now(), recovered };
    if (recovered > 0) this.parts.log.info(this.gap, 'calls found that ended while callbackd saw nothing');
  }

  private down(why: LinkProblem): void {
    this.caughtUp = false;
    this.linkSince = this.parts.clock.now();
    this.linkProblem = why;
    this.parts.log.warn({ hint: why.hint }, `link to FreeSWITCH is down: ${why.message}`);
  }

  private retrying(why: LinkProblem, retryInMs: number): void {
    if (this.linkProblem?.message !== why.message)
      this.parts.log.error({ hint: why.hint, retryInMs }, `no link to FreeSWITCH: ${why.message}`);
    this.linkProblem = why;
  }

  private cancelled(task: Task): void {
    this.parts.log.info({ task: task.id }, 'task cancelled');
    this.hangUp(task);
  }

  private hangUp(task: Task): void {
    const flight = this.flights.ofTask(task.id);
    if (flight !== undefined) this.running?.follower.hangUp(flight);
  }

  private isBusy(client: string): boolean {
    const { country } = this.parts.configuration;
    return this.tracker.current.some(({ number }) => !isAnonymous(number) && toE164(number, country) === client);
  }

  /** From now on the calls of this FreeSWITCH are seen. Written down at once: what ends after this is looked for after a crash. */
  private seen(): void {
    const now = this.parts.clock.now();
    this.seenUntil = now;
    this.caughtUp = true;
    this.durable.try('note the time', () => this.running?.store.remember('seenUntil', String(now)));
  }

  /** Writes down from time to time up to when FreeSWITCH was seen, so that a gap is known after a crash. */
  private note(): void {
    const { running, seenUntil } = this;
    if (running === undefined) return;
    if (seenUntil !== undefined)
      this.durable.try('note the time', () => running.store.remember('seenUntil', String(seenUntil)));
    this.noteTimer = this.parts.clock.after(noteInterval, () => this.note());
  }

  private status(): Status {
    const { running, parts, linkProblem } = this;
    const nextDueAt = running?.store.nextDue([]);
    return {
      version: parts.version,
      startedAt: this.startedAt,
      link: {
        state: this.link.state,
        since: this.linkSince,
        ...(linkProblem !== undefined && { problem: { message: linkProblem.message, hint: linkProblem.hint } }),
      },
      ...(this.coreUuid !== '' && { freeswitch: { coreUuid: this.coreUuid, callcenter: this.callcenter } }),
      clients: this.tracker.current.map((life) => {
        const last = life.phases.at(-1);
        return {
          since: life.startedAt,
          talking: life.bridged,
          ...(life.number !== undefined && { number: life.number }),
          ...(last?.kind === 'queue' && { queue: last.queue }),
        };
      }),
      calling: this.flights.all.map(({ attempt, client }) => ({
        task: attempt.task,
        client,
        target: attempt.target,
        since: attempt.startedAt,
      })),
      tasks: running?.store.countTasks() ?? {
        waiting: 0,
        calling: 0,
        reached: 0,
        'gave-up': 0,
        expired: 0,
        cancelled: 0,
      },
      ...(nextDueAt !== undefined && { nextDueAt }),
      rules: this.book.rules.filter(({ enabled }) => enabled).length,
      problems: [...parts.warnings, ...this.freeswitchProblems, ...this.ownProblems()],
      ...(this.gap !== undefined && { gap: this.gap }),
    };
  }

  private ownProblems(): string[] {
    const problems: string[] = [];
    if (this.durable.problem !== undefined)
      problems.push(`${this.durable.problem.message}: ${this.durable.problem.hint}`);
    if (this.running?.worker.gatewayPaused === true)
      problems.push('the gateway is paused: client legs fail one after the other');
    return problems;
  }
}

interface Running {
  store: SqliteStore;
  follower: Follower;
  worker: Worker;
  intake: Intake;
  control: ControlSocket;
}
