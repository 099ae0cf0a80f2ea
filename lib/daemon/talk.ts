import { isLoopback } from '../calls/client-leg.js';
import { toE164 } from '../calls/phone-number.js';
import { close } from '../tasks/life-cycle.js';
import { isOpen, type Task } from '../tasks/task.js';
import type { Instant } from '../time/clock.js';

/** A conversation of a client with an employee: it may make a callback needless. */
export interface Talk {
  /** UUID of the client's leg: of his call, or of the leg that an employee's call dialled. */
  call: string;
  /** E.164. */
  client: string;
  how: 'client called in' | 'employee called out';
  /** When it ended, or now when it goes on. */
  until: Instant;
  ms: number;
}

/** The task closed by a conversation; undefined when it goes on: it was too short, or ended before the latest loss. */
export function closedBy(talk: Talk, task: Task, successAfterMs: number, now: Instant): Task | undefined {
  if (!isOpen(task) || talk.until < task.lostAt || talk.ms < successAfterMs) return undefined;
  return close(task, 'reached', talk.how, now, talk.call);
}

interface Leg {
  header(name: string): string | undefined;
}

/**
 * The client (E.164) whom an outbound leg calls; undefined when it calls an extension, or belongs to a queue's offer
 * to an employee's mobile or to one of our own callbacks.
 */
export function clientOfOutward(leg: Leg, country: string | undefined): string | undefined {
  if (leg.header('Call-Direction') !== 'outbound' || isLoopback(leg)) return undefined;
  if (leg.header('variable_callbackd_attempt') !== undefined) return undefined;
  if (leg.header('variable_cc_side') !== undefined || leg.header('variable_cc_member_session_uuid') !== undefined)
    return undefined;
  return toE164(leg.header('Caller-Destination-Number'), country);
}

/** The leg on whose behalf an outbound leg was dialled. */
export function originatorOf(leg: Leg): string | undefined {
  return leg.header('variable_originator') ?? leg.header('Other-Leg-Unique-ID') ?? leg.header('variable_bridge_uuid');
}

/** When a leg ended, ms; `otherwise` when it does not say. */
export function endOf(leg: Leg, otherwise: Instant): Instant {
  const end = Number(leg.header('Caller-Channel-Hangup-Time') ?? 0);
  return end > 0 ? Math.round(end / 1_000) : otherwise;
}

/** How long a leg that is over was bridged at last, ms; 0 when never (variable_bridge_uepoch). */
export function talkMsOf(leg: Leg, endedAt: Instant): number {
  const bridged = Number(leg.header('variable_bridge_uepoch') ?? 0) / 1_000;
  return bridged > 0 ? Math.max(0, Math.round(endedAt - bridged)) : 0;
}
