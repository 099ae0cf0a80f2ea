import type { Rule } from '../rules/rule.js';
import { targetsOf } from '../rules/targets.js';
import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

/** A queue that the admin's files name. */
export interface NamedQueue {
  queue: string;
  /** `rung`: its agents are called first; `lost`: calls lost there are taken. */
  as: 'rung' | 'lost';
  /** Where it is named, e.g. rule "sales". */
  by: string;
}

export function queuesNamed(rules: readonly Rule[], requests: readonly string[]): NamedQueue[] {
  const named: NamedQueue[] = requests.map((queue) => ({ queue, as: 'lost', by: '"requests.queues"' }));
  for (const { enabled, id, action, lostAt } of rules) {
    if (!enabled) continue;
    const by = `rule "${id}"`;
    for (const target of action.kind === 'callback' ? targetsOf(action.to) : [])
      if ('queue' in target) named.push({ queue: target.queue, as: 'rung', by });
    for (const place of lostAt) if (place.kind === 'queue') named.push({ queue: place.name, as: 'lost', by });
  }
  return named;
}

/**
 * The queues that the admin's files name, against those that mod_callcenter has.
 * @param list the answer to `callcenter_config queue list`
 * @param agents the answers to `callcenter_config queue list agents QUEUE`, by queue
 */
export function judgeQueues(
  named: readonly NamedQueue[],
  list: Answer,
  agents: ReadonlyMap<string, Answer>,
): Finding[] {
  const report = about('queues');
  if (named.length === 0) return [report.ok('no rule names a queue')];
  if ('none' in list) return [report.unchecked(list.none)];
  if (list.text.startsWith('-ERR')) return [report.unchecked(`mod_callcenter does not list its queues: ${list.text}`)];
  const there = queueNames(list.text);
  const findings = named.filter(({ queue }) => !there.includes(queue)).map((each) => unknown(each, there));
  for (const queue of new Set(named.filter(({ as }) => as === 'rung').map(({ queue }) => queue))) {
    if (there.includes(queue) && rows(agents.get(queue))?.length === 0)
      findings.push(
        report.problem(
          `the queue "${queue}" has no agents, so nobody would be rung for a callback`,
          'add agents and tiers to callcenter.conf.xml and "fs_cli -x \'reload mod_callcenter\'"',
        ),
      );
  }
  return findings.length > 0 ? findings : [report.ok(describe(named, agents))];
}

/** The queues of mod_callcenter's table. */
export function queueNames(table: string): string[] {
  return firstColumn({ text: table }) ?? [];
}

/** First column of a table whose columns are separated by `|`, as those of mod_callcenter; undefined when there is no table. */
export function firstColumn(table: Answer): string[] | undefined {
  return rows(table)?.map((row) => row.split('|')[0]?.trim() ?? '');
}

function unknown({ queue, as, by }: NamedQueue, there: readonly string[]): Finding {
  const report = about('queues');
  const has = there.length === 0 ? 'it has none' : `it has ${there.join(', ')}`;
  const remedy = `correct the name, or add the queue to callcenter.conf.xml and "fs_cli -x 'callcenter_config queue load ${queue}'"`;
  return as === 'rung'
    ? report.problem(
        `${by} calls back through the queue "${queue}", which mod_callcenter does not have (${has})`,
        remedy,
      )
    : report.warning(
        `${by} waits for calls lost in the queue "${queue}", which mod_callcenter does not have (${has})`,
        remedy,
      );
}

function describe(named: readonly NamedQueue[], agents: ReadonlyMap<string, Answer>): string {
  return [...new Set(named.map(({ queue }) => queue))]
    .map((queue) => {
      const found = rows(agents.get(queue));
      if (found === undefined) return queue;
      const free = found.filter((row) => row.split('|').some((cell) => cell.startsWith('Available'))).length;
      return `${queue} (${found.length} agents, ${free} logged in now)`;
    })
    .join(', ');
}

/** The rows of a table of mod_callcenter, without its head and its "+OK"; undefined when there is no table. */
function rows(answer: Answer | undefined): string[] | undefined {
  if (answer === undefined || 'none' in answer || !answer.text.includes('|')) return undefined;
  return answer.text
    .split('\n')
    .slice(1)
    .map((row) => row.trim())
    .filter((row) => row !== '' && !row.startsWith('+OK'));
}
