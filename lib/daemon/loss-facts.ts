import type { EndedCall } from '../calls/call.js';
import type { LossFacts } from '../rules/facts.js';
import type { TaskStore } from '../tasks/store.js';
import { startOfDay, startOfWeek } from '../time/calendar.js';

/** The facts that rules look at: the call's own, and what is known of its client (losses: this one included). */
export function lossFacts(call: EndedCall, client: string, store: TaskStore, timezone: string): LossFacts {
  const countSince = (since: number): number => store.countLosses(client, since) + 1;
  const lastReachedAt = store.lastTalk(client);
  return {
    ...call,
    ...(lastReachedAt !== undefined && lastReachedAt <= call.endedAt && { lastReachedAt }),
    openTask: store.openTaskOf(client) !== undefined,
    lostAt: call.endedAt,
    requested: call.outcome === 'requested',
    triedCount: call.tried?.length ?? 0,
    timesLostToday: countSince(startOfDay(timezone, call.endedAt)),
    timesLostThisWeek: countSince(startOfWeek(timezone, call.endedAt)),
  };
}
