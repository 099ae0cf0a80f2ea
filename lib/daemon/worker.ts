import type { Logger } from 'pino';
import { afterAttempt, healthy, isPaused, type GatewayHealth } from '../callback/gateway-health.js';
import type { Configuration } from '../config/configuration.js';
import { close } from '../tasks/life-cycle.js';
import type { RuleBook } from '../tasks/rule-book.js';
import type { TaskStore } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Clock, Instant, Timer } from '../time/clock.js';
import { overallCap } from './caps.js';
import type { Durable } from './durable.js';
import type { Flight, Flights } from './flight.js';
import { Holds } from './holds.js';
import type { Launcher } from './launcher.js';
import { readinessOf, type Readiness, type ReadinessParts } from './readiness.js';
import type { Rematcher } from './rematcher.js';

export interface WorkerParts extends ReadinessParts {
  store: TaskStore;
  flights: Flights;
  book: () => RuleBook;
  configuration: Configuration;
  clock: Clock;
  durable: Durable;
  log: Logger;
  launcher: Pick<Launcher, 'launch'>;
  /** The link is up, and everything missed has been caught up with: else a client who was reached meanwhile might be called. */
  ready: () => boolean;
  rematcher: Rematcher;
  /** The master switch. */
  isSwitchedOn: () => boolean;
}

/** How many due tasks are looked at in one go. */
const batch = 50;

/** So many tasks are told what they all wait for. */
const toldAtOnce = 1_000;

/** A due task that can't be dialled just now (its client is on a call) is looked at again after this, ms. */
const lookAgain = 1_000;

/** Dials due tasks, in their order and within all limits. One timer to the next due task; no polling. */
export class Worker {
  private timer: Timer | undefined;
  private running = false;
  private health: GatewayHealth = healthy;
  private matching = false;
  private lastStartAt = 0;
  private readonly holds: Holds;
  /** What the tasks of this look wait for, by their ids. */
  private waits = new Map<number, string | undefined>();

  constructor(private readonly parts: WorkerParts) {
    this.holds = new Holds(parts.configuration.limits.snoozeMs);
  }

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
    this.holds.release(flight.attempt.task);
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

  /** A phone may have become free, or a queue empty: only tasks that wait for such are looked at. */
  look(): void {
    if (this.holds.look() || this.holds.hasReleased) this.poke();
  }

  /** This task, or every one, is another than before: what it waited for may not count any more. */
  changed(task?: number): void {
    if (task === undefined) this.holds.releaseAll();
    else this.holds.release(task);
    this.poke();
  }

  /** Dials what is due; returns when to look again. */
  private dialDue(): Instant | undefined {
    const { store, clock } = this.parts;
    const now = clock.now();
    // Poked again when that changes.
    if (!this.parts.isSwitchedOn()) return undefined;
    for (const task of store.expired(now)) this.close(task, { kind: 'expired' });
    if (!this.parts.ready() || this.matching) return undefined;
    this.holds.tidy(now);
    this.holds.look();
    const due = store.due(now, this.fullRules(), batch, this.holds.ids(now));
    if (this.matchFirst(due)) return undefined;
    const next = this.dialAll(due, now);
    this.tellWaits(due);
    return next;
  }

  private dialAll(due: readonly Task[], now: Instant): Instant | undefined {
    const { store, clock, flights, configuration, book } = this.parts;
    let skipped = false;
    for (const task of due) {
      if (this.isFull()) break;
      const sinceLast = clock.now() - this.lastStartAt; // negative when the clock was set back
      if (sinceLast >= 0 && sinceLast < configuration.outbound.paceMs)
        return this.lastStartAt + configuration.outbound.paceMs;
      const cap = overallCap(configuration.outbound, store, now);
      if (cap !== undefined) return this.allWait(due, cap.why, cap.until, now);
      const callback = book().callbackOf(task.rule, task.queue);
      if (callback !== undefined && flights.countOf(task.rule) >= callback.maxConcurrent) continue;
      skipped = !this.handle(task, readinessOf(task, now, this.parts), now) || skipped;
    }
    // The end of an attempt pokes.
    if (this.isFull()) return store.nextExpiry();
    const next = earliest(store.nextDue(this.fullRules(), this.holds.ids(now)), this.holds.next(now));
    return next === undefined ? undefined : Math.max(next, skipped ? now + lookAgain : now);
  }

  /** No further attempt may begin now: one probe at a time of a gateway that fails, and so many callbacks at a time. */
  private isFull(): boolean {
    const { flights, configuration } = this.parts;
    return (this.gatewayPaused && flights.size > 0) || flights.size >= configuration.outbound.overall.concurrent;
  }

  /** False when the task stays due and has to be looked at again soon. */
  private handle(task: Task, found: Readiness, now: Instant): boolean {
    const { store, launcher } = this.parts;
    if (found.kind === 'not now') return false;
    if (found.kind === 'waits') return (this.hold(task, found, now), true);
    this.holds.release(task.id);
    if (found.kind === 'ready') {
      const attempt = launcher.launch(task, found.draft, found.callback);
      if (attempt !== undefined) this.lastStartAt = attempt.startedAt;
    } else if (found.kind === 'later') {
      const later: Task = { ...task, dueAt: found.dueAt };
      delete later.waitsFor;
      store.saveTask(later);
    } else this.close(task, found);
    return true;
  }

  private hold(task: Task, { why, until, isOver }: Readiness & { kind: 'waits' }, now: Instant): void {
    if (until === undefined) this.holds.waitFor(task.id, isOver ?? never, now);
    else this.holds.until(task.id, until);
    this.waits.set(task.id, why);
    if (task.waitsFor !== why) this.parts.log.info({ task: task.id, waitsFor: why }, 'a due task waits');
  }

  /** A cap over all: until then nobody is dialled, unless an attempt ends before without having dialled its client. */
  private allWait(due: readonly Task[], why: string, until: Instant, now: Instant): Instant {
    const { store } = this.parts;
    const untold = due.filter(({ waitsFor }) => waitsFor !== why);
    if (untold.length > 0) this.parts.log.info({ tasks: untold.length, waitsFor: why }, 'due tasks wait');
    const all = due.length < batch ? due : store.due(now, this.fullRules(), toldAtOnce, this.holds.ids(now));
    for (const { id, waitsFor } of all) if (waitsFor !== why) this.waits.set(id, why);
    return earliest(until, store.nextExpiry()) ?? until;
  }

  /** Writes down what the tasks of this look wait for, where that is other than before. */
  private tellWaits(due: readonly Task[]): void {
    const { waits } = this;
    for (const { id, waitsFor } of due) if (waits.has(id) && waits.get(id) === waitsFor) waits.delete(id);
    if (waits.size > 0) this.parts.store.noteWaits(waits);
    this.waits = new Map();
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

  private close(task: Task, found: Readiness & { kind: 'expired' | 'closed' }): void {
    const { store, clock, log } = this.parts;
    this.holds.release(task.id);
    if (found.kind === 'expired') {
      store.saveTask(close(task, 'expired', 'expired', clock.now()));
      return log.info({ task: task.id }, 'task expired');
    }
    store.saveTask(close(task, 'cancelled', found.reason, clock.now()));
    log.warn({ task: task.id, why: found.why }, `task closed: ${found.reason}`);
  }
}

const never = (): boolean => false;

function earliest(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
