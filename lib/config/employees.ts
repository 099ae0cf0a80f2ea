/** employees.json: who the employees are, by id. */
import { formatFound, hasErrors, type JsonPath, type Problem } from './problem.js';
import { readJson, type JsonFile } from './json-file.js';
import { employeesSchema, type WrittenEmployee } from './employees-schema.js';
import { checkSchema } from './schema.js';
import { isMissing } from './text-file.js';

export interface Employee {
  id: string;
  name?: string;
  /** User of FreeSWITCH's directory. */
  extension?: string;
  /** false: his extension's phone never registers with FreeSWITCH, and counts as there. */
  registers?: boolean;
  /** Further numbers on which he is reached, as they are dialled. */
  numbers: readonly string[];
  /** mod_callcenter agents that are he, e.g. 1001@default. */
  agents: readonly string[];
  groups: readonly string[];
}

/** The employees, found by every name that FreeSWITCH has for them. */
export class Employees {
  private readonly known = new Map<string, Employee>();

  constructor(readonly all: readonly Employee[] = []) {
    for (const employee of all) for (const name of namesOf(employee)) this.known.set(name, employee);
  }

  /** The employee behind an agent, an extension or a number. */
  find(name: string): Employee | undefined {
    return this.known.get(name) ?? this.known.get(digits(name));
  }

  /** The members of a group, in the order of the file. */
  members(group: string): Employee[] {
    return this.all.filter(({ groups }) => groups.includes(group));
  }

  get groups(): string[] {
    return [...new Set(this.all.flatMap(({ groups }) => groups))];
  }

  /** The group whose members are exactly these phones (extensions or numbers); the first one of the file when several are. */
  groupOf(phones: readonly string[]): string | undefined {
    const rung = new Set(phones.map((phone) => this.find(phone)));
    if (rung.has(undefined)) return undefined;
    return this.groups.find((group) => {
      const members = this.members(group);
      return members.length === rung.size && members.every((member) => rung.has(member));
    });
  }
}

export interface LoadedEmployees {
  employees: Employees;
  problems: Problem[];
}

/** Loads the file; a missing one names nobody. With errors nobody is known by it. Never throws because of the file. */
export function loadEmployees(file: string): LoadedEmployees {
  if (isMissing(file)) return { employees: new Employees(), problems: [] };
  const { json, problems } = readJson(file);
  if (json === undefined) return { employees: new Employees(), problems };
  problems.push(...checkSchema(json, employeesSchema));
  if (hasErrors(problems)) return { employees: new Employees(), problems };
  const all = Object.entries(json.value as Record<string, WrittenEmployee>)
    .filter(([id]) => id !== '$schema')
    .map(([id, { numbers = [], agents = [], groups = [], ...rest }]) => ({ id, ...rest, numbers, agents, groups }));
  problems.push(...sharedNames(json, all), ...unreachable(json, all));
  return { employees: new Employees(hasErrors(problems) ? [] : all), problems };
}

/** An extension, a number or an agent is one person's: else nobody knows who answered. */
function sharedNames(json: JsonFile, all: readonly Employee[]): Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const employee of all) {
    for (const [path, name] of places(employee)) {
      const key = digits(name);
      const owner = owners.get(key);
      if (owner !== undefined)
        problems.push(
          json.problem(path, `${formatFound(name)} belongs to "${owner}" already: name it once`, {
            expected: 'a name of one employee only',
          }),
        );
      else owners.set(key, employee.id);
    }
  }
  return problems;
}

function unreachable(json: JsonFile, all: readonly Employee[]): Problem[] {
  return all
    .filter(({ extension, numbers }) => extension === undefined && numbers.length === 0)
    .map(({ id }) =>
      json.problem([id], 'this employee has neither an extension nor a number: nobody can ring him', {
        severity: 'warning',
        atKey: true,
      }),
    );
}

function places({ id, extension, numbers, agents }: Employee): [JsonPath, string][] {
  const list = (key: string, values: readonly string[]): [JsonPath, string][] =>
    values.map((value, index) => [[id, key, index], value]);
  const own: [JsonPath, string][] = extension === undefined ? [] : [[[id, 'extension'], extension]];
  return [...own, ...list('numbers', numbers), ...list('agents', agents)];
}

function namesOf({ id, extension, numbers, agents }: Employee): string[] {
  return [id, ...(extension === undefined ? [] : [extension]), ...numbers.map(digits), ...agents];
}

/** Numbers are compared without their plus and punctuation: a trunk dials `7495…` for `+7 495 …`. */
function digits(name: string): string {
  return /^\+?[\d\s().-]+$/.test(name) ? name.replace(/\D/g, '') : name;
}
