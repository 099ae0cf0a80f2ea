import type { Command } from 'commander';
import { systemClock } from '../time/clock.js';
import type { SwitchState } from '../tasks/master-switch.js';
import { openOffice } from './office.js';
import { clockTime, type Output } from './output.js';
import { count } from './problems.js';
import { loadLeniently } from './setup.js';

/** callbackd on | off: the master switch. */
export function switchCommands(program: Command, output: Output): void {
  switchCommand(program, output, 'on', 'Switch callbackd on: lost clients are called back, open tasks go on');
  switchCommand(
    program,
    output,
    'off',
    'Switch callbackd off: lost calls are recorded and nobody is called back; open tasks rest and lose no time',
  );
}

function switchCommand(program: Command, output: Output, name: 'on' | 'off', description: string): void {
  program
    .command(name)
    .description(description)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `\nExample:\n  callbackd ${name}\n\nIt stays so until it is switched again, also over restarts.`,
    )
    .action(async (options: { config?: string; json?: boolean }) => {
      const office = openOffice(loadLeniently(options.config, output));
      const before = await office.switchState();
      const now = await office.turnSwitch(name === 'on');
      const open = await office.list({ states: ['waiting', 'calling'], limit: 100_000 });
      if (options.json === true) return output.out(JSON.stringify({ ...now, openTasks: open.length }));
      output.out(meaning(before, now, open.length).join('\n'));
    });
}

function meaning(before: SwitchState, { on, since }: SwitchState, open: number): string[] {
  const already = before.on === on ? ' already' : '';
  const when = before.on === on && since !== undefined ? ` since ${clockTime(since, systemClock.now())}` : '';
  const tasks = count(open, 'open task');
  if (on)
    return [
      `callbackd is switched on${already}${when}: lost calls are called back as the rules say`,
      ...(open === 0 ? ['no task is open'] : [`${tasks} ${open === 1 ? 'goes' : 'go'} on`]),
    ];
  return [
    `callbackd is switched off${already}${when}: lost calls are recorded and never become tasks, nobody is called back`,
    ...(open === 0
      ? ['no task is open']
      : [`${tasks} ${open === 1 ? 'rests and loses' : 'rest and lose'} no time, however long it takes`]),
    '"callbackd on" turns it on',
  ];
}

/** The first line of every list while callbackd is switched off; undefined while it is on. */
export function switchLine({ on, since }: SwitchState): string | undefined {
  if (on) return undefined;
  const when = since === undefined ? '' : ` since ${clockTime(since, systemClock.now())}`;
  return `callbackd is switched off${when}: nobody is called back; "callbackd on" turns it on`;
}

/** Tells that callbackd is switched off, when it is. */
export function tellSwitch(state: SwitchState, output: Output): void {
  const line = switchLine(state);
  if (line !== undefined) output.out(line);
}
