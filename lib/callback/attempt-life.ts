import type { EslEvent } from '../esl/event.js';

/** The legs of an attempt, by which its events are known. */
export interface AttemptLegs {
  employeeLeg: string;
  clientLeg: string;
}

/** How a leg ended: from its CHANNEL_HANGUP_COMPLETE, or from its CDR. */
export interface LegEnd {
  /** Hangup cause. */
  cause: string;
  answered: boolean;
  /** From answer to hangup, ms (variable_billmsec). */
  talkMs: number;
  /** ms since 1970 UTC. */
  endedAt: number;
  /** UUIDs of the legs that it rang (variable_originated_legs). */
  rang: readonly string[];
  /** How its own bridge to the client went (variable_originate_disposition); undefined when it came to none. */
  disposition?: string;
  /** The last application that it ran (variable_last_app). */
  lastApp?: string;
}

/** What is known of an attempt so far; events only add to it, in whatever order they come. */
export interface AttemptFacts {
  /** Text of the originate's BACKGROUND_JOB: "+OK uuid" or "-ERR CAUSE". */
  job?: string;
  /** Who answered: the agent's name in the queue, or the extension. */
  employee?: string;
  employeeAnswered: boolean;
  employeeEnd?: LegEnd;
  clientDialled: boolean;
  clientAnswered: boolean;
  clientEnd?: LegEnd;
}

export const nothingYet: AttemptFacts = { employeeAnswered: false, clientDialled: false, clientAnswered: false };

/** Any source of a leg's final headers. */
export interface LegHeaders {
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
}

/** The attempt's facts after an event; the same object when the event tells nothing of it. */
export function takeEvent(facts: AttemptFacts, event: EslEvent, legs: AttemptLegs, extension?: string): AttemptFacts {
  if (event.name === 'CUSTOM') return takeQueueEvent(facts, event);
  const uuid = event.header('Unique-ID');
  if (uuid === legs.clientLeg) return takeClientEvent(facts, event);
  if (uuid === legs.employeeLeg) return takeEmployeeEvent(facts, event, legs, extension);
  return facts;
}

/** bridge-agent-start: mod_callcenter has given the callback to an agent, who has answered. */
function takeQueueEvent(facts: AttemptFacts, event: EslEvent): AttemptFacts {
  const agent = event.header('CC-Agent');
  if (event.header('CC-Action') !== 'bridge-agent-start' || agent === undefined) return facts;
  return { ...facts, employee: agent, employeeAnswered: true };
}

function takeClientEvent(facts: AttemptFacts, event: EslEvent): AttemptFacts {
  if (event.name === 'CHANNEL_ANSWER') return { ...facts, clientDialled: true, clientAnswered: true };
  if (event.name === 'CHANNEL_HANGUP_COMPLETE') return takeClientEnd(facts, legEnd(event, event.at));
  return facts.clientDialled ? facts : { ...facts, clientDialled: true };
}

/** The client's leg is over. */
export function takeClientEnd(facts: AttemptFacts, end: LegEnd): AttemptFacts {
  return { ...facts, clientDialled: true, clientAnswered: facts.clientAnswered || end.answered, clientEnd: end };
}

function takeEmployeeEvent(facts: AttemptFacts, event: EslEvent, legs: AttemptLegs, extension?: string): AttemptFacts {
  if (event.name === 'CHANNEL_ANSWER' && extension !== undefined)
    return { ...facts, employee: extension, employeeAnswered: true };
  if (event.name === 'CHANNEL_HANGUP_COMPLETE') return takeEmployeeEnd(facts, legEnd(event, event.at), legs, extension);
  return facts;
}

/** The leg that callbackd originated is over; it knows whether it had dialled the client. */
export function takeEmployeeEnd(facts: AttemptFacts, end: LegEnd, legs: AttemptLegs, extension?: string): AttemptFacts {
  // In the queue our leg is parked until an agent answers; directly, it is his phone.
  const reachedHim = extension === undefined ? end.lastApp !== undefined && end.lastApp !== 'park' : end.answered;
  const answered = facts.employeeAnswered || reachedHim;
  const dialled = facts.clientDialled || end.rang.some((leg) => leg.startsWith(legs.clientLeg));
  const who = facts.employee ?? (answered ? extension : undefined);
  return {
    ...facts,
    ...(who !== undefined && { employee: who }),
    employeeAnswered: answered,
    clientDialled: dialled,
    employeeEnd: end,
  };
}

export function legEnd(leg: LegHeaders, at: number): LegEnd {
  const answeredAt = Number(leg.header('variable_answer_uepoch') ?? leg.header('Caller-Channel-Answered-Time') ?? 0);
  const endedAt = Number(leg.header('variable_end_uepoch') ?? leg.header('Caller-Channel-Hangup-Time') ?? 0);
  const disposition = leg.header('variable_originate_disposition');
  const lastApp = leg.header('variable_last_app');
  return {
    ...(disposition !== undefined && { disposition }),
    ...(lastApp !== undefined && { lastApp }),
    cause: leg.header('variable_hangup_cause') ?? leg.header('Hangup-Cause') ?? 'NORMAL_CLEARING',
    answered: answeredAt > 0,
    talkMs: answeredAt > 0 ? Number(leg.header('variable_billmsec') ?? 0) : 0,
    endedAt: endedAt > 0 ? Math.round(endedAt / 1_000) : at,
    rang: leg.headers('variable_originated_legs'),
  };
}

/**
 * True when nothing more will happen to the client: his leg is over, or it was never dialled and never will be.
 * After an attended transfer the employee's leg ends first: the client's decides.
 */
export function isOver(facts: AttemptFacts): boolean {
  if (facts.clientEnd !== undefined) return true;
  if (facts.clientDialled) return false;
  return facts.employeeEnd !== undefined || facts.job?.startsWith('-') === true;
}
