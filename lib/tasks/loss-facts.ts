import type { EndedCall } from '../calls/call.js';
import type { LossFacts } from '../rules/facts.js';
import { startOfDay, startOfWeek } from '../time/calendar.js';
import type { CallRecord, ClientHistory } from './journal-store.js';
import type { TaskStore } from './store.js';

/** What is known of a client when a call of his has been lost. It is kept with the decision. */
export function historyOf(call: EndedCall, client: string, store: TaskStore, timezone: string): ClientHistory {
  const countSince = (since: number): number => store.countLosses(client, since) + 1;
  const lastReachedAt = store.lastTalk(client);
  return {
    timesLostToday: countSince(startOfDay(timezone, call.endedAt)),
    timesLostThisWeek: countSince(startOfWeek(timezone, call.endedAt)),
    ...(lastReachedAt !== undefined && lastReachedAt <= call.endedAt && { lastReachedAt }),
    openTask: store.openTaskOf(client) !== undefined,
  };
}

/** The facts that rules look at: the call's own, and what is known of its client. */
export function lossFacts(call: EndedCall, history: ClientHistory): LossFacts {
  return {
    ...call,
    ...history,
    lostAt: call.endedAt,
    requested: call.outcome === 'requested',
    triedCount: call.tried?.length ?? 0,
  };
}

/** A loss that no rule was asked about, because nobody could be called back: as if it had been the client's first. */
const firstLoss: ClientHistory = { timesLostToday: 1, timesLostThisWeek: 1, openTask: false };

/** The facts of a stored loss, as they were when it was decided. */
export function storedFacts({ call, decision }: CallRecord): LossFacts {
  return lossFacts(call, decision.history ?? firstLoss);
}
