import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatProblem } from '../config/problem.js';
import { ruleContext } from '../rules/check.js';
import { putInForce, readFiles } from '../rules/in-force.js';
import type { InForce } from '../tasks/rule-admin.js';
import type { JournalEntry } from '../tasks/journal-store.js';
import { storedFacts } from '../tasks/loss-facts.js';
import { systemClock } from '../time/clock.js';
import { parseDuration } from '../time/duration.js';
import { limitOption, sinceOption } from './arguments.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { openOffice } from './office.js';
import { plain, type Output } from './output.js';
import { placeText } from './place.js';
import { outcomeOf, outcomeText, type RuleOutcome, type RuleSet } from './rule-outcome.js';
import { isRuleProblem } from './rules-check.js';
import { loadLeniently, type Ready } from './setup.js';
import { tellSwitch } from './switch.js';
import { zoneTime } from './zone-time.js';

interface TryOptions {
  since?: number;
  rules?: string;
  all?: boolean;
  limit: number;
  config?: string;
  json?: boolean;
}

/** So far back when nobody says how far: a week has every kind of day. */
const week = parseDuration('7d')!;

/** callbackd rules try */
export function tryCommand(rules: Command, output: Output): void {
  rules
    .command('try')
    .description(
      'Put the stored losses to the rules in force and to those on disk, and show the difference call by call',
    )
    .option('--since <time>', 'only losses since, e.g. 24h or 2026-11-20; default: 7d', sinceOption)
    .option('--rules <dir>', 'the rules of this folder instead of those on disk, e.g. a copy that you edit')
    .option('--all', 'also the calls for which nothing changes')
    .option('--limit <count>', 'at most so many calls', limitOption, 1_000)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd rules try\n  callbackd rules try --since 30d --rules /tmp/new-rules\n\nNothing is changed and nobody is called. Clock times are in the time zone of the configuration.',
    )
    .action(async (options: TryOptions) => {
      const ready = loadLeniently(options.config, output);
      const office = openOffice(ready);
      const inForce = await office.inForce();
      const now = { rules: inForce.rules, context: contextOf(ready, inForce.schedules) };
      const then = rulesToTry(ready, inForce, options.rules, output);
      const since = options.since ?? systemClock.now() - week;
      const losses = await office.calls({ since, outcomes: ['lost', 'requested'], limit: options.limit });
      const tried = await tryAll([...losses].reverse(), now, then);
      if (options.json === true) return output.out(JSON.stringify(asJson(tried)));
      tellSwitch(inForce.switch, output);
      const { timezone } = ready.configuration;
      for (const one of tried.calls) if (one.changed || options.all === true) output.out(line(one, timezone));
      for (const text of summary(tried, since, timezone)) output.out(text);
      if (losses.length === options.limit) output.out(`the latest ${options.limit} losses; --limit takes more`);
    });
}

function contextOf({ configuration }: Ready, schedules: InForce['schedules']): RuleSet['context'] {
  return ruleContext(configuration, new Map(schedules.map((schedule) => [schedule.name, schedule])));
}

/** What would be in force with these files: a broken one leaves its last good version, one that is gone deletes its rule. */
function rulesToTry(ready: Ready, inForce: InForce, dir: string | undefined, output: Output): RuleSet {
  const rulesDir = dir === undefined ? ready.configuration.rulesDir : resolve(dir);
  if (dir !== undefined && !existsSync(rulesDir))
    throw new CommandFailure(exitCodes.problem, `there is no folder ${rulesDir}`);
  const configuration = { ...ready.configuration, rulesDir };
  const good = { rules: inForce.rules.map((rule) => ({ rule })), schedules: inForce.schedules, employees: [] };
  const files = readFiles(configuration, good);
  const wanted = putInForce(files, good, systemClock.now(), 0, configuration);
  for (const problem of wanted.problems)
    if (isRuleProblem(problem, rulesDir)) output.err(plain(formatProblem(problem)));
  return { rules: wanted.rules, context: ruleContext(ready.configuration, wanted.schedules) };
}

interface Tried {
  call: JournalEntry;
  now: RuleOutcome;
  then: RuleOutcome;
  changed: boolean;
}

interface AllTried {
  calls: Tried[];
  /** Losses that no rule is asked about: nobody can be called back. */
  skipped: JournalEntry[];
}

async function tryAll(losses: readonly JournalEntry[], now: RuleSet, then: RuleSet): Promise<AllTried> {
  const tried: AllTried = { calls: [], skipped: [] };
  for (const call of losses) {
    if (call.decision.whyNot !== undefined) {
      tried.skipped.push(call);
      continue;
    }
    const facts = storedFacts(call);
    const outcomes = { now: await outcomeOf(facts, now), then: await outcomeOf(facts, then) };
    tried.calls.push({ call, ...outcomes, changed: !same(outcomes.now, outcomes.then) });
  }
  return tried;
}

/** The name of a rule may be another: that changes nothing. */
function same(a: RuleOutcome, b: RuleOutcome): boolean {
  return JSON.stringify({ ...a, name: '' }) === JSON.stringify({ ...b, name: '' });
}

function line({ call: { id, caller, call }, now, then, changed }: Tried, timezone: string): string {
  const place = placeText(call);
  const lost = `lost ${zoneTime(call.endedAt, timezone)}${place === undefined ? '' : ` in ${place}`}`;
  const what = changed
    ? `now ${outcomeText(now, timezone)}; would be ${outcomeText(then, timezone)}${others(now, then)}`
    : `as now ${outcomeText(now, timezone)}`;
  return plain(`call ${id}, ${caller ?? 'number withheld'}, ${lost}: ${what}`);
}

/** Settings that the sentence doesn't show. */
function others({ callback: now }: RuleOutcome, { callback: then }: RuleOutcome): string {
  if (now === undefined || then === undefined) return '';
  const keys = [...new Set([...Object.keys(now), ...Object.keys(then)])] as (keyof typeof now)[];
  const changed = keys.filter((key) => JSON.stringify(now[key]) !== JSON.stringify(then[key]) && key !== 'to');
  return changed.length === 0 ? '' : ` (other ${changed.map((key) => key.replace(/(Ms|File)$/, '')).join(', ')})`;
}

function summary({ calls, skipped }: AllTried, since: number, timezone: string): string[] {
  const changed = calls.filter((one) => one.changed);
  const isBack = ({ action }: RuleOutcome): boolean => action === 'callback';
  const more = changed.filter(({ now, then }) => isBack(then) && !isBack(now)).length;
  const less = changed.filter(({ now, then }) => isBack(now) && !isBack(then)).length;
  const back = (side: 'now' | 'then'): number => calls.filter((one) => isBack(one[side])).length;
  return [
    `${calls.length} lost calls since ${zoneTime(since, timezone)}: ${back('now')} called back by the rules in force, ${back('then')} by those that were tried`,
    changed.length === 0
      ? 'nothing would change'
      : `${changed.length} would change: ${more} called back that are not now, ${less} not any more, ${changed.length - more - less} otherwise`,
    ...(skipped.length === 0 ? [] : [`${skipped.length} skipped, because nobody could be called back`]),
  ];
}

function asJson({ calls, skipped }: AllTried): unknown {
  return {
    calls: calls.map(({ call, ...rest }) => ({ id: call.id, client: call.caller, lostAt: call.call.endedAt, ...rest })),
    changed: calls.filter((one) => one.changed).length,
    skipped: skipped.length,
  };
}
