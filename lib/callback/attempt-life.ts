import type { EslEvent } from '../esl/event.js';
import type { AttemptPhone } from '../tasks/task.js';

/** The legs of an attempt, by which its events are known. */
export interface AttemptLegs {
  /** Of the first phone, or the loopback that waits in the queue or runs the admin's dialplan. */
  employeeLeg: string;
  clientLeg: string;
  /** Every phone that is rung; absent for a queue and a dialplan. */
  phones?: readonly AttemptPhone[];
}

/** How a leg ended: from its CHANNEL_HANGUP_COMPLETE, or from its CDR. */
export interface LegEnd {
  /** Hangup cause. */
  cause: string;
  answered: boolean;
  /** False: whoever answered had to press a key first, which keeps a voicemail from taking the call. */
  answerTakesCall: boolean;
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
  /** The key that the employee pressed when the client had not been reached (variable_callbackd_key). */
  key?: string;
}

/** What is known of an attempt so far; events only add to it, in whatever order they come. */
export interface AttemptFacts {
  /** Text of the originate's BACKGROUND_JOB: "+OK uuid" or "-ERR CAUSE". */
  job?: string;
  /** Who answered: the agent's name in the queue, or the name of the phone. */
  employee?: string;
  employeeAnswered: boolean;
  /** The end of the leg that the client was or would have been bridged to. */
  employeeEnd?: LegEnd;
  /** Ends of phones that did not get the call, by leg. */
  otherEnds?: Readonly<Record<string, LegEnd>>;
  /** Legs of the phones that ring now, the longest first. */
  ringing?: readonly string[];
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

/** UUIDs of all legs of an attempt but the client's. */
export function employeeLegs({ employeeLeg, phones }: AttemptLegs): string[] {
  return phones === undefined ? [employeeLeg] : phones.map(({ leg }) => leg);
}

/** The attempt's facts after an event; the same object when the event tells nothing of it. */
export function takeEvent(facts: AttemptFacts, event: EslEvent, legs: AttemptLegs): AttemptFacts {
  if (event.name === 'CUSTOM') return takeQueueEvent(facts, event);
  const uuid = event.header('Unique-ID') ?? '';
  if (uuid === legs.clientLeg) return takeClientEvent(facts, event);
  if (!employeeLegs(legs).includes(uuid)) return facts;
  return takeEmployeeEvent(legs.phones === undefined ? facts : takeRinging(facts, event.name, uuid), event, uuid, legs);
}

/** A phone that has to wait for its turn has no CHANNEL_CREATE yet. */
function takeRinging(facts: AttemptFacts, event: string, leg: string): AttemptFacts {
  const { ringing = [] } = facts;
  if (event === 'CHANNEL_CREATE') return { ...facts, ringing: [...ringing, leg] };
  const stopped = event === 'CHANNEL_ANSWER' || event.startsWith('CHANNEL_HANGUP');
  return stopped && ringing.includes(leg) ? { ...facts, ringing: ringing.filter((each) => each !== leg) } : facts;
}

/** Legs of the phones whose ringing has to end because more than `atOnce` ring: those that have rung the longest. */
export function tooMany({ ringing = [] }: AttemptFacts, atOnce: number): readonly string[] {
  return ringing.slice(0, Math.max(0, ringing.length - atOnce));
}

/** The result of the originate: "+OK uuid" names the phone that got the call. Nobody did: those that rang tell why. */
export function takeJob(facts: AttemptFacts, job: string, { phones = [] }: AttemptLegs): AttemptFacts {
  const won = phones.find(({ leg }) => job.startsWith('+OK') && job.includes(leg));
  if (won !== undefined) return { ...facts, job, employee: won.name, employeeAnswered: true };
  if (facts.employeeEnd !== undefined || !job.startsWith('-')) return { ...facts, job };
  const employeeEnd = mostTelling(Object.values(facts.otherEnds ?? {}));
  return { ...facts, job, ...(employeeEnd !== undefined && { employeeEnd }) };
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

function takeEmployeeEvent(facts: AttemptFacts, event: EslEvent, leg: string, legs: AttemptLegs): AttemptFacts {
  if (event.name === 'CHANNEL_HANGUP_COMPLETE') return takeEmployeeEnd(facts, legEnd(event, event.at), leg, legs);
  // Who has to press a key first has not taken the call by answering; the job's result tells who got it.
  const confirms = event.header('variable_group_confirm_key') !== undefined;
  if (event.name !== 'CHANNEL_ANSWER' || legs.phones === undefined || confirms || facts.employeeAnswered) return facts;
  return { ...facts, employee: nameOf(leg, legs)!, employeeAnswered: true };
}

/** What a leg runs that has not got the call: the loopback waits, a phone that rings is tracked for the queue. */
const withoutTheCall = new Set(['park', 'execute_extension', 'callcenter_track', 'set']);

/** One of the legs that callbackd originated is over; the one that got the call knows whether it had dialled the client. */
export function takeEmployeeEnd(facts: AttemptFacts, end: LegEnd, leg: string, legs: AttemptLegs): AttemptFacts {
  const { phones, clientLeg } = legs;
  const dialled = end.rang.some((each) => each.startsWith(clientLeg));
  // In the queue our leg is parked until an agent answers; a phone that got the call runs our dialplan.
  const ran = end.lastApp !== undefined && !withoutTheCall.has(end.lastApp);
  const alone = phones === undefined || phones.length === 1;
  // In the queue the job names our leg as soon as it waits.
  const won = phones !== undefined && facts.job?.startsWith('+OK') === true && facts.job.includes(leg);
  if (!alone && !won && !ran && !dialled) return takeOtherEnd(facts, end, leg, legs);
  const got = won || ran || dialled || (phones !== undefined && end.answered && end.answerTakesCall);
  const answered = facts.employeeAnswered || got;
  const who = got ? (nameOf(leg, legs) ?? facts.employee) : facts.employee;
  return {
    ...facts,
    ...(who !== undefined && { employee: who }),
    employeeAnswered: answered,
    clientDialled: facts.clientDialled || dialled,
    employeeEnd: end,
  };
}

/** A phone that rang in vain, or lost the race. When all have, the attempt is judged by the most telling of their ends. */
function takeOtherEnd(facts: AttemptFacts, end: LegEnd, leg: string, { phones = [] }: AttemptLegs): AttemptFacts {
  const otherEnds = { ...facts.otherEnds, [leg]: end };
  const inVain = !facts.employeeAnswered && phones.every((phone) => otherEnds[phone.leg] !== undefined);
  const employeeEnd = inVain ? mostTelling(Object.values(otherEnds)) : undefined;
  return { ...facts, otherEnds, ...(employeeEnd !== undefined && { employeeEnd }) };
}

/** What says most about why nobody took it, the most telling first. */
const telling = ['CALL_REJECTED', 'NO_ANSWER', 'USER_BUSY'];

function mostTelling(ends: readonly LegEnd[]): LegEnd | undefined {
  const first = telling.find((cause) => ends.some((end) => end.cause === cause));
  return ends.find(({ cause }) => cause === first) ?? ends[0];
}

function nameOf(leg: string, { phones }: AttemptLegs): string | undefined {
  return phones?.find((phone) => phone.leg === leg)?.name;
}

export function legEnd(leg: LegHeaders, at: number): LegEnd {
  const answeredAt = Number(leg.header('variable_answer_uepoch') ?? leg.header('Caller-Channel-Answered-Time') ?? 0);
  const endedAt = Number(leg.header('variable_end_uepoch') ?? leg.header('Caller-Channel-Hangup-Time') ?? 0);
  const disposition = leg.header('variable_originate_disposition');
  const lastApp = leg.header('variable_last_app');
  const key = leg.header('variable_callbackd_key');
  return {
    ...(disposition !== undefined && { disposition }),
    ...(lastApp !== undefined && { lastApp }),
    ...(key !== undefined && key !== '' && { key }),
    cause: leg.header('variable_hangup_cause') ?? leg.header('Hangup-Cause') ?? 'NORMAL_CLEARING',
    answered: answeredAt > 0,
    answerTakesCall: leg.header('variable_group_confirm_key') === undefined,
    talkMs: answeredAt > 0 ? Number(leg.header('variable_billmsec') ?? 0) : 0,
    endedAt: endedAt > 0 ? Math.round(endedAt / 1_000) : at,
    rang: leg.headers('variable_originated_legs'),
  };
}

/**
 * True when nothing more will happen to the client: his leg is over, or it was never dialled and never will be.
 * After an attended transfer the employee's leg ends first: the client's decides.
 * @param afterwards the employee may press a key when the client was not reached: then his leg has to be over, too
 */
export function isOver(facts: AttemptFacts, afterwards = false): boolean {
  const { clientEnd, employeeEnd } = facts;
  if (clientEnd !== undefined) return employeeEnd !== undefined || !afterwards || facts.clientAnswered;
  if (facts.clientDialled) return false;
  return employeeEnd !== undefined || facts.job?.startsWith('-') === true;
}
