/** What a rule refers to, so that it can't vanish unnoticed. */
import type { Rule } from './rule.js';

/** Names of the schedules that a rule needs: for the time of the loss, for dialling, and in its conditions. */
export function schedulesOf({ lostDuring, action, when }: Rule): string[] {
  const names = [
    lostDuring?.schedule,
    action.kind === 'callback' ? action.during : undefined,
    ...scheduleConditions(when as Condition | undefined),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

interface Condition {
  all?: Condition[];
  any?: Condition[];
  not?: Condition;
  operator?: string;
  value?: unknown;
}

function scheduleConditions(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  const { all = [], any = [], not, operator, value } = condition;
  const own = (operator === 'during' || operator === 'outside') && typeof value === 'string' ? [value] : [];
  return [...own, ...[...all, ...any, ...(not === undefined ? [] : [not])].flatMap(scheduleConditions)];
}
