import type { Configuration } from '../../../lib/config/configuration.js';
import type { SimulatedEvent } from '../../../lib/simulator/event.js';
import type { SimulatedFreeswitch } from '../../../lib/simulator/simulated-freeswitch.js';
import type { SqliteStore } from '../../../lib/store/sqlite-store.js';
import type { RuleBook } from '../../../lib/tasks/rule-book.js';
import type { Attempt } from '../../../lib/tasks/task.js';
import type { Instant } from '../../../lib/time/clock.js';
import { isOpen } from '../../../lib/time/schedule.js';
import type { Truth } from './truth.js';

const hour = 3_600_000;
const day = 24 * hour;

interface Begun {
  readonly attempt: Attempt;
  readonly rule: string;
  readonly queue: string | undefined;
  clientDialled: boolean;
  clientOver: boolean;
  /** Phones that ring now. */
  readonly ringing: Set<string>;
  /** How many may; undefined: nothing is said of it. */
  readonly atOnce: number | undefined;
  /** Since when more do. */
  crowdedAt?: Instant;
}

/** Events by which a phone begins and stops to ring. */
const ringingEvents = ['CHANNEL_CREATE', 'CHANNEL_ANSWER', 'CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE'];
/** FreeSWITCH's own mistakes are put right that fast, ms. */
const atOnceGrace = 100;

export interface Judged {
  readonly freeswitch: SimulatedFreeswitch;
  readonly store: SqliteStore;
  readonly configuration: Configuration;
  readonly truth: Truth;
  readonly now: () => Instant;
  readonly book: () => RuleBook;
  readonly isSwitchedOn: () => boolean;
  /** Since when callbackd has seen everything; undefined: it is dead or has no link. */
  readonly linkedSince: () => Instant | undefined;
}

/** Looks at what goes out on the wire, and at what FreeSWITCH really dials, and holds it against the promises. */
export class Judge {
  readonly broken: string[] = [];
  /** How many originates and dialled clients were looked at, and how many phones rang for one attempt. */
  readonly seen = { originates: 0, clients: 0, mostRinging: 0 };
  private readonly begun = new Map<number, Begun>();
  private lastStartAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: Judged) {}

  /** Before FreeSWITCH gets it. */
  originate(command: string): void {
    const { store, now, configuration, isSwitchedOn } = this.parts;
    this.seen.originates += 1;
    const id = Number(/callbackd_attempt=(\d+)/.exec(command)?.[1]);
    const attempt = store.openAttempts().find((open) => open.id === id);
    const task = attempt && store.task(attempt.task);
    if (attempt === undefined || task === undefined)
      return this.blame(`an originate without an attempt on disk: ${id}`);
    if (this.begun.has(id)) return this.blame(`attempt ${id} was originated twice`);
    const others = [...this.begun.values()].filter((each) => this.lives(each));
    const { concurrent } = configuration.outbound.overall;
    if (others.length >= concurrent) this.blame(`${others.length + 1} callbacks at a time, ${concurrent} allowed`);
    const most = this.parts.book().callbackOf(task.rule, task.queue)?.maxConcurrent ?? 0;
    const ofRule = others.filter(({ rule }) => rule === task.rule).length;
    if (ofRule >= most) this.blame(`${ofRule + 1} callbacks of ${task.rule} at a time, ${most} allowed`);
    if (now() - this.lastStartAt < configuration.outbound.paceMs)
      this.blame(`${now() - this.lastStartAt} ms after the last start, pace ${configuration.outbound.paceMs}`);
    if (!isSwitchedOn()) this.blame(`attempt ${id} was begun while callbackd was switched off`);
    if (!this.isOpenFor(task.rule, task.queue)) this.blame(`attempt ${id} was begun while its schedule was closed`);
    const client = task.client.replace(/^\+/, '');
    const done = this.parts.truth.whyNot(client);
    if (done !== undefined) this.blame(`attempt ${id} calls ${task.client}: ${done.why} at ${at(done.at)}`);
    if (this.parts.truth.onTheLine(client)) this.blame(`attempt ${id} calls ${task.client}, who is on the line`);
    this.lastStartAt = now();
    const { to } = this.parts.book().callbackOf(task.rule, task.queue) ?? {};
    this.begun.set(id, {
      attempt,
      rule: task.rule,
      queue: task.queue,
      clientDialled: false,
      clientOver: false,
      ringing: new Set(),
      atOnce: to !== undefined && 'atOnce' in to ? to.atOnce : undefined,
    });
  }

  /** An event of FreeSWITCH, at the moment at which it happens. */
  take(event: SimulatedEvent): void {
    if (!ringingEvents.includes(event.name)) return;
    const { headers } = event;
    const begun = this.begun.get(Number(headers['variable_callbackd_attempt']));
    if (headers['variable_callbackd_leg'] !== 'client') return this.rings(begun, event);
    if (begun === undefined) return this.blame('a client was dialled for an attempt that nobody began');
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') begun.clientOver = true;
    if (event.name === 'CHANNEL_CREATE') this.clientDialled(begun, String(headers['Caller-Destination-Number']));
  }

  private rings(begun: Begun | undefined, { name, headers }: SimulatedEvent): void {
    const leg = String(headers['Unique-ID']);
    if (begun?.attempt.phones?.some((phone) => phone.leg === leg) !== true) return;
    if (name === 'CHANNEL_CREATE') begun.ringing.add(leg);
    else begun.ringing.delete(leg);
    const { attempt, ringing, atOnce = Infinity, crowdedAt } = begun;
    const now = this.parts.now();
    this.seen.mostRinging = Math.max(this.seen.mostRinging, ringing.size);
    if (ringing.size > atOnce) begun.crowdedAt ??= now;
    else delete begun.crowdedAt;
    const since = this.parts.linkedSince();
    const watched = since !== undefined && since <= attempt.startedAt;
    if (crowdedAt !== undefined && watched && now - crowdedAt > atOnceGrace)
      this.blame(`more than ${atOnce} phones of attempt ${attempt.id} rang together since ${at(crowdedAt)}`);
  }

  private clientDialled(begun: Begun, client: string): void {
    const { attempt, rule, queue } = begun;
    this.seen.clients += 1;
    if (begun.clientDialled) this.blame(`the client of attempt ${attempt.id} was dialled twice`);
    begun.clientDialled = true;
    const since = this.parts.linkedSince();
    // What was begun goes on inside FreeSWITCH when callbackd is dead.
    if (since === undefined || since >= this.parts.now() - 1000) return;
    const done = this.parts.truth.whyNot(client);
    if (done !== undefined && done.at >= since)
      this.blame(`${client} was dialled for attempt ${attempt.id}: ${done.why} at ${at(done.at)}`);
    if (!this.parts.isSwitchedOn()) this.blame(`${client} was dialled while callbackd was switched off`);
    if (!this.isOpenFor(rule, queue)) this.blame(`${client} was dialled while the schedule of ${rule} was closed`);
  }

  /** When all is over. */
  atTheEnd(): void {
    const { store, freeswitch } = this.parts;
    const { perClient, overall } = this.parts.configuration.outbound;
    const { dialled } = freeswitch.record;
    this.window(dialled, overall.perHour, hour, 'in all within an hour');
    this.window(dialled, overall.perDay, day, 'in all within a day');
    for (const client of new Set(dialled.map(({ number }) => number))) {
      const his = dialled.filter(({ number }) => number === client);
      this.window(his, perClient.perHour, hour, `to ${client} within an hour`);
      this.window(his, perClient.perDay, day, `to ${client} within a day`);
    }
    for (const task of store.tasks({ limit: 100_000 })) {
      if (task.state === 'waiting' || task.state === 'calling' || task.reason === undefined)
        this.blame(`task ${task.id} is ${task.state} (${task.reason ?? 'no reason'}, waits for ${task.waitsFor ?? '-'}, due ${at(task.dueAt)})`); // prettier-ignore
      for (const attempt of store.attempts(task.id)) this.ended(attempt);
    }
    if (freeswitch.liveLegs.length > 0) this.blame(`legs live: ${JSON.stringify(freeswitch.liveLegs)}`);
  }

  private ended({ id, outcome, endedAt }: Attempt): void {
    if (outcome === undefined || endedAt === undefined) this.blame(`attempt ${id} has not ended`);
    if (outcome !== 'reached') return;
    const really = this.parts.freeswitch.record.dialled.find(({ attempt }) => attempt === String(id));
    if (really?.answeredAt === undefined) this.blame(`attempt ${id} is said to have reached its client`);
  }

  private window(calls: readonly { readonly at: Instant }[], most: number, ms: number, what: string): void {
    for (const [index, call] of calls.entries()) {
      const later = calls[index + most];
      if (later !== undefined && later.at - call.at < ms)
        this.blame(`more than ${most} calls ${what}: ${at(call.at)} to ${at(later.at)}`);
    }
  }

  /** It rings employees, or goes on with the client. */
  private lives({ attempt, clientDialled, clientOver }: Begun): boolean {
    if (clientDialled) return !clientOver && this.alive(attempt.clientLeg);
    return [attempt.employeeLeg, ...(attempt.phones ?? []).map(({ leg }) => leg)].some((leg) => this.alive(leg));
  }

  private alive(uuid: string): boolean {
    return this.parts.freeswitch.liveLegs.some((leg) => leg.uuid === uuid);
  }

  private isOpenFor(rule: string, queue: string | undefined): boolean {
    const book = this.parts.book();
    const during = book.callbackOf(rule, queue)?.during;
    const schedule = during === undefined ? undefined : book.context.schedules.get(during);
    return schedule === undefined || isOpen(schedule, this.parts.now());
  }

  private blame(what: string): void {
    this.broken.push(`${at(this.parts.now())} ${what}`);
  }
}

const at = (instant: Instant): string => (Number.isFinite(instant) ? new Date(instant).toISOString() : 'ever');
