/** The master switch: off, new losses are only recorded, open tasks rest and lose no time; on, they go on. */
import type { Clock, Instant } from '../time/clock.js';
import type { Pause } from '../time/schedule.js';
import type { TaskStore } from './store.js';

export interface SwitchState {
  on: boolean;
  /** Since when it is so; undefined when it was never switched. */
  since?: Instant;
}

/** The database key. */
const key = 'master switch';

/** Off periods that ended longer ago concern no open task and no call that is still found, ms. */
const forgottenAfter = 400 * 86_400_000;

export class MasterSwitch {
  private periods: readonly Pause[];

  constructor(
    private readonly store: Pick<TaskStore, 'remember' | 'recall'>,
    private readonly clock: Clock,
  ) {
    this.periods = JSON.parse(store.recall(key) ?? '[]') as Pause[];
  }

  get state(): SwitchState {
    const last = this.periods.at(-1);
    const since = last?.to ?? last?.from;
    return { on: last === undefined || last.to !== undefined, ...(since !== undefined && { since }) };
  }

  /** Sorted, and apart from each other. */
  get offPeriods(): readonly Pause[] {
    return this.periods;
  }

  /** How the switch stood at that instant: it decides whether a loss becomes a task, also when it is found later. */
  wasOn(instant: Instant): boolean {
    return !this.periods.some(({ from, to = Number.POSITIVE_INFINITY }) => from <= instant && instant < to);
  }

  /** False when it stood so already. */
  turn(on: boolean): boolean {
    if (this.state.on === on) return false;
    const now = this.clock.now();
    const last = this.periods.at(-1);
    const former = this.periods.filter(({ to }) => to === undefined || to > now - forgottenAfter);
    const next =
      on && last !== undefined
        ? [...former.slice(0, -1), { from: last.from, to: Math.max(now, last.from) }]
        : [...former, { from: Math.max(now, last?.to ?? now) }];
    this.store.remember(key, JSON.stringify(next));
    this.periods = next;
    return true;
  }
}
