import type { Employees } from '../config/employees.js';
import type { EndedCall, RingResult } from './call.js';
import { given } from './given.js';
import { holdAt, type Hold } from './hold.js';
import { employeeOf, type CallLife } from './life.js';
import { findLoss, holdLoss, type FinalLeg } from './loss.js';
import { isAnonymous, toE164 } from './phone-number.js';

export type { FinalLeg } from './loss.js';

export interface DecisionSettings {
  /** Digits that ask for a callback (`requests.keys`). */
  requestKeys: readonly string[];
  /** ISO country that numbers are read in. */
  country?: string | undefined;
  /** A conversation shorter than this is none (`calls.minTalk`), ms. */
  minTalkMs?: number;
  /** Channel variables that are kept with the call (`calls.variables`). */
  variables?: readonly string[];
  /** employees.json: calls name its people by their ids, all others as FreeSWITCH does. */
  employees?: Employees | undefined;
}

/**
 * What a client's call was, once his leg is over: one pure function, for live calls and for CDRs alike.
 * Answered means that the leg was bridged with a person in its last stage: `bridge_epoch` is not 0, and that person did
 * not hold him at the end. Neither bridge-agent-start nor cc_cause tell it (the client may hang up within the 60 ms
 * between answer and bridge).
 */
export function decide(life: CallLife, final: FinalLeg, endedAt: number, settings: DecisionSettings): EndedCall {
  const call = { ...identity(life, settings), startedAt: life.startedAt, endedAt, ...kept(final, settings) };
  const name = (each: string | undefined): string | undefined => named(each, life, settings.employees);
  const rings = { tried: tried(life, settings.employees) };
  const talked = isBridged(final);
  const hold = talked ? holdAt(life, endedAt) : undefined;
  if (talked && hold === undefined && talkMs(final, endedAt) >= (settings.minTalkMs ?? 0))
    return {
      ...call,
      outcome: 'answered',
      ...given({ employee: name(employeeOf(life, life.talkedWith.at(-1))) }),
      ...rings,
    };
  const { phones, transferredBy, ...loss } = lossOf(life, talked, hold, final, endedAt, settings);
  const requested = loss.key !== undefined && settings.requestKeys.includes(loss.key);
  return {
    ...call,
    outcome: requested ? 'requested' : 'lost',
    ...loss,
    ...given({ transferredBy: name(transferredBy) }),
    ...rings,
    lastPhase: [...new Set(phones.map((phone) => name(phone)!))],
  };
}

function lossOf(
  life: CallLife,
  talked: boolean,
  hold: Hold | undefined,
  final: FinalLeg,
  endedAt: number,
  settings: DecisionSettings,
): ReturnType<typeof findLoss> {
  if (hold !== undefined) return holdLoss(life, hold, final, endedAt);
  // A conversation that was too short is none: the call goes on as if nobody had answered then.
  const before = talked ? { ...life, talkedWith: life.talkedWith.slice(0, -1) } : life;
  return findLoss(before, final, endedAt, settings);
}

/** Employees in the order of their first ring, with the result of their last one, by the names that calls have. */
export function tried(life: CallLife, employees: Employees | undefined): [employee: string, result: RingResult][] {
  const results = new Map<string, RingResult>();
  for (const [phone, result] of life.rings) results.set(named(phone, life, employees)!, result);
  return [...results];
}

/** The id of employees.json; an agent that it does not name is who has the phone that his contact rings. */
function named(name: string | undefined, life: CallLife, employees: Employees | undefined): string | undefined {
  if (name === undefined || employees === undefined) return name;
  const contact = (): string | undefined => [...life.legs.values()].find(({ agent }) => agent === name)?.user;
  return (employees.find(name) ?? employees.find(contact() ?? ''))?.id ?? name;
}

/** A call cut off by the end of FreeSWITCH itself: no leg to look at, only what was seen of it. */
export function decideCutOff(life: CallLife, settings: DecisionSettings): EndedCall {
  const final = new Map([
    ['variable_bridge_epoch', life.bridged ? '1' : '0'],
    ['Hangup-Cause', 'SYSTEM_SHUTDOWN'],
  ]);
  return decide(life, { header: (name) => final.get(name) }, life.lastSeenAt, settings);
}

/** `bridge_epoch` of a leg at its end: it was bridged in its last stage. */
export function isBridged(final: FinalLeg): boolean {
  const epoch = final.header('variable_bridge_epoch');
  return epoch !== undefined && epoch !== '0' && epoch !== '';
}

/** How long the last conversation took, ms; without its beginning (a call cut off) long enough. */
function talkMs(final: FinalLeg, endedAt: number): number {
  const since = Number(final.header('variable_bridge_uepoch') ?? 0) / 1_000;
  return since > 0 ? endedAt - since : Number.POSITIVE_INFINITY;
}

/** The channel variables that the admin wants to keep. */
function kept(final: FinalLeg, { variables = [] }: DecisionSettings): Pick<EndedCall, 'variables'> {
  const found = variables
    .map((name) => [name, final.header(`variable_${name}`)] as const)
    .filter(([, value]) => value !== undefined);
  return found.length === 0 ? {} : { variables: Object.fromEntries(found) as Record<string, string> };
}

function identity(life: CallLife, settings: DecisionSettings): Pick<EndedCall, 'call' | 'number' | 'name' | 'dialled'> {
  const anonymous = isAnonymous(life.number);
  const e164 = toE164(life.number, settings.country);
  const { number, name, dialled } = life;
  return { call: life.uuid, ...given({ number, e164, name, dialled }), ...(anonymous && { anonymous }) };
}
