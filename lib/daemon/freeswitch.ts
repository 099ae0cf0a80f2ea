import type { Link, Reply } from '../esl/link.js';
import type { Rule } from '../rules/rule.js';

/** What callbackd must know of the FreeSWITCH at the other end of a new link. */
export interface Found {
  coreUuid: string;
  /** mod_callcenter is loaded. */
  callcenter: boolean;
  /** UUIDs of all channels that live. */
  channels: ReadonlySet<string>;
  rows: readonly ChannelRow[];
  /** What the admin has to put right, in sentences. */
  problems: string[];
}

/** A row of `show channels as json`. The initial_ fields are those before transfers. */
export interface ChannelRow {
  uuid: string;
  direction: string;
  name: string;
  dest: string;
  cid_num: string;
  initial_cid_num?: string;
}

/** Looks at FreeSWITCH; undefined when the link broke meanwhile. */
export async function examine(link: Link, rules: readonly Rule[]): Promise<Found | undefined> {
  const core = await link.api('global_getvar core_uuid');
  const module = await link.api('module_exists mod_callcenter');
  const queues = await link.api('callcenter_config queue list');
  const channels = await link.api('show channels as json');
  if ([core, module, queues, channels].some(isBroken)) return undefined;
  const callcenter = text(module) === 'true';
  return {
    coreUuid: text(core),
    callcenter,
    channels: channelUuids(text(channels)),
    rows: channelRows(text(channels)),
    problems: callcenter ? withoutQueue(rules, queueNames(text(queues))) : [withoutCallcenter],
  };
}

/** UUIDs of all channels that live now; undefined when FreeSWITCH can't be asked. */
export async function liveChannels(link: Link): Promise<ReadonlySet<string> | undefined> {
  const reply = await link.api('show channels as json');
  return reply.kind === 'ok' ? channelUuids(reply.text) : undefined;
}

const withoutCallcenter =
  'FreeSWITCH has no mod_callcenter: losses in queues are not seen, and nobody can be called back through a queue; load it with "load mod_callcenter" and in modules.conf.xml';

/** What is wrong with the queues that rules name; undefined when FreeSWITCH can't be asked. */
export async function missingQueues(link: Link, rules: readonly Rule[]): Promise<string[] | undefined> {
  const queues = await link.api('callcenter_config queue list');
  return isBroken(queues) ? undefined : withoutQueue(rules, queueNames(text(queues)));
}

/** Queues that a rule calls back through, and that mod_callcenter does not have. */
function withoutQueue(rules: readonly Rule[], queues: ReadonlySet<string>): string[] {
  return rules.flatMap(({ enabled, id, action }) => {
    if (!enabled || action.kind !== 'callback' || !('queue' in action.to) || queues.has(action.to.queue)) return [];
    return [
      `rule "${id}" calls back through the queue "${action.to.queue}", which mod_callcenter does not have (it has ${[...queues].join(', ') || 'none'})`,
    ];
  });
}

/** First column of `callcenter_config queue list`, a table whose columns are separated by `|`. */
function queueNames(table: string): Set<string> {
  const rows = table.split('\n').slice(1);
  return new Set(
    rows.map((row) => row.split('|')[0]?.trim() ?? '').filter((name) => name !== '' && !name.startsWith('+OK')),
  );
}

function channelUuids(json: string): Set<string> {
  return new Set(channelRows(json).map(({ uuid }) => uuid));
}

function channelRows(json: string): ChannelRow[] {
  try {
    return (JSON.parse(json) as { rows?: ChannelRow[] }).rows ?? [];
  } catch {
    return [];
  }
}

function isBroken({ kind }: Reply): boolean {
  return kind === 'not-sent' || kind === 'unknown';
}

/** "-ERR" answers (unknown variable, unknown command) are empty. */
function text(reply: Reply): string {
  return reply.kind === 'ok' ? reply.text.trim() : '';
}
