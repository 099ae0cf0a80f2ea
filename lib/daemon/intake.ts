import type { Logger } from 'pino';
import { callerOf } from '../calls/caller.js';
import type { DiallingPolicy } from '../calls/dialling-policy.js';
import type { EndedCall } from '../calls/call.js';
import type { Configuration } from '../config/configuration.js';
import { decide } from '../rules/decide.js';
import { spellings } from '../tasks/blacklist-pattern.js';
import type { BlacklistEntry } from '../tasks/blacklist-store.js';
import type { DialledNumbers } from '../tasks/dialled-numbers.js';
import { close, joinLoss, newTask, type Loss } from '../tasks/life-cycle.js';
import { historyOf, lossFacts } from '../tasks/loss-facts.js';
import type { MasterSwitch } from '../tasks/master-switch.js';
import type { CallDecision, TaskStore } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Clock } from '../time/clock.js';
import { formatSpan } from '../time/duration.js';
import type { Durable } from './durable.js';
import { LatestTalks } from './latest-talks.js';

import { closedBy, type Talk } from './talk.js';
import type { RuleBook } from '../tasks/rule-book.js';

export interface IntakeParts {
  store: TaskStore;
  book: () => RuleBook;
  masterSwitch: MasterSwitch;
  configuration: Configuration;
  /** Which numbers may be dialled. */
  policy: DiallingPolicy;
  /** Learns which numbers are the office's own. */
  dialled: Pick<DialledNumbers, 'saw'>;
  clock: Clock;
  durable: Durable;
  log: Logger;
  /** A task was made or came forward. */
  changed(task: Task): void;
  /** These rules have taken the task. */
  matched(task: Task, book: RuleBook): void;
  /** How long the client talked in a call that has just ended, ms; undefined when nobody knows. */
  talkMs(call: string): number | undefined;
  /** A client talked to an employee: his open task is closed. */
  answered(task: Task): void;
}

/** Without a task no rule says how long a conversation must last to count, ms: the rules' default. */
const usualSuccessAfterMs = 5_000;

/**
 * From a call that ended to a task: one call after the other, in the order of their ends. A call counts once, however
 * often it is seen; when the database can't take it, it waits here until it can.
 */
export class Intake {
  private last: Promise<void> = Promise.resolve();
  /** Clients of calls that are not on disk yet, and of how many. */
  private readonly pending = new Map<string, number>();
  private readonly talks = new LatestTalks();

  constructor(private readonly parts: IntakeParts) {}

  take(call: EndedCall): void {
    const talkMs = this.parts.talkMs(call.call);
    this.queue(call, () => this.handle(call, talkMs), call.e164);
  }

  /** A conversation that may make an open task needless: with an employee who called out, or one that goes on. */
  talked(talk: Talk): void {
    this.queue(talk, () => this.parts.durable.run('close a task', () => this.stopFor(talk)), talk.client);
  }

  /** What a call of this client means is being decided: nobody may dial him on what was known before. */
  isDeciding(client: string): boolean {
    return this.pending.has(client);
  }

  /** A call's `tried` was completed by later events. */
  complete(call: EndedCall): void {
    const { store, durable } = this.parts;
    this.queue(call, () => durable.run('complete a call', () => store.completeCall(call)));
  }

  /** One after the other; what fails (a bug) is told, and does not hold up the next. */
  private queue({ call }: { call: string }, work: () => Promise<void>, client?: string): void {
    if (client !== undefined) this.pending.set(client, (this.pending.get(client) ?? 0) + 1);
    this.last = this.last
      .then(work)
      .catch((error: unknown) => this.parts.log.error({ err: error, call }, 'a call could not be taken'))
      .finally(() => {
        if (client !== undefined) this.decided(client);
      });
  }

  private decided(client: string): void {
    const left = (this.pending.get(client) ?? 1) - 1;
    if (left > 0) this.pending.set(client, left);
    else this.pending.delete(client);
  }

  /** Resolves when all calls taken so far are on disk. */
  async idle(): Promise<void> {
    await this.last;
  }

  private async handle(call: EndedCall, talkMs: number | undefined): Promise<void> {
    const { store, durable } = this.parts;
    if (await durable.run('look for a call', () => store.knowsCall(call.call))) return;
    if (call.outcome === 'answered') return durable.run('keep an answered call', () => this.keepAnswered(call, talkMs));
    const caller = callerOf(call, this.parts.policy);
    const listed = store.blacklistEntryOf(spellings(call), this.parts.clock.now());
    const book = this.parts.book();
    const decision =
      listed !== undefined
        ? blacklisted(listed)
        : caller.whyNot === undefined
          ? await this.decideInTime(call, caller.e164, book)
          : nobody(caller.whyNot);
    await durable.run('keep a lost call', () =>
      this.keepLost(call, decision, caller.whyNot === undefined ? caller.e164 : undefined, book),
    );
  }

  /** A call that was found too late is only recorded. */
  private async decideInTime(call: EndedCall, client: string, book: RuleBook): Promise<CallDecision> {
    const { maxAgeMs } = this.parts.configuration.backfill;
    const age = this.parts.clock.now() - call.endedAt;
    if (!this.parts.masterSwitch.wasOn(call.endedAt)) return nobody('callbackd was switched off');
    if (age <= maxAgeMs) return this.decide(call, client, book);
    return nobody(
      `it was found ${formatSpan(age)} after its end, more than backfill.maxAge (${formatSpan(maxAgeMs)}): only recorded`,
    );
  }

  private async decide(call: EndedCall, client: string, book: RuleBook): Promise<CallDecision> {
    const { configuration, store } = this.parts;
    const history = historyOf(call, client, store, configuration.timezone);
    const { rule, action, reasons } = await decide(lossFacts(call, history), book.rules, book.context);
    return { action, reasons, history, ...(rule !== undefined && { rule: rule.id }) };
  }

  private keepLost(call: EndedCall, decision: CallDecision, client: string | undefined, book: RuleBook): void {
    this.parts.dialled.saw(call);
    const kept = this.parts.store.takeCall(call, decision, client, (open) =>
      this.taskAfter(call, decision, client, open, book),
    );
    if (kept === undefined) return;
    this.parts.log.info(
      {
        call: call.call,
        outcome: call.outcome,
        place: call.place,
        queue: call.queue,
        waited: call.waited,
        action: decision.action,
        rule: decision.rule,
        why: whyOf(decision),
        task: kept.task?.id,
      },
      'client call lost',
    );
    if (kept.task?.state === 'reached') this.tellStop(kept.task);
    if (kept.task === undefined) return;
    if (decision.action === 'callback') this.parts.matched(kept.task, book);
    this.parts.changed(kept.task);
  }

  private taskAfter(
    call: EndedCall,
    decision: CallDecision,
    client: string | undefined,
    open: Task | undefined,
    book: RuleBook,
  ): Omit<Task, 'id'> | undefined {
    if (decision.blacklisted !== undefined && open?.state === 'waiting')
      return close(open, 'cancelled', 'blacklisted', this.parts.clock.now());
    if (client === undefined || decision.action !== 'callback') return undefined;
    const plan = book.planOf(decision.rule ?? '');
    if (plan === undefined) return undefined;
    const loss = lossOf(call, client);
    if (open !== undefined) return this.afterTalk(joinLoss(open, loss, plan));
    const made: Partial<Task> & Omit<Task, 'id'> = this.afterTalk({
      id: 0,
      ...newTask(loss, plan, this.parts.clock.now()),
    });
    delete made.id; // the store gives it
    return made;
  }

  /** When the loss came out late, and somebody has talked with the client since, the task is closed as soon as it is made. */
  private afterTalk(task: Task): Task {
    const talk = this.talks.of(task.client);
    return talk === undefined ? task : (this.closedBy(talk, task) ?? task);
  }

  private keepAnswered(call: EndedCall, ms = Number.POSITIVE_INFINITY): void {
    this.parts.dialled.saw(call);
    const { e164 } = callerOf(call, this.parts.policy);
    const decision: CallDecision = { action: 'none', reasons: [] };
    const talk = { call: call.call, client: e164 ?? '', how: 'client called in', until: call.endedAt, ms } as const;
    const kept = this.parts.store.takeCall(call, decision, e164, (open) => open && this.closedBy(talk, open));
    if (kept === undefined) return;
    this.talks.add(talk, this.parts.clock.now());
    this.tellStop(kept.task);
  }

  private stopFor(talk: Talk): void {
    const { store, clock } = this.parts;
    this.talks.add(talk, clock.now());
    const open = store.openTaskOf(talk.client);
    const closed = open && this.closedBy(talk, open);
    if (closed !== undefined) store.saveTask(closed);
    const enough = open === undefined ? talk.ms >= usualSuccessAfterMs : closed !== undefined;
    if (enough) store.noteTalk(talk.client, talk.until);
    this.tellStop(closed);
  }

  private closedBy(talk: Talk, task: Task): Task | undefined {
    const successAfterMs = this.parts.book().callbackOf(task.rule, task.queue)?.successAfterMs ?? 0;
    return closedBy(talk, task, successAfterMs, this.parts.clock.now());
  }

  private tellStop(task: Task | undefined): void {
    if (task === undefined) return;
    const what = task.reason === 'client called in' ? 'the client called in' : 'an employee called the client';
    this.parts.log.info({ task: task.id, call: task.closedBy }, `task closed: ${what}`);
    this.parts.answered(task);
  }
}

/** Why nobody is called back, in a few words; undefined when somebody is. */
function whyOf({ action, whyNot, reasons }: CallDecision): string | undefined {
  if (action === 'callback') return undefined;
  return whyNot ?? (reasons.map(({ rule, reason }) => `${rule}: ${reason}`).join('; ') || 'there is no rule');
}

function nobody(whyNot: string): CallDecision {
  return { action: 'none', reasons: [], whyNot };
}

function blacklisted({ pattern, reason }: BlacklistEntry): CallDecision {
  const whyNot = `the caller is on the blacklist: ${pattern}${reason === undefined ? '' : ` (${reason})`}`;
  return { ...nobody(whyNot), blacklisted: pattern };
}

function lossOf(call: EndedCall, client: string): Loss {
  return {
    client,
    name: call.name,
    call: call.call,
    lostAt: Math.round(call.endedAt),
    waited: call.waited ?? 0,
    dialled: call.dialled,
    queue: call.queue,
    requested: call.outcome === 'requested',
  };
}
