import { requestRule } from '../rules/callback-defaults.js';
import { requestRuleId, type CallbackAction, type Rule, type RuleContext } from '../rules/rule.js';
import { addOpenTime, nextOpening, type Pause } from '../time/schedule.js';
import type { Plan } from './task.js';

/** The rules in force, as the tasks need them. */
export class RuleBook {
  constructor(
    readonly rules: readonly Rule[],
    readonly context: RuleContext,
    private readonly snoozeMs: readonly number[],
    /** Times in which the master switch was off. */
    private readonly offPeriods: () => readonly Pause[] = () => [],
  ) {}

  /**
   * The callback of a rule, or undefined when the rule is gone or only ignores.
   * @param queue where the client asked, for the built-in rule of requests.
   */
  callbackOf(rule: string, queue?: string): CallbackAction | undefined {
    const found = this.rules.find(({ id }) => id === rule) ?? this.builtIn(rule, queue);
    return found?.action.kind === 'callback' ? found.action : undefined;
  }

  /** When and how often the tasks of a rule are tried. */
  planOf(rule: string): Plan | undefined {
    const callback = this.callbackOf(rule);
    if (callback === undefined) return undefined;
    const { expireAfterMs, during, afterMs } = callback;
    const schedule = during === undefined ? undefined : this.context.schedules.get(during);
    return {
      rule,
      order: this.orderOf(rule),
      afterMs,
      snoozeMs: this.snoozeMs,
      expiry: (from) =>
        expireAfterMs === 'never' ? undefined : addOpenTime(schedule, from, expireAfterMs, this.offPeriods()),
      opening: (from) => (schedule === undefined ? from : nextOpening(schedule, from)),
    };
  }

  /** The places of all rules; the built-in one of requests is the last. */
  get order(): { rule: string; order: number }[] {
    return [...this.rules.map(({ id }) => id), requestRuleId].map((rule, order) => ({ rule, order }));
  }

  private orderOf(rule: string): number {
    const index = this.rules.findIndex(({ id }) => id === rule);
    return index < 0 ? this.rules.length : index;
  }

  private builtIn(rule: string, queue = 'unknown'): Rule | undefined {
    return rule === requestRuleId ? requestRule({ queue }, this.context) : undefined;
  }
}
