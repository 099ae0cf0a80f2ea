import type { Command } from 'commander';
import { didYouMean } from '../config/nearest.js';
import { decide } from '../rules/decide.js';
import type { LossFacts } from '../rules/facts.js';
import { ruleContext } from '../rules/check.js';
import type { Rule } from '../rules/rule.js';
import { systemClock } from '../time/clock.js';
import { ruleId } from './arguments.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import type { Shared } from './office-of.js';
import { openOffice, type Office } from './office.js';
import { clockTime, plain, type Output } from './output.js';
import { loadLeniently, type Ready } from './setup.js';
import { tellSwitch } from './switch.js';
import { parseComingTime } from './zone-time.js';

interface AddOptions extends Shared {
  rule?: string;
  at?: string;
}

/** callbackd tasks add */
export function addCommand(tasks: Command, output: Output): void {
  tasks
    .command('add')
    .argument('<number>', "the client's number, in any spelling")
    .description(
      'Call a client back who has not been lost; refused while he has an open task, and for numbers that may not be dialled',
    )
    .option('--rule <id>', 'by this rule; else by the first that takes a call lost at no particular place', ruleId)
    .option('--at <time>', 'when, e.g. 2h (from now), 14:30 or "2026-11-21 10:00"; now, when left out')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object: the task')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd tasks add +74951230001\n  callbackd tasks add "8 495 123-00-01" --rule sales --at 14:30\n\nThe task keeps its rule as long as that exists. While its schedule is closed it waits until it opens. Clock times\nare in the time zone of the configuration.',
    )
    .action(async (number: string, options: AddOptions) => {
      const ready = loadLeniently(options.config, output);
      const office = openOffice(ready);
      const at = comingTime(options.at, ready);
      const rule = await ruleFor(options.rule, office, ready);
      const task = await office.add({ number, rule, ...(at !== undefined && { at }) });
      if (options.json === true) return output.out(JSON.stringify(task));
      const now = systemClock.now();
      const when = task.dueAt <= now ? 'as soon as possible' : `at ${clockTime(task.dueAt, now)}`;
      const later = task.dueAt > (at ?? now) ? ', when the schedule of the rule opens' : '';
      output.out(plain(`task ${task.id}: ${task.client} is called back by rule ${task.rule} ${when}${later}`));
      tellSwitch(await office.switchState(), output);
    });
}

function comingTime(text: string | undefined, { configuration }: Ready): number | undefined {
  if (text === undefined) return undefined;
  const now = systemClock.now();
  const at = parseComingTime(text, configuration.timezone, now);
  const hint = 'a span from now such as 2h, a time of day such as 14:30, or "2026-11-21 10:00"';
  if (at === undefined) throw new CommandFailure(exitCodes.usage, `--at: "${text}" is no time`, hint);
  if (at < now) throw new CommandFailure(exitCodes.usage, `--at: "${text}" lies in the past`, hint);
  return at;
}

/** The rule that was named, or the first that would take a call of which nothing is known but its time. */
async function ruleFor(id: string | undefined, office: Office, { configuration }: Ready): Promise<string> {
  const { rules, schedules } = await office.inForce();
  if (id !== undefined) return checked(id, rules);
  const context = ruleContext(configuration, new Map(schedules.map((schedule) => [schedule.name, schedule])));
  const lostAt = systemClock.now();
  const facts: LossFacts = {
    call: 'by hand',
    outcome: 'lost',
    requested: false,
    lostAt,
    timesLostToday: 1,
    timesLostThisWeek: 1,
  };
  const { rule, action } = await decide(facts, rules, context);
  if (rule !== undefined && action === 'callback') return checked(rule.id, rules);
  const calling = rules.filter((each) => each.action.kind === 'callback').map((each) => each.id);
  throw new CommandFailure(
    exitCodes.problem,
    'no rule calls back for a call that was lost at no particular place: name one with --rule',
    calling.length === 0 ? 'there is no rule that calls anybody back' : `there are ${calling.join(', ')}`,
  );
}

/** @throws CommandFailure when nobody can be called back by it */
function checked(id: string, rules: readonly Rule[]): string {
  const rule = rules.find((each) => each.id === id);
  const known = rules.map((each) => each.id);
  const refuse = (why: string): never => {
    throw new CommandFailure(exitCodes.problem, why, '"callbackd rules list" shows those that there are');
  };
  if (rule === undefined) return refuse(`there is no rule "${id}" in force${didYouMean(id, known)}`);
  if (rule.action.kind === 'ignore') return refuse(`rule "${id}" only ignores calls`);
  const { to } = rule.action;
  if ('tried' in to || 'lastPhase' in to)
    return refuse(`rule "${id}" rings those who were rung in the lost call, and there was none: name another rule`);
  return id;
}
