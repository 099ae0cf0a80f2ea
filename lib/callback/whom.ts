/** Whom a target means for one call: from the words of the rule to phones. Pure. */
import type { ClientCall } from '../calls/call.js';
import type { Employee, Employees } from '../config/employees.js';
import { comparable } from '../rules/facts.js';
import type { CallbackTarget, PlainTarget, Progression } from '../rules/rule.js';

/** A phone that can be rung. */
export interface Phone {
  /** The employee's id in employees.json, else the extension or number itself. */
  name: string;
  /** User of FreeSWITCH's directory. */
  extension?: string;
  /** false: it never registers, and counts as there. */
  registers?: boolean;
  /** Reached over `outbound.route`, as a mobile is. */
  number?: string;
  /** Agents of mod_callcenter that are this employee. */
  agents: readonly string[];
}

export type Whom =
  | { kind: 'queue'; queue: string }
  | ({ kind: 'phones'; phones: readonly Phone[]; label: string } & Progression)
  | { kind: 'dialplan'; extension: string; context: string }
  /** A target that names nobody: the client can't be called back by it. */
  | { kind: 'nobody'; why: string };

/** One phone alone. */
const alone: Progression = { stepMs: 0, atOnce: 1 };

/**
 * @param loss the latest lost call: who was tried, who transferred, what the client had dialled
 * @param country of numbers without a country code
 */
export function whom(to: CallbackTarget, loss: ClientCall, employees: Employees, country?: string): Whom {
  if (!('byDialled' in to)) return plain(to, loss, employees);
  const dialled = comparable(loss.dialled, country);
  const known = dialled !== undefined && Object.hasOwn(to.byDialled, dialled);
  const target = known ? to.byDialled[dialled] : to.else;
  if (target !== undefined) return plain(target, loss, employees);
  return { kind: 'nobody', why: `the rule has no target for the number ${loss.dialled ?? 'that he had dialled'}` };
}

function plain(to: PlainTarget, loss: ClientCall, employees: Employees): Whom {
  if ('queue' in to) return { kind: 'queue', queue: to.queue };
  if ('extension' in to)
    return phones([extensionPhone(to.extension, employees)], `extension ${to.extension}`, alone, '');
  if ('number' in to) return phones([numberPhone(to.number, employees)], `number ${to.number}`, alone, '');
  if ('dialplan' in to) {
    const [extension = '', , context = 'default'] = to.dialplan.split(' ');
    return { kind: 'dialplan', extension, context };
  }
  if ('group' in to) {
    const members = employees.members(to.group).flatMap((employee) => phoneOf(employee) ?? []);
    return phones(members, `group ${to.group}`, to, `nobody of the group ${to.group} has a phone`);
  }
  if ('tried' in to) {
    const tried = named(loss.tried?.map(([name]) => name) ?? [], employees);
    return phones(tried, 'those who were tried', to, 'the call was lost before any employee was rung');
  }
  const last = [...(loss.transferredBy === undefined ? [] : [loss.transferredBy]), ...(loss.lastPhase ?? [])];
  return phones(
    named(last, employees),
    'those of the last phase',
    to,
    'nobody took part in the last phase of the call',
  );
}

function phones(all: readonly Phone[], label: string, { stepMs, atOnce }: Progression, why: string): Whom {
  const [first] = all;
  if (first === undefined) return { kind: 'nobody', why };
  return { kind: 'phones', phones: all, label, stepMs, atOnce };
}

/** The phones of employees, agents, extensions or numbers, each once, in their order. */
function named(names: readonly string[], employees: Employees): Phone[] {
  const found = new Map<string, Phone>();
  for (const name of names) {
    const phone = phoneNamed(name, employees);
    if (phone !== undefined && !found.has(phone.name)) found.set(phone.name, phone);
  }
  return [...found.values()];
}

function phoneNamed(name: string, employees: Employees): Phone | undefined {
  const employee = employees.find(name);
  if (employee !== undefined) return phoneOf(employee);
  if (/^\+?\d{7,15}$/.test(name)) return { name, number: name, agents: [] };
  // An agent whom employees.json doesn't name: usually his extension with the domain.
  const extension = name.split('@')[0] ?? '';
  return /^[A-Za-z0-9_.-]{1,60}$/.test(extension)
    ? { name, extension, agents: name.includes('@') ? [name] : [] }
    : undefined;
}

/** His extension, else the first of his numbers; undefined when he has neither. */
function phoneOf({ id, extension, registers, numbers, agents }: Employee): Phone | undefined {
  if (extension !== undefined) return { name: id, extension, ...(registers === false && { registers }), agents };
  const [number] = numbers;
  return number === undefined ? undefined : { name: id, number, agents };
}

function extensionPhone(extension: string, employees: Employees): Phone {
  const employee = employees.find(extension.split('@')[0] ?? '');
  const { id: name = extension, registers, agents = [] } = employee ?? {};
  return { name, extension, ...(registers === false && { registers }), agents };
}

function numberPhone(number: string, employees: Employees): Phone {
  const employee = employees.find(number);
  return { name: employee?.id ?? number, number, agents: employee?.agents ?? [] };
}
