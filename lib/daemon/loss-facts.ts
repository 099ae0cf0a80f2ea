import type { EndedCall } from '../calls/call.js';
import type { LossFacts } from '../rules/facts.js';
import type { TaskStore } from '../tasks/store.js';
import { startOfDay, startOfWeek } from '../time/calendar.js';

/** The facts that rules look at: the call's own, and how often its client was lost lately (this time included). */
export function lossFacts(call: EndedCall, client: string, store: TaskStore, timezone: string): LossFacts {
  const countSince = (since: number): number => store.countLosses(client, since) + 1;
  return {
    ...call,
    lostAt: call.endedAt,
    requested: call.outcome === 'requested',
    triedCount: call.tried?.length ?? 0,
    timesLostToday: countSince(startOfDay(timezone, call.endedAt)),
    timesLostThisWeek: countSince(startOfWeek(timezone, call.endedAt)),
  };
}
