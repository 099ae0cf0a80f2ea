/** The names in the admin's files that only FreeSWITCH knows, with their places in the files. */
import type { Configuration } from '../config/configuration.js';
import { configurationSchema, type WrittenConfiguration } from '../config/configuration-schema.js';
import { readJson, type JsonFile } from '../config/json-file.js';
import { hasErrors, type JsonPath } from '../config/problem.js';
import { checkSchema, type Schema } from '../config/schema.js';
import { employeesSchema, type WrittenEmployee } from '../config/employees-schema.js';
import { isMissing } from '../config/text-file.js';
import type { WrittenCondition } from '../rules/condition-schema.js';
import type { Rule } from '../rules/rule.js';
import { ruleSchema, type WrittenRule } from '../rules/rule-schema.js';
import type { WrittenTarget } from '../rules/target-schema.js';
import { gatewayOf } from './gateway.js';

export type NameKind = 'queue' | 'agent' | 'extension' | 'gateway';

export interface NamedThing {
  kind: NameKind;
  name: string;
  /** Who names it, e.g. rule "sales". */
  by: string;
  json: JsonFile;
  path: JsonPath;
}

/** What the files name. A rule that is switched off names nothing; a file with errors, or that can't be read any more, neither. */
export function namesIn(configuration: Configuration, rules: readonly Rule[]): NamedThing[] {
  return [
    ...inFile(configuration.file, configurationSchema, (json) => ofConfiguration(json, configuration)),
    ...inFile(configuration.employeesFile, employeesSchema, ofEmployees),
    ...rules.flatMap(({ enabled, file, id }) => (enabled ? inFile(file, ruleSchema, (json) => ofRule(json, id)) : [])),
  ];
}

function inFile(file: string, schema: Schema, names: (json: JsonFile) => NamedThing[]): NamedThing[] {
  const json = isMissing(file) ? undefined : readJson(file).json;
  return json === undefined || hasErrors(checkSchema(json, schema)) ? [] : names(json);
}

function ofConfiguration(json: JsonFile, { requests }: Configuration): NamedThing[] {
  const { outbound = {}, labels = {} } = json.value as WrittenConfiguration;
  const routes: [JsonPath, string][] = [
    [['outbound', 'route'], outbound.route ?? ''],
    ...Object.entries(outbound.routes ?? {}).map(([number, route]): [JsonPath, string] => [
      ['outbound', 'routes', number],
      route,
    ]),
  ];
  return [
    ...routes.flatMap(([path, route]): NamedThing[] => {
      const name = gatewayOf(route);
      return name === undefined ? [] : [{ kind: 'gateway', name, by: `"outbound.${String(path[1])}"`, json, path }];
    }),
    ...requests.queues.map((name, index): NamedThing => {
      return { kind: 'queue', name, by: '"requests.queues"', json, path: ['requests', 'queues', index] };
    }),
    ...Object.keys(labels)
      .filter((name) => !/^\+?\d+$/.test(name))
      .map((name): NamedThing => ({ kind: 'queue', name, by: '"labels"', json, path: ['labels', name] })),
  ];
}

function ofEmployees(json: JsonFile): NamedThing[] {
  return Object.entries(json.value as Record<string, WrittenEmployee>).flatMap(([id, employee]) => {
    if (id === '$schema') return [];
    const by = `employee "${id}"`;
    const { extension, agents = [] } = employee;
    return [
      ...(extension === undefined
        ? []
        : [{ kind: 'extension' as const, name: extension, by, json, path: [id, 'extension'] }]),
      ...agents.map((name, index): NamedThing => ({ kind: 'agent', name, by, json, path: [id, 'agents', index] })),
    ];
  });
}

function ofRule(json: JsonFile, id: string): NamedThing[] {
  const { lostAt, when, callback } = json.value as WrittenRule;
  const by = `rule "${id}"`;
  const names: NamedThing[] = [];
  const name = (kind: string, text: string, path: JsonPath): void => {
    if (kind === 'queue' || kind === 'extension') names.push({ kind, name: text, by, json, path });
  };
  [lostAt ?? []].flat().forEach((place, index) => {
    const [kind = ''] = place.split(':');
    name(kind, place.slice(kind.length + 1), Array.isArray(lostAt) ? ['lostAt', index] : ['lostAt']);
  });
  if (when !== undefined) inCondition(when, ['when'], name);
  const { byDialled = {}, else: rest, ...own } = callback?.to ?? {};
  const targets: [JsonPath, WrittenTarget | undefined][] = [
    [['callback', 'to'], own],
    ...Object.entries(byDialled).map(([number, to]): [JsonPath, WrittenTarget] => [
      ['callback', 'to', 'byDialled', number],
      to,
    ]),
    [['callback', 'to', 'else'], rest],
  ];
  for (const [path, to] of targets) {
    if (to?.queue !== undefined) name('queue', to.queue, [...path, 'queue']);
    if (to?.extension !== undefined) name('extension', to.extension, [...path, 'extension']);
  }
  // A queue of mod_fifo is none of mod_callcenter.
  return names.filter((each) => each.kind !== 'queue' || !each.name.startsWith('fifo:'));
}

function inCondition(
  { all, any, not, fact = '', operator = '', value }: WrittenCondition,
  path: JsonPath,
  name: (kind: string, text: string, path: JsonPath) => void,
): void {
  for (const [kind, parts] of Object.entries({ all, any })) {
    parts?.forEach((part, index) => inCondition(part, [...path, kind, index], name));
  }
  if (not !== undefined) inCondition(not, [...path, 'not'], name);
  if (operator === 'matches') return;
  [value ?? []].flat().forEach((one, index) => {
    const at = Array.isArray(value) ? [...path, 'value', index] : [...path, 'value'];
    if (typeof one === 'string') name(fact, one, at);
  });
}
