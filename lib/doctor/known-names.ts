/** What FreeSWITCH has, of the kinds of things that the admin's files name. */
import { didYouMean } from '../config/nearest.js';
import { formatFound, type Problem } from '../config/problem.js';
import type { Ask } from './ask.js';
import { gatewayNames, knowsGateway } from './gateway.js';
import type { NamedThing, NameKind } from './names.js';
import { firstColumn } from './queues.js';

/** Names by kind; absent: it could not be found out. */
export type KnownNames = Partial<Record<NameKind, readonly string[]>>;

/** Asks only for the kinds that are named. Never throws. */
export async function askKnownNames(ask: Ask, named: readonly NamedThing[]): Promise<KnownNames> {
  const askers = { queue: askQueues, agent: askAgents, extension: askExtensions, gateway: askGateways };
  const known: KnownNames = {};
  for (const kind of new Set(named.map((each) => each.kind))) {
    const names = [...new Set(named.filter((each) => each.kind === kind).map(({ name }) => name))];
    const found = await askers[kind](ask, names);
    if (found !== undefined) known[kind] = found;
  }
  return known;
}

const holders: Record<NameKind, string> = {
  queue: 'mod_callcenter',
  agent: 'mod_callcenter',
  extension: "FreeSWITCH's directory",
  gateway: 'FreeSWITCH',
};

/** A warning for each name that FreeSWITCH does not have: the thing may be made later. */
export function unknownNames(named: readonly NamedThing[], known: KnownNames): Problem[] {
  return named.flatMap(({ kind, name, by, json, path }) => {
    const there = known[kind];
    if (there === undefined || there.includes(name)) return [];
    // Only some of the users are known by name.
    const has = kind === 'extension' ? '' : there.length === 0 ? '; it has none' : `; it has ${firstFew(there)}`;
    const guess = didYouMean(name, there) || has;
    const message = `${by} names the ${kind} ${formatFound(name)}, which ${holders[kind]} does not have${guess}`;
    return json.problem(path, message, { severity: 'warning' });
  });
}

function firstFew(names: readonly string[]): string {
  return names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');
}

async function askQueues(ask: Ask): Promise<string[] | undefined> {
  return firstColumn(await ask('callcenter_config queue list'));
}

async function askAgents(ask: Ask): Promise<string[] | undefined> {
  return firstColumn(await ask('callcenter_config agent list'));
}

/** What may stand in a command. */
const safe = /^[A-Za-z0-9_.@-]+$/;

/**
 * `list_users` knows only users that stand in XML files and in a group: each of the others is asked for (mod_commands,
 * mod_sofia).
 */
async function askExtensions(ask: Ask, names: readonly string[]): Promise<string[] | undefined> {
  const listed = firstColumn(await ask('list_users')) ?? [];
  const found = new Set(listed);
  const domain = await ask('global_getvar domain');
  for (const name of names) {
    const [user = '', at = 'text' in domain ? domain.text : ''] = name.split('@');
    if (listed.includes(user)) found.add(name);
    if (found.has(name) || !safe.test(name)) continue;
    const exists = await ask(`user_exists id ${user} ${at}`);
    const contact = await ask(`sofia_contact */${user}@${at}`);
    if (!('text' in exists) || !['true', 'false'].includes(exists.text)) return undefined;
    if (exists.text === 'true' || ('text' in contact && contact.text.startsWith('sofia/'))) found.add(name);
  }
  return [...found];
}

async function askGateways(ask: Ask, names: readonly string[]): Promise<string[] | undefined> {
  const list = await ask('sofia status');
  if (!('text' in list) || list.text.startsWith('-ERR')) return undefined;
  const found = new Set(gatewayNames(list.text));
  for (const name of names) {
    const answer = await ask(`sofia status gateway ${name}`);
    if ('text' in answer && knowsGateway(answer.text)) found.add(name);
  }
  return [...found];
}
