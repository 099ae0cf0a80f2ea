import { allowedPhones } from '../callback/allowed-phones.js';
import { UnsafeValue } from '../callback/dial-string.js';
import { describeTarget, originateCommand, type Reachable } from '../callback/originate.js';
import { whom } from '../callback/whom.js';
import { whyNotDialled, type DiallingPolicy } from '../calls/dialling-policy.js';
import type { Configuration } from '../config/configuration.js';
import type { Employees } from '../config/employees.js';
import type { CallbackAction } from '../rules/rule.js';
import { isExpired } from '../tasks/life-cycle.js';
import type { RuleBook } from '../tasks/rule-book.js';
import type { TaskStore } from '../tasks/store.js';
import type { CloseReason, Task } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';
import { callbackPlan, lossOf, type Draft, type TaskFacts } from './callback-plan.js';
import { clientCap } from './caps.js';
import type { Phones } from './phones.js';

/** What is to be done with a due task. */
export type Readiness =
  | { kind: 'ready'; draft: Draft; callback: CallbackAction }
  | { kind: 'expired' }
  | { kind: 'closed'; reason: CloseReason; why: string }
  /** Its rule may be dialled again at that time. */
  | { kind: 'later'; dueAt: Instant }
  /** It stays due. Without `until`: until `isOver`, and looked at now and then. */
  | { kind: 'waits'; why: string; until?: Instant; isOver?: () => boolean }
  /** Looked at again in a moment. */
  | { kind: 'not now' };

export interface ReadinessParts {
  store: TaskStore;
  book: () => RuleBook;
  employees: () => Employees;
  configuration: Configuration;
  policy: DiallingPolicy;
  phones: Pick<Phones, 'free' | 'useOf'>;
  /** True while the client is on a call or waits in a queue, or is being called. */
  isBusy: (client: string) => boolean;
  /** True while callers wait in that queue. */
  callersWait: (queue: string) => boolean;
}

/** Looks at a due task: may its client be dialled now, and how? Asks nobody, writes nothing. */
export function readinessOf(task: Task, now: Instant, parts: ReadinessParts): Readiness {
  if (isExpired(task, now)) return { kind: 'expired' };
  const book = parts.book();
  const callback = book.callbackOf(task.rule, task.queue);
  const plan = book.planOf(task.rule);
  if (callback === undefined || plan === undefined) return { kind: 'not now' }; // matched again before the next look
  const opening = plan.opening(now);
  if (opening === undefined) return { kind: 'expired' };
  if (opening > now) return { kind: 'later', dueAt: opening };
  return forbidden(task, now, parts) ?? busy(task, now, parts) ?? reachable(task, now, callback, parts);
}

function forbidden({ client }: Task, now: Instant, { policy, store }: ReadinessParts): Readiness | undefined {
  const refusal = whyNotDialled(client, policy);
  if (refusal !== undefined) return { kind: 'closed', reason: 'number not allowed', why: refusal };
  const listed = store.blacklistEntryOf([client], now);
  return listed && { kind: 'closed', reason: 'blacklisted', why: `${listed.pattern} is on the blacklist` };
}

function busy({ client }: Task, now: Instant, parts: ReadinessParts): Readiness | undefined {
  if (parts.isBusy(client)) return { kind: 'not now' };
  const cap = clientCap(parts.configuration.outbound, parts.store, client, now);
  return cap && { kind: 'waits', ...cap };
}

function reachable(task: Task, now: Instant, callback: CallbackAction, parts: ReadinessParts): Readiness {
  const facts = { task, record: parts.store.callOf(task.call) };
  const named = whom(callback.to, lossOf(facts), parts.employees(), parts.configuration.country);
  const target = allowedPhones(named, parts.policy);
  if (target.kind === 'nobody') return { kind: 'closed', reason: 'no employees found', why: target.why };
  if (target.kind === 'phones') {
    const phones = parts.phones.free(target.phones);
    if (phones.length === 0) return noPhone(target, parts);
    return planned(facts, now, callback, { ...target, phones }, parts);
  }
  if (target.kind === 'queue' && callback.priority === 'callersFirst' && parts.callersWait(target.queue))
    return {
      kind: 'waits',
      why: `callers wait in queue ${target.queue}`,
      isOver: () => !parts.callersWait(target.queue),
    };
  return planned(facts, now, callback, target, parts);
}

function noPhone({ phones, label }: Reachable & { kind: 'phones' }, parts: ReadinessParts): Readiness {
  const [first] = phones;
  const alone = phones.length === 1 && first !== undefined && !/^(group|those) /.test(label);
  const among = label.startsWith('group ') ? 'in' : 'among';
  return {
    kind: 'waits',
    why: alone ? `${label} is ${words[parts.phones.useOf(first)]}` : `no free employee ${among} ${label}`,
    isOver: () => parts.phones.free(phones).length > 0,
  };
}

const words = { free: 'free', busy: 'busy', unregistered: 'not registered', 'in a callback': 'in another callback' };

function planned(
  facts: TaskFacts,
  now: Instant,
  callback: CallbackAction,
  target: Reachable,
  { configuration }: ReadinessParts,
): Readiness {
  try {
    const draft = callbackPlan(facts, callback, target, configuration, now);
    if (draft === undefined) return { kind: 'waits', why: 'outbound.route is not set' };
    // Would it go out? Nothing may be on disk of an attempt that can't be sent.
    originateCommand({ ...draft, attempt: 0, clientLeg: noUuid, employeeLegs: legsOf(target, () => noUuid) });
    return { kind: 'ready', draft, callback };
  } catch (error) {
    if (!(error instanceof UnsafeValue)) throw error;
    return { kind: 'waits', why: `a setting that can be dialled (${describeTarget(target)}): ${error.message}` };
  }
}

const noUuid = '00000000-0000-0000-0000-000000000000';

/** One leg for each phone; one alone for a queue and a dialplan. */
export function legsOf(target: Reachable, uuid: () => string): string[] {
  return target.kind === 'phones' ? target.phones.map(uuid) : [uuid()];
}
