import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { whyNotDialled } from '../calls/phone-number.js';
import { afterAttempt, healthy, isPaused, type GatewayHealth } from '../callback/gateway-health.js';
import { UnsafeValue } from '../callback/dial-string.js';
import { describeTarget, originateCommand, type CallbackPlan } from '../callback/originate.js';
import type { Configuration } from '../config/configuration.js';
import type { Link } from '../esl/link.js';
import { close, isExpired } from '../tasks/life-cycle.js';
import type { TaskStore } from '../tasks/store.js';
import type { Attempt, Task } from '../tasks/task.js';
import type { Clock, Timer } from '../time/clock.js';
import type { Durable } from './durable.js';
import type { Flight, Flights } from './flight.js';
import { callbackPlan } from './callback-plan.js';
import type { RuleBook } from '../tasks/rule-book.js';
import type { Rematcher } from './rematcher.js';

export interface WorkerParts {
  store: TaskStore;
  link: Link;
  flights: Flights;
  book: () => RuleBook;
  configuration: Configuration;
  clock: Clock;
  durable: Durable;
  log: Logger;
  /** Core-UUID of the FreeSWITCH at the other end. */
  coreUuid: () => string;
  /** The link is up, and everything missed has been caught up with: else a client who was reached meanwhile might be called. */
  ready: () => boolean;
  /** True while the client is on a call or waits in a queue. */
  isBusy: (client: string) => boolean;
  /** An originate is on its way. */
  sent: (flight: Flight) => void;
  rematcher: Rematcher;
  /** The master switch. */
  isSwitchedOn: () => boolean;
  /** Only says whom it would call back. */
  dryRun: boolean;
  /** Settles a flight whose originate was not carried out. */
  notDialled: (flight: Flight, cause: string) => void;
}

/** How many due tasks are looked at in one go. */
const batch = 50;

/** A due task that can't be dialled just now (its client is on a call) is looked at again after this, ms. */
const lookAgain = 1_000;

/**
 * Dials due tasks. One timer to the next due task; no polling. An attempt is on disk before its originate is sent,
 * and an originate is sent once.
 */
export class Worker {
  private timer: Timer | undefined;
  private running = false;
  private health: GatewayHealth = healthy;
  private matching = false;
  private lastStartAt = 0;

  constructor(private readonly parts: WorkerParts) {}

  /** From now on due tasks are dialled. */
  start(): void {
    this.running = true;
    const { store } = this.parts;
    const latest = [...store.openAttempts(), ...store.lastAttempts(1)];
    this.lastStartAt = Math.max(0, ...latest.map(({ startedAt }) => startedAt));
    this.health = this.parts.store
      .lastAttempts(20)
      .reverse()
      .reduce(
        (health, attempt) =>
          attempt.outcome === undefined ? health : afterAttempt(health, attempt.client, attempt.outcome),
        healthy,
      );
    this.poke();
  }

  /** No further task is dialled; attempts in flight go on inside FreeSWITCH. */
  stop(): void {
    this.running = false;
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** An attempt over the gateway has ended. */
  ended(flight: Flight, outcome: Parameters<typeof afterAttempt>[2]): void {
    const before = isPaused(this.health);
    this.health = afterAttempt(this.health, flight.client, outcome);
    if (isPaused(this.health) === before) return;
    if (before) this.parts.log.info('the gateway works again');
    else
      this.parts.log.warn(
        { clients: this.health.failed.length },
        'the gateway is paused: client legs fail one after the other; the next due attempt is the probe',
      );
  }

  get gatewayPaused(): boolean {
    return isPaused(this.health);
  }

  /** Something may have become due, or a place free. */
  poke(): void {
    if (!this.running) return;
    this.timer?.cancel();
    this.timer = undefined;
    const again = this.parts.durable.try('look for due tasks', () => this.dialDue());
    const next = again === undefined ? this.parts.clock.now() + lookAgain : again.value;
    if (next !== undefined) this.timer = this.parts.clock.after(next - this.parts.clock.now(), () => this.poke());
  }

  /** Dials what is due; returns when to look again. */
  private dialDue(): number | undefined {
    const { store, clock, flights, configuration } = this.parts;
    const now = clock.now();
    // Poked again when that changes.
    if (!this.parts.isSwitchedOn()) return undefined;
    for (const task of store.expired(now)) this.expire(task);
    if (!this.parts.ready() || this.matching) return undefined;
    const due = store.due(now, this.fullRules(), batch);
    if (this.matchFirst(due)) return undefined;
    let skipped = false;
    for (const task of due) {
      if (this.gatewayPaused && flights.size > 0) break; // one probe at a time; its end pokes
      const sinceLast = clock.now() - this.lastStartAt; // negative when the clock was set back
      if (sinceLast >= 0 && sinceLast < configuration.outbound.paceMs)
        return this.lastStartAt + configuration.outbound.paceMs;
      const callback = this.parts.book().callbackOf(task.rule, task.queue);
      if (callback !== undefined && flights.countOf(task.rule) >= callback.maxConcurrent) continue;
      skipped = !this.dial(task, now) || skipped;
    }
    const next = store.nextDue(this.fullRules());
    if (this.gatewayPaused && flights.size > 0) return undefined;
    return next === undefined ? undefined : Math.max(next, skipped ? now + lookAgain : now);
  }

  /** Whether some of them have to be matched again before one is dialled: order and places depend on all. */
  private matchFirst(due: readonly Task[]): boolean {
    const { rematcher, durable, clock, log } = this.parts;
    const stale = due.filter((task) => !rematcher.isMatched(task));
    if (stale.length === 0) return false;
    this.matching = true;
    let failed = false;
    rematcher
      .match(stale)
      .catch((error: unknown) => {
        failed = true;
        log.error({ err: error }, 'tasks could not be matched again');
      })
      .finally(() => {
        this.matching = false;
        // What can't be kept now would be matched for ever, and nothing else would have its turn.
        if (!failed && durable.problem === undefined) this.poke();
        else if (this.running) this.timer = clock.after(lookAgain, () => this.poke());
      });
    return true;
  }

  private fullRules(): string[] {
    const full = [...this.parts.flights.rules].filter(([rule, count]) => {
      const callback = this.parts.book().callbackOf(rule);
      return callback !== undefined && count >= callback.maxConcurrent;
    });
    return full.map(([rule]) => rule);
  }

  private expire(task: Task): void {
    this.parts.store.saveTask(close(task, 'expired', 'expired', this.parts.clock.now()));
    this.parts.log.info({ task: task.id }, 'task expired');
  }

  /** False when the task stays due. */
  private dial(task: Task, now: number): boolean {
    const { store, configuration, flights } = this.parts;
    if (isExpired(task, now)) return (this.expire(task), true);
    const callback = this.parts.book().callbackOf(task.rule, task.queue);
    const plan = this.parts.book().planOf(task.rule);
    if (callback === undefined || plan === undefined) return false; // matched again before the next look
    const opening = plan.opening(now);
    if (opening === undefined || opening > now) {
      store.saveTask(opening === undefined ? close(task, 'expired', 'expired', now) : { ...task, dueAt: opening });
      return true;
    }
    const refusal = whyNotDialled(task.client, configuration.outbound.allow);
    if (refusal !== undefined) {
      this.parts.log.warn({ task: task.id, why: refusal }, 'task closed: its number may not be dialled');
      store.saveTask(close(task, 'cancelled', 'number not allowed', now));
      return true;
    }
    const listed = store.blacklistEntryOf([task.client], now);
    if (listed !== undefined) {
      this.parts.log.info({ task: task.id, pattern: listed.pattern }, 'task closed: its client is on the blacklist');
      store.saveTask(close(task, 'cancelled', 'blacklisted', now));
      return true;
    }
    if (flights.calls(task.client) || this.parts.isBusy(task.client)) return false;
    return this.originate(task, callbackPlan(task, callback, configuration), callback.successAfterMs);
  }

  private originate(
    task: Task,
    draft: Omit<CallbackPlan, 'attempt' | 'employeeLeg' | 'clientLeg'> | undefined,
    successAfterMs: number,
  ): boolean {
    if (draft === undefined) return false; // no outbound.route: said at start and by status
    const legs = { employeeLeg: randomUUID(), clientLeg: randomUUID() };
    try {
      originateCommand({ ...draft, ...legs, attempt: 0 });
    } catch (error) {
      if (!(error instanceof UnsafeValue)) throw error;
      this.parts.log.error({ task: task.id, why: error.message }, 'not dialled');
      return false;
    }
    if (this.parts.dryRun) return (this.show(task, draft), true);
    const attempt = this.parts.store.claim(task.id, {
      ...legs,
      job: randomUUID(),
      startedAt: this.parts.clock.now(),
      coreUuid: this.parts.coreUuid(),
      target: describeTarget(draft.target),
    });
    if (attempt === undefined) return true; // no longer waiting
    this.send(task, attempt, originateCommand({ ...draft, ...legs, attempt: attempt.id }), successAfterMs);
    return true;
  }

  /** Dry run: the task is over when it has been told, in the copy of the database that a dry run works on. */
  private show(task: Task, { target, callerId }: { target: CallbackPlan['target']; callerId: string }): void {
    const { store, clock, log } = this.parts;
    store.saveTask(close(task, 'cancelled', 'cancelled by admin', clock.now()));
    const { id, client, rule } = task;
    log.info({ task: id, client, rule, target: describeTarget(target), callerId }, 'dry run: would call back now');
  }

  private send(task: Task, attempt: Attempt, command: string, successAfterMs: number): void {
    const { flights, link, log } = this.parts;
    this.lastStartAt = attempt.startedAt;
    const flight = flights.add({ attempt, client: task.client, rule: task.rule, successAfterMs });
    log.info(
      { task: task.id, attempt: attempt.id, target: attempt.target, waitedMs: this.parts.clock.now() - task.lostAt },
      'calling back',
    );
    this.parts.sent(flight);
    link.bgapi(command, attempt.job).then(
      (reply) => {
        // `unknown`: the link broke while it was on its way; it is settled by looking when the link is up again.
        if (reply.kind === 'error' || reply.kind === 'not-sent') this.parts.notDialled(flight, reply.text);
      },
      (error: unknown) => log.error({ err: error, attempt: attempt.id }, 'the originate failed'),
    );
  }
}
