import type { EndedCall } from '../calls/call.js';
import type { Instant } from '../time/clock.js';
import type { CallDecision } from './journal-store.js';
import { newTask } from './life-cycle.js';
import type { Plan, Task } from './task.js';

/** A task as an admin asks for it. */
export interface WantedTask {
  /** In any spelling. */
  number: string;
  /** Id of the rule by which he is called back. */
  rule: string;
  /** When he is to be called; now when absent. */
  at?: Instant;
}

interface Wanted extends WantedTask {
  /** E.164. */
  client: string;
  /** Id of the record that stands for a call in the journal. */
  call: string;
  /** His latest call: his name and the number that he knows us by. */
  former?: EndedCall | undefined;
}

export interface AddedByHand {
  call: EndedCall;
  decision: CallDecision;
  task: Omit<Task, 'id'>;
}

/**
 * A task that no call has made, and the record in the journal that says so. It is tried at the time that the admin named,
 * or as soon as the schedule of its rule opens after that; undefined when it never does.
 */
export function addedByHand(wanted: Wanted, plan: Plan, now: Instant): AddedByHand | undefined {
  const { client, at = now, former } = wanted;
  const dueAt = plan.opening(at);
  if (dueAt === undefined) return undefined;
  const known = {
    ...(former?.name !== undefined && { name: former.name }),
    ...(former?.dialled !== undefined && { dialled: former.dialled }),
  };
  const loss = { client, call: wanted.call, lostAt: now, waited: 0, requested: false, ...known };
  const task: Omit<Task, 'id'> = {
    ...newTask(loss, plan, now),
    byHand: true,
    // The first pause of the rule is skipped, and stays so when the rules are looked at again.
    countsFrom: at - (plan.afterMs[0] ?? 0),
    dueAt,
  };
  delete task.expiresAt;
  const expiresAt = plan.expiry(at);
  return {
    call: { call: wanted.call, outcome: 'lost', number: client, e164: client, startedAt: now, endedAt: now, ...known },
    decision: {
      action: 'callback',
      rule: plan.rule,
      reasons: [{ rule: plan.rule, matched: true, reason: 'added by admin' }],
      byHand: true,
    },
    task: expiresAt === undefined ? task : { ...task, expiresAt },
  };
}
