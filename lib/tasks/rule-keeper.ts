/** Reads the admin's files, puts them in force, and keeps their last good version in the database. */
import type { Configuration } from '../config/configuration.js';
import { Employees } from '../config/employees.js';
import type { Problem } from '../config/problem.js';
import { ruleContext } from '../rules/check.js';
import { nothingKept, putInForce, readFiles, type LastGood, type RulesInForce } from '../rules/in-force.js';
import type { CallbackAction } from '../rules/rule.js';
import type { Clock, Instant } from '../time/clock.js';
import type { Pause } from '../time/schedule.js';
import { RuleBook } from './rule-book.js';
import type { TaskStore } from './store.js';

export interface RuleKeeperParts {
  configuration: Configuration;
  store: Pick<TaskStore, 'remember' | 'recall'>;
  clock: Clock;
  /** Times in which the master switch was off: tasks lose none. */
  offPeriods: () => readonly Pause[];
}

/** The database key, and the shape of what it holds: another number is not understood and not used. */
const key = 'last good files';
const format = 2;

export class RuleKeeper {
  private lastGood: LastGood;
  private now: RulesInForce;
  private currentBook: RuleBook;
  private currentEmployees: Employees;

  /** Reads the files and puts them in force; the database is only read. Never throws because of a file. */
  constructor(private readonly parts: RuleKeeperParts) {
    this.lastGood = recalled(parts.store.recall(key));
    this.now = this.look();
    this.currentBook = this.bookOf(this.now);
    this.currentEmployees = new Employees(this.now.employees);
  }

  get book(): RuleBook {
    return this.currentBook;
  }

  get employees(): Employees {
    return this.currentEmployees;
  }

  /** Of all files. */
  get problems(): readonly Problem[] {
    return this.now.problems;
  }

  get inForce(): RulesInForce {
    return this.now;
  }

  /**
   * Reads the files anew; nothing changes yet.
   * @param atOnce ids of rules whose missing file counts as deleted without the grace, because an admin has confirmed it
   */
  look(atOnce: readonly string[] = []): RulesInForce {
    const { configuration, clock } = this.parts;
    const former = {
      ...this.lastGood,
      rules: this.lastGood.rules.map((kept) =>
        atOnce.includes(kept.rule.id) ? { ...kept, missingSince: Number.NEGATIVE_INFINITY } : kept,
      ),
    };
    const { deleteGraceMs } = configuration.rules;
    return putInForce(readFiles(configuration, former), former, clock.now(), deleteGraceMs, configuration);
  }

  /** Puts all of it in force at once, and keeps it over restarts. */
  put(next: RulesInForce): void {
    this.parts.store.remember(key, JSON.stringify({ format, ...next.lastGood }));
    this.lastGood = next.lastGood;
    this.now = next;
    this.currentBook = this.bookOf(next);
    this.currentEmployees = new Employees(next.employees);
  }

  /** When a missing file counts as deleted. */
  get nextDeletionAt(): Instant | undefined {
    return this.now.nextDeletionAt;
  }

  private bookOf({ rules, schedules }: RulesInForce): RuleBook {
    const { configuration, offPeriods } = this.parts;
    return new RuleBook(rules, ruleContext(configuration, schedules), configuration.limits.snoozeMs, offPeriods);
  }
}

function recalled(text: string | undefined): LastGood {
  if (text === undefined) return nothingKept;
  const kept = JSON.parse(text) as LastGood & { format: number };
  if (kept.format === 1) return fromFormat1(kept);
  return kept.format === format ? kept : nothingKept;
}

/** Format 1 had one sound as the prompt, and the employee was asked for nothing. */
function fromFormat1(kept: LastGood): LastGood {
  const rules = kept.rules.map((each) => {
    const { action } = each.rule;
    if (action.kind !== 'callback') return each;
    const { promptFile = '', ...rest } = action as CallbackAction & { promptFile?: string };
    const now: CallbackAction = { ...rest, prompt: [{ file: promptFile }], afterwards: false, priority: 'keepPlace' };
    return { ...each, rule: { ...each.rule, action: now } };
  });
  return { ...kept, rules };
}
