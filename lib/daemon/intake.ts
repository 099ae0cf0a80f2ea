import type { Logger } from 'pino';
import { callerOf } from '../calls/caller.js';
import type { EndedCall } from '../calls/call.js';
import type { Configuration } from '../config/configuration.js';
import { decide } from '../rules/decide.js';
import { close, joinLoss, newTask, type Loss } from '../tasks/life-cycle.js';
import type { CallDecision, TaskStore } from '../tasks/store.js';
import type { Task } from '../tasks/task.js';
import type { Clock } from '../time/clock.js';
import type { Durable } from './durable.js';
import { lossFacts } from './loss-facts.js';
import type { RuleBook } from '../tasks/rule-book.js';

export interface IntakeParts {
  store: TaskStore;
  book: () => RuleBook;
  configuration: Configuration;
  clock: Clock;
  durable: Durable;
  log: Logger;
  /** A task was made or came forward. */
  changed(task: Task): void;
  /** A client talked to an employee: his open task is closed. */
  answered(task: Task): void;
}

/**
 * From a call that ended to a task: one call after the other, in the order of their ends. A call counts once, however
 * often it is seen; when the database can't take it, it waits here until it can.
 */
export class Intake {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly parts: IntakeParts) {}

  take(call: EndedCall): void {
    this.queue(call, () => this.handle(call));
  }

  /** A call's `tried` was completed by later events. */
  complete(call: EndedCall): void {
    const { store, durable } = this.parts;
    this.queue(call, () => durable.run('complete a call', () => store.completeCall(call)));
  }

  /** One after the other; what fails (a bug) is told, and does not hold up the next. */
  private queue(call: EndedCall, work: () => Promise<void>): void {
    this.last = this.last
      .then(work)
      .catch((error: unknown) => this.parts.log.error({ err: error, call: call.call }, 'a call could not be taken'));
  }

  /** Resolves when all calls taken so far are on disk. */
  async idle(): Promise<void> {
    await this.last;
  }

  private async handle(call: EndedCall): Promise<void> {
    const { store, durable } = this.parts;
    if (store.knowsCall(call.call)) return;
    if (call.outcome === 'answered') return durable.run('keep an answered call', () => this.keepAnswered(call));
    const caller = callerOf(call, this.parts.configuration.outbound.allow);
    const decision = caller.whyNot === undefined ? await this.decide(call, caller.e164) : nobody(caller.whyNot);
    await durable.run('keep a lost call', () =>
      this.keepLost(call, decision, caller.whyNot === undefined ? caller.e164 : undefined),
    );
  }

  private async decide(call: EndedCall, client: string): Promise<CallDecision> {
    const { configuration, store } = this.parts;
    const book = this.parts.book();
    const facts = lossFacts(call, client, store, configuration.timezone);
    const { rule, action, reasons } = await decide(facts, book.rules, book.context);
    return { action, reasons, ...(rule !== undefined && { rule: rule.id }) };
  }

  private keepLost(call: EndedCall, decision: CallDecision, client: string | undefined): void {
    const kept = this.parts.store.takeCall(call, decision, client, (open) =>
      this.taskAfter(call, decision, client, open),
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
    if (kept.task !== undefined) this.parts.changed(kept.task);
  }

  private taskAfter(
    call: EndedCall,
    decision: CallDecision,
    client: string | undefined,
    open: Task | undefined,
  ): Omit<Task, 'id'> | undefined {
    if (client === undefined || decision.action !== 'callback') return undefined;
    const plan = this.parts.book().planOf(decision.rule ?? '');
    if (plan === undefined) return undefined;
    const loss = lossOf(call, client);
    return open === undefined ? newTask(loss, plan, this.parts.clock.now()) : joinLoss(open, loss, plan);
  }

  private keepAnswered(call: EndedCall): void {
    const { clock, configuration, store } = this.parts;
    const { e164 } = callerOf(call, configuration.outbound.allow);
    const decision: CallDecision = { action: 'none', reasons: [] };
    const kept = store.takeCall(call, decision, e164, (open) =>
      open === undefined || call.endedAt < open.lostAt
        ? undefined
        : close(open, 'reached', 'client called in', clock.now()),
    );
    if (kept?.task === undefined) return;
    this.parts.log.info({ task: kept.task.id, call: call.call }, 'task closed: the client called in');
    this.parts.answered(kept.task);
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
