import type { Logger } from 'pino';
import { decide } from '../rules/decide.js';
import { close, replan } from '../tasks/life-cycle.js';
import { storedFacts } from '../tasks/loss-facts.js';
import { outcomes } from '../tasks/outcome.js';
import type { RuleBook } from '../tasks/rule-book.js';
import type { TaskStore } from '../tasks/store.js';
import { isOpen, type Plan, type Task } from '../tasks/task.js';
import type { Clock } from '../time/clock.js';
import type { Durable } from './durable.js';

export interface RematcherParts {
  store: TaskStore;
  book: () => RuleBook;
  clock: Clock;
  durable: Durable;
  log: Logger;
}

/** More tasks than that matched by the same rules are matched once more. */
const rememberedAtMost = 10_000;

/** More open tasks than a small office can have. */
const allTasks = 100_000;

/**
 * Before each attempt its task is matched again, with the facts stored at its latest loss: changed settings and new
 * higher rules apply from the next attempt on. As long as the rules are the same objects the answer is the same, so the
 * rules are asked only once about a task.
 */
export class Rematcher {
  /** Tasks that were matched by these rules. */
  private matched = new Set<number>();
  private by: RuleBook | undefined;

  constructor(private readonly parts: RematcherParts) {}

  /** These rules have taken the task. */
  note(task: number, book: RuleBook): void {
    if (book !== this.parts.book()) return;
    this.current().add(task);
  }

  isMatched(task: Task): boolean {
    return this.current().has(task.id);
  }

  /** Matches tasks that are to be dialled: one that no rule calls back any more is cancelled. */
  async match(tasks: readonly Task[]): Promise<void> {
    for (const { id } of tasks) await this.matchOne(id, true);
  }

  /**
   * The rules have changed: open tasks get the times of the rule that takes them now; one that is being called, for what
   * comes after its attempt. None is cancelled before its time has come, so that a slip that is mended soon costs no
   * client his callback.
   */
  async catchUp(): Promise<void> {
    const open = this.parts.durable.try('look for open tasks', () =>
      this.parts.store.tasks({ states: ['waiting', 'calling'], limit: allTasks }),
    );
    for (const { id } of open?.value ?? []) await this.matchOne(id, false);
  }

  private async matchOne(id: number, cancels: boolean): Promise<void> {
    const { store, durable, clock, log } = this.parts;
    const book = this.parts.book();
    const found = durable.try('look for a task', () => {
      const task = store.task(id);
      return task !== undefined && isOpen(task) && !this.isMatched(task)
        ? { task, loss: store.callOf(task.call) }
        : undefined;
    })?.value;
    if (found === undefined) return;
    const { task, loss } = found;
    const keeps = loss === undefined || task.byHand === true;
    const rule = keeps ? task.rule : await ruleOf(task, storedFacts(loss), book);
    const plan = rule === undefined ? undefined : book.planOf(rule);
    if (plan === undefined && !cancels) return;
    durable.try('keep a task', () => {
      const current = store.task(id);
      // Rules or task have changed meanwhile: looked at again before it is dialled.
      if (book !== this.parts.book() || current === undefined || !isOpen(current) || current.call !== task.call) return;
      if (plan === undefined && current.state !== 'waiting') return;
      const next =
        plan === undefined
          ? close(current, 'cancelled', 'no rule any more', clock.now())
          : this.replanned(current, plan);
      if (!same(next, current)) store.saveTask(next);
      if (next.reason !== undefined) log.info({ task: id, why: next.reason }, 'task closed: the rules have changed');
      else if (next.rule !== current.rule)
        log.info({ task: id, rule: next.rule, former: current.rule }, 'another rule takes the task');
      this.note(id, book);
    });
  }

  private replanned(task: Task, plan: Plan): Task {
    const over = this.parts.store.attempts(task.id).filter(({ outcome }) => outcome !== undefined);
    const lastUsed = over.filter(({ outcome }) => outcome !== undefined && outcomes[outcome] === 'used').at(-1);
    return replan(task, plan, lastUsed, this.parts.clock.now(), over.at(-1)?.endedAt);
  }

  /** Those of the rules in force. */
  private current(): Set<number> {
    const book = this.parts.book();
    if (this.by !== book || this.matched.size >= rememberedAtMost) {
      this.by = book;
      this.matched = new Set();
    }
    return this.matched;
  }
}

/** The rule that calls the client back now; undefined when none does. The facts are those of the loss: his task doesn't count for itself. */
async function ruleOf(
  task: Task,
  stored: ReturnType<typeof storedFacts>,
  { rules, context }: RuleBook,
): Promise<string | undefined> {
  const facts = { ...stored, requested: stored.requested || task.requested };
  const { rule, action } = await decide(facts, rules, context, { ownRule: task.rule });
  return action === 'callback' ? rule?.id : undefined;
}

function same(a: Task, b: Task): boolean {
  return (['state', 'rule', 'order', 'dueAt', 'expiresAt'] as const).every((field) => a[field] === b[field]);
}
