/** What an admin can see and do with the rules, over the daemon's socket or, while it is down, on the database itself. */
import type { Problem } from '../config/problem.js';
import type { Rule } from '../rules/rule.js';
import type { Clock, Instant } from '../time/clock.js';
import type { Schedule } from '../time/schedule.js';
import type { Refusal } from './admin.js';
import { close, expiring } from './life-cycle.js';
import type { MasterSwitch, SwitchState } from './master-switch.js';
import type { RuleKeeper } from './rule-keeper.js';
import type { TaskStore } from './store.js';
import { isOpen, type Task } from './task.js';

/** One rule file, for `rules list`. */
export interface RuleEntry {
  id: string;
  /** The rule in force: of the file, or its last good version; absent when the file never was good. */
  rule?: Rule;
  /** `broken`, `missing`: the last good version stands in. `unusable`: broken, and there is none. */
  state: 'good' | 'broken' | 'missing' | 'unusable';
  file: string;
  openTasks: number;
  /** End of the latest call that it took. */
  lastMatchAt?: Instant;
  /** With its file, or with the rule. */
  problems: Problem[];
}

/** Everything in force, as plain data. */
export interface InForce {
  rules: readonly Rule[];
  schedules: readonly Schedule[];
  problems: readonly Problem[];
  switch: SwitchState;
}

/** Tasks that the deletion of a rule cancels. */
export interface DeletionPreview {
  id: string;
  open: Task[];
}

export interface RuleAdminHooks {
  /** The rules in force, or the switch, have changed. */
  changed(): void;
  /** A task was closed: what goes on of it is hung up, unless client and employee talk. */
  closed(task: Task): void;
}

/** More open tasks than a small office can have. */
const allTasks = 100_000;

export class RuleAdmin {
  constructor(
    private readonly store: TaskStore,
    private readonly clock: Clock,
    private readonly keeper: RuleKeeper,
    private readonly masterSwitch: MasterSwitch,
    private readonly hooks: RuleAdminHooks = { changed: () => undefined, closed: () => undefined },
  ) {}

  /** In order; files that never were good come last. */
  list(): { entries: RuleEntry[]; switch: SwitchState } {
    const { rules, kept, problems, unusable } = this.keeper.inForce;
    const open = this.store.openTasksByRule();
    const entry = (id: string, file: string): Omit<RuleEntry, 'state'> => {
      const lastMatchAt = this.store.lastMatch(id);
      return {
        id,
        file,
        openTasks: open.get(id) ?? 0,
        ...(lastMatchAt !== undefined && { lastMatchAt }),
        problems: problems.filter((problem) => problem.file === file),
      };
    };
    return {
      entries: [
        ...rules.map((rule) => ({ ...entry(rule.id, rule.file), rule, state: kept.get(rule.id) ?? ('good' as const) })),
        ...unusable.map(({ id, file }) => ({ ...entry(id, file), state: 'unusable' as const })),
      ],
      switch: this.masterSwitch.state,
    };
  }

  inForce(): InForce {
    const { rules, schedules, problems } = this.keeper.inForce;
    return { rules, schedules: [...schedules.values()], problems, switch: this.masterSwitch.state };
  }

  /** Reads the files now. Returns their problems. */
  reload(): readonly Problem[] {
    this.reloadFiles();
    return this.keeper.problems;
  }

  preview(id: string): DeletionPreview {
    return { id, open: this.openTasksOf(id) };
  }

  /** An admin has confirmed the deletion and the file is gone: no grace. Returns the tasks that were cancelled. */
  deleted(id: string): Task[] | Refusal {
    const before = this.openTasksOf(id);
    this.reloadFiles([id]);
    const { rules, unusable } = this.keeper.inForce;
    if ([...rules, ...unusable].some((rule) => rule.id === id))
      return { refused: `the file of rule "${id}" is still there, or its folder can't be read: nothing was deleted` };
    return before
      .map(({ id: task }) => this.store.task(task))
      .filter((task) => task !== undefined && !isOpen(task)) as Task[];
  }

  /**
   * The files may have changed. The tasks of rules that are deleted are cancelled first: after a crash in between the
   * rule is still there to be deleted.
   * @param atOnce rules that are deleted without the grace
   */
  reloadFiles(atOnce: readonly string[] = []): void {
    const next = this.keeper.look(atOnce);
    for (const id of next.deleted) this.cancelTasksOf(id);
    this.keeper.put(next);
    this.store.orderRules(this.keeper.book.order);
    this.hooks.changed();
  }

  get switch(): SwitchState {
    return this.masterSwitch.state;
  }

  /** Turns the master switch. Open tasks lose none of their time while it is off. */
  turn(on: boolean): SwitchState {
    if (this.masterSwitch.turn(on)) {
      for (const task of this.openTasks()) {
        const plan = this.keeper.book.planOf(task.rule);
        if (plan !== undefined) this.store.saveTask(expiring(task, plan));
      }
      this.hooks.changed();
    }
    return this.masterSwitch.state;
  }

  private cancelTasksOf(rule: string): void {
    for (const task of this.openTasksOf(rule)) {
      const closed = close(task, 'cancelled', 'rule deleted', this.clock.now());
      this.store.saveTask(closed);
      this.hooks.closed(closed);
    }
  }

  private openTasksOf(rule: string): Task[] {
    return this.openTasks().filter((task) => task.rule === rule);
  }

  private openTasks(): Task[] {
    return this.store.tasks({ states: ['waiting', 'calling'], limit: allTasks });
  }
}
