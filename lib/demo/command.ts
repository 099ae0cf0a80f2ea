import type { Command } from 'commander';
import type { Output } from '../cli/output.js';
import { CommandFailure, exitCodes } from '../cli/exit-code.js';

/** callbackd demo: the real daemon against a simulated FreeSWITCH. */
export function demoCommand(program: Command, output: Output): void {
  program
    .command('demo')
    .description('Show clients lost in a queue and called back, in about 20 s; FreeSWITCH is simulated')
    .addHelpText(
      'after',
      '\nExample:\n  callbackd demo\n\nExit code 1 when the database and the simulated FreeSWITCH disagree about who was dialled.',
    )
    .action(async () => {
      const { runDemo } = await import('./demo.js');
      const found = await runDemo(output);
      if (found.length > 0) throw new CommandFailure(exitCodes.problem, found.join('\n'));
    });
}
