/** Whether somebody can be rung by a target: what the configuration and employees.json say of it. */
import { whyNotDialled } from '../calls/dialling-policy.js';
import { toE164 } from '../calls/phone-number.js';
import type { Employee } from '../config/employees.js';
import type { JsonFile } from '../config/json-file.js';
import { didYouMean } from '../config/nearest.js';
import { formatFound, type JsonPath, type Problem } from '../config/problem.js';
import type { RuleContext } from './rule.js';

export interface TargetContext extends RuleContext {
  /** The employee has to press a key before the client is dialled. */
  accepted: boolean;
}

/** The number in E.164. It is dialled as clients are, so it has to be one that may be. */
export function checkNumber(
  json: JsonFile,
  at: JsonPath,
  number: string,
  context: TargetContext,
  problems: Problem[],
): string {
  const e164 = toE164(number, context.country);
  const refusal = e164 === undefined ? undefined : whyRefused(e164, context);
  if (e164 === undefined) {
    const hint = /^\d{3,6}$/.test(number) ? `; a phone of your own is {"extension": "${number}"}` : '';
    const expected = 'a number that can be dialled, such as "+74951230001"';
    problems.push(json.problem(at, `expected ${expected}, found ${formatFound(number)}${hint}`, { expected }));
  } else if (refusal !== undefined) {
    problems.push(json.problem(at, `nobody may be rung there: ${refusal}`));
  } else if (!context.accepted) {
    problems.push(voicemail(json, at, 'a voicemail there'));
  }
  return e164 ?? number;
}

/** A group without anybody in it can't be rung; who in it can't be rung is told. */
export function checkGroup(
  json: JsonFile,
  at: JsonPath,
  group: string,
  context: TargetContext,
  problems: Problem[],
): void {
  const { employees } = context;
  if (employees === undefined) return;
  const members = employees.members(group);
  const without = members.filter((member) => !hasPhone(member, context)).map(({ id }) => `"${id}"`);
  const nobody = `nobody of employees.json belongs to the group ${formatFound(group)}`;
  if (members.length === 0) {
    const { groups } = employees;
    const has = groups.length === 0 ? '; it has no groups' : `; its groups are ${groups.join(', ')}`;
    problems.push(json.problem(at, `${nobody}${didYouMean(group, groups) || has}`, { expected: groups.join(', ') }));
  } else if (without.length === members.length) {
    problems.push(json.problem(at, `nobody of the group ${formatFound(group)} has a phone that can be rung`));
  } else if (without.length > 0) {
    const who = `${without.join(', ')} of the group ${formatFound(group)}`;
    const message = `${who} ${without.length === 1 ? 'has' : 'have'} no phone that can be rung, and ${without.length === 1 ? 'is' : 'are'} left out`;
    problems.push(json.problem(at, message, { severity: 'warning' }));
  } else if (!context.accepted) {
    const outside = members.filter(({ extension }) => extension === undefined).map(({ id }) => `"${id}"`);
    if (outside.length > 0) problems.push(voicemail(json, at, `the voicemail of ${outside.join(', ')}`));
  }
}

function voicemail(json: JsonFile, at: JsonPath, whose: string): Problem {
  const message = `${whose} would take the call and the client would talk to it: add "accept": {"key": "1"} to "callback"`;
  return json.problem(at, message, { severity: 'warning' });
}

/** His extension, or else the first of his numbers, which has to be one that may be dialled. */
function hasPhone({ extension, numbers }: Employee, context: RuleContext): boolean {
  if (extension !== undefined) return true;
  const e164 = toE164(numbers[0], context.country);
  return e164 !== undefined && whyRefused(e164, context) === undefined;
}

function whyRefused(e164: string, { dialling }: RuleContext): string | undefined {
  return dialling === undefined ? undefined : whyNotDialled(e164, dialling);
}
