import type { Command } from 'commander';
import { callerOf } from '../calls/caller.js';
import { diallingPolicy } from '../calls/dialling-policy.js';
import { ruleContext } from '../rules/check.js';
import { explain, type RuleReason } from '../rules/decide.js';
import type { LossFacts } from '../rules/facts.js';
import { StorageProblem } from '../store/problem.js';
import { storedFacts } from '../tasks/loss-facts.js';
import type { SwitchState } from '../tasks/master-switch.js';
import type { JournalEntry } from '../tasks/journal-store.js';
import { systemClock } from '../time/clock.js';
import { callId } from './arguments.js';
import { endOf } from './call-story.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { endedByOption, inventedFacts, timesOption, variableOption, waitedOption, type Invented } from './invented-call.js'; // prettier-ignore
import { openOffice, type Office } from './office.js';
import { plain, table, type Output } from './output.js';
import { placeOption } from './place.js';
import { outcomeOf, throughText, type RuleOutcome, type RuleSet } from './rule-outcome.js';
import { loadLeniently, type Ready } from './setup.js';
import { tellSwitch } from './switch.js';
import { zoneTime } from './zone-time.js';

type ExplainOptions = Invented & { config?: string; json?: boolean };

/** callbackd rules explain */
export function explainCommand(rules: Command, output: Output): void {
  rules
    .command('explain')
    .argument('[call-id]', 'number of a call in the journal; or invent one with the options', callId)
    .description('Say which rule in force takes a call, and for each other one the first condition that fails')
    .option('--place <place>', 'where it was lost, e.g. queue:sales@default', placeOption)
    .option('--number <number>', "the client's number, or withheld")
    .option('--waited <span>', 'how long he waited, e.g. 20s', waitedOption)
    .option('--at <time>', 'when it was lost, e.g. 2h (ago) or "2026-11-20 18:20"; now, when left out')
    .option('--dialled <number>', 'the number that he had dialled')
    .option('--name <name>', "the client's name, as it would be received")
    .option('--requested', 'he asked to be called back')
    .option('--ended-by <how>', 'how the waiting ended, e.g. client or timeout', endedByOption)
    .option('--transferred <employee>', 'it was lost after this employee had passed him on')
    .option('--times-lost-today <count>', 'how often he was lost today, this time included', timesOption)
    .option(
      '--variable <name=value>',
      'a channel variable of calls.variables; may be given several times',
      variableOption,
    ) // prettier-ignore
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd rules explain 17\n  callbackd rules explain --place queue:sales@default --number +74951230001 --waited 20s --at "2026-11-20 18:20"\n\nClock times are in the time zone of the configuration.',
    )
    .action(async (id: number | undefined, options: ExplainOptions) => {
      const ready = loadLeniently(options.config, output);
      const office = openOffice(ready);
      const subject = id === undefined ? invented(options, ready) : await stored(id, options, office, ready);
      const { switch: state, ...set } = await rulesInForce(office, ready, output);
      const explained = {
        ...subject,
        rules: await explain(subject.facts, set.rules, set.context),
        outcome: await outcomeOf(subject.facts, set),
      };
      if (options.json === true) return output.out(JSON.stringify(explained));
      if (state !== undefined) tellSwitch(state, output);
      tell(explained, set, output);
    });
}

interface Subject {
  facts: LossFacts;
  /** Why nobody can be called back, whatever the rules say. */
  whyNot?: string;
  call?: JournalEntry;
}

interface Explained extends Subject {
  rules: RuleReason[];
  outcome: RuleOutcome;
}

function invented(options: ExplainOptions, { configuration }: Ready): Subject {
  const facts = inventedFacts(options, configuration, systemClock.now());
  // Without a number it is about the place and the time: somebody who can be called back.
  const whyNot = options.number === undefined ? undefined : callerOf(facts, diallingPolicy(configuration)).whyNot;
  return { facts, ...(whyNot !== undefined && { whyNot }) };
}

async function stored(id: number, options: ExplainOptions, office: Office, ready: Ready): Promise<Subject> {
  const given = Object.keys(options).filter((option) => option !== 'config' && option !== 'json');
  if (given.length > 0)
    throw new CommandFailure(
      exitCodes.usage,
      `call ${id} is as it was: its number goes without --${given.map(dashed).join(', --')}`,
    );
  const { call } = await office.call(id);
  if (call.call.outcome === 'answered')
    throw new CommandFailure(exitCodes.problem, `call ${id} was ${endOf(call)}: rules are asked about lost calls only`);
  const whyNot = call.decision.whyNot ?? callerOf(call.call, diallingPolicy(ready.configuration)).whyNot;
  return { facts: storedFacts(call), call, ...(whyNot !== undefined && { whyNot }) };
}

function dashed(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Those of the daemon, or of the database; for an invented call those on disk, when the database can't be used. */
async function rulesInForce(office: Office, ready: Ready, output: Output): Promise<RuleSet & { switch?: SwitchState }> {
  try {
    const { rules, schedules, switch: state } = await office.inForce();
    const known = new Map(schedules.map((schedule) => [schedule.name, schedule]));
    return { rules, context: ruleContext(ready.configuration, known), switch: state };
  } catch (error) {
    if (!(error instanceof StorageProblem)) throw error;
    output.err(plain(`${error.message}: the rules are looked at as they are on disk`));
    return { rules: ready.rules, context: ready.context };
  }
}

function tell(
  { facts, whyNot, call, rules, outcome }: Explained,
  { context: { timezone } }: RuleSet,
  output: Output,
): void {
  const { openTask, lostAt } = facts;
  const entry: JournalEntry = call ?? { id: 0, call: { ...facts, startedAt: lostAt, endedAt: lostAt }, decision: { action: 'none', reasons: [] } }; // prettier-ignore
  const which = call === undefined ? 'an invented call' : `call ${call.id}, ${plain(call.caller ?? 'number withheld')}`;
  output.out(`${which}: ${endOf(entry)}; ${zoneTime(lostAt, timezone)}`);
  if (rules.length > 0)
    output.out(
      table(
        ['rule', 'takes it', 'because'],
        rules.map(({ rule, matched, reason }) => [rule, matched ? (rule === outcome.rule ? 'YES' : 'yes, but comes later') : 'no', reason]), // prettier-ignore
      ),
    );
  if (whyNot !== undefined) return output.out(`nobody is called back, whatever the rules say: ${plain(whyNot)}`);
  output.out(decided(outcome, timezone));
  if (outcome.action === 'callback' && openTask === true)
    output.out('he had an open task already: the loss joined it, and attempts used stayed used');
}

function decided(outcome: RuleOutcome, timezone: string): string {
  const { action, rule = '', name = '', expiresAt } = outcome;
  if (action === 'none') return 'no rule takes it: nobody is called back';
  if (action === 'ignore') return plain(`rule ${rule} (${name}) takes it and ignores it: nobody is called back`);
  const given = expiresAt === undefined ? '' : `; given up at ${zoneTime(expiresAt, timezone)}`;
  return plain(`rule ${rule} (${name}) takes it: calls back ${throughText(outcome, timezone)}${given}`);
}
