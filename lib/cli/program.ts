import { Command, CommanderError } from 'commander';
import { blacklistCommand } from './blacklist.js';
import { callsCommand } from './calls.js';
import { checkCommand } from './check.js';
import { doctorCommand } from './doctor.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { asFailure } from './office.js';
import { plain, type Output } from './output.js';
import { replayCommand } from './replay.js';
import { rulesCommand } from './rules.js';
import { runCommand, type RunDaemon } from './run.js';
import { scheduleCommand } from './schedule.js';
import { statusCommand } from './status.js';
import { switchCommands } from './switch.js';
import { tasksCommand } from './tasks.js';

/** What only bin/ can join: parts on the CLI's own level. */
export interface Joined {
  version: string;
  runDaemon: RunDaemon;
  /** Adds `callbackd demo`. */
  addDemo(program: Command, output: Output): void;
}

/** Runs `callbackd ARGUMENTS`. Resolves to the exit code; never throws for what an admin can do wrong. */
export async function runCli(args: readonly string[], output: Output, joined: Joined): Promise<ExitCode> {
  const program = buildProgram(output, joined);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const failure = asFailure(error);
    if (failure === undefined) throw error;
    for (const line of failure.message.split('\n')) output.err(plain(line));
    if (failure.hint !== undefined) output.err(plain(failure.hint));
    return failure.exitCode;
  }
}

function buildProgram(output: Output, joined: Joined): Command {
  const program = new Command('callbackd')
    .description('Calls back every client whose call was lost, employee first. Runs beside FreeSWITCH.')
    .version(joined.version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text.trimEnd()) })
    .showHelpAfterError('(--help shows how)')
    .addHelpText('after', help);
  runCommand(program, output, joined.runDaemon);
  joined.addDemo(program, output);
  checkCommand(program, output);
  doctorCommand(program, output);
  statusCommand(program, output);
  switchCommands(program, output);
  tasksCommand(program, output);
  callsCommand(program, output);
  blacklistCommand(program, output);
  rulesCommand(program, output);
  scheduleCommand(program, output);
  replayCommand(program, output);
  return program;
}

const help = `
Examples:
  callbackd demo                     see it work, without a FreeSWITCH
  callbackd check                    is what I wrote right?
  callbackd doctor                   can it work here?
  callbackd run                      the daemon
  callbackd tasks list               who is to be called back?
  callbackd calls list --unanswered  whom has nobody talked to?
  callbackd calls why +74951230001   why was he not called back?
  callbackd rules list               what is done with which lost call?
  callbackd off                      call nobody back until "callbackd on"

Exit codes: 0 done; 1 problems found, or refused; 2 wrong usage; 3 the configuration has errors;
4 the database can't be used; 5 the daemon does not answer.`;
