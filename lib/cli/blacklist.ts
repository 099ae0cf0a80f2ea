import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { formatProblem } from '../config/problem.js';
import { readBlacklist } from '../tasks/blacklist-file.js';
import type { Blacklisted, WantedEntry } from '../tasks/blacklist.js';
import type { BlacklistEntry } from '../tasks/blacklist-store.js';
import { systemClock } from '../time/clock.js';
import { expiresOption } from './arguments.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { openOffice, type Office } from './office.js';
import { clockTime, plain, table, type Output } from './output.js';
import { loadLeniently, type Ready } from './setup.js';
import { tellSwitch } from './switch.js';

interface Shared {
  config?: string;
  json?: boolean;
}

interface AddOptions extends Shared {
  reason?: string;
  expires?: number;
}

/** Entries in one request to the daemon: its lines are limited. */
const batch = 150;

/** Longest reason, characters. */
const longestReason = 200;

/** callbackd blacklist add | remove | list | import */
export function blacklistCommand(program: Command, output: Output): void {
  const blacklist = program
    .command('blacklist')
    .description('Callers whose lost calls are never called back, and are not counted');
  addCommand(blacklist, output);
  importCommand(blacklist, output);
  removeCommand(blacklist, output);
  listCommand(blacklist, output);
}

function officeOf(ready: Ready): Office {
  return openOffice(ready);
}

function addCommand(blacklist: Command, output: Output): void {
  blacklist
    .command('add')
    .argument('<number...>', 'numbers in any spelling, or patterns with * for any characters')
    .description('Add callers; their open tasks are closed')
    .option('--reason <text>', 'why, for people')
    .option('--expires <span>', 'only for so long, e.g. 30d', expiresOption)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd blacklist add "8 495 123-00-66" --reason "robot" --expires 30d\n  callbackd blacklist add "+7495123*"\n\nPut patterns into quotes: the shell has its own idea of *.',
    )
    .action(async (numbers: string[], options: AddOptions) => {
      const entries = numbers.map((pattern) => wanted(pattern, options));
      const added = await officeOf(loadLeniently(options.config, output)).addToBlacklist(entries);
      if (options.json === true) return output.out(JSON.stringify(added));
      output.out(
        [...added.entries.map(({ pattern }) => `${pattern} is on the blacklist`), ...closedLines(added)].join('\n'),
      );
    });
}

function wanted(pattern: string, { reason, expires }: AddOptions): WantedEntry {
  if (reason !== undefined && reason.length > longestReason)
    throw new CommandFailure(exitCodes.usage, `--reason: at most ${longestReason} characters`);
  return { pattern, ...(reason !== undefined && { reason }), ...(expires !== undefined && { expiresAt: expires }) };
}

function closedLines({ closed }: Blacklisted): string[] {
  return closed.map(({ id, client }) => `task ${id} of ${client} is closed`);
}

function importCommand(blacklist: Command, output: Output): void {
  blacklist
    .command('import')
    .argument('<file>', 'one number or pattern a line, or a CSV whose first column has them; # begins a comment')
    .description('Add many callers: all of them, or none when there is an error in the file')
    .option('--reason <text>', 'why, for people')
    .option('--expires <span>', 'only for so long, e.g. 30d', expiresOption)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  callbackd blacklist import robots.csv --reason "public list of robots"')
    .action(async (file: string, options: AddOptions) => {
      const ready = loadLeniently(options.config, output);
      const { patterns, problems } = readBlacklist(file, read(file), ready.configuration.country);
      if (problems.length > 0) {
        for (const problem of problems) output.err(plain(formatProblem(problem)));
        throw new CommandFailure(exitCodes.problem, 'nothing was imported', 'correct the lines above and import again');
      }
      const entries = patterns.map((pattern) => wanted(pattern, options));
      const added = await addAll(officeOf(ready), entries);
      if (options.json === true) return output.out(JSON.stringify(added));
      output.out([`${entries.length} entries are on the blacklist`, ...closedLines(added)].join('\n'));
    });
}

async function addAll(office: Office, entries: readonly WantedEntry[]): Promise<Blacklisted> {
  const all: Blacklisted = { entries: [], closed: [] };
  for (let from = 0; from < entries.length; from += batch) {
    const added = await office.addToBlacklist(entries.slice(from, from + batch));
    all.entries.push(...added.entries);
    all.closed.push(...added.closed);
  }
  return all;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(exitCodes.problem, `${file} cannot be read: ${(error as Error).message}`);
  }
}

function removeCommand(blacklist: Command, output: Output): void {
  blacklist
    .command('remove')
    .argument('<number>', 'a number in any spelling, or a pattern as it is listed')
    .description('Remove a caller; tasks that were closed stay closed')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  callbackd blacklist remove +74951230066')
    .action(async (number: string, options: Shared) => {
      const removed = await officeOf(loadLeniently(options.config, output)).removeFromBlacklist(number);
      output.out(
        options.json === true ? JSON.stringify(removed) : `${removed.pattern} is not on the blacklist any more`,
      );
    });
}

function listCommand(blacklist: Command, output: Output): void {
  blacklist
    .command('list')
    .description('Show who is on the blacklist')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText('after', '\nExample:\n  callbackd blacklist list')
    .action(async (options: Shared) => {
      const office = officeOf(loadLeniently(options.config, output));
      const entries = await office.blacklist();
      if (options.json === true) return output.out(JSON.stringify(entries));
      tellSwitch(await office.switchState(), output);
      output.out(entries.length === 0 ? 'the blacklist is empty' : blacklistTable(entries, systemClock.now()));
    });
}

function blacklistTable(entries: readonly BlacklistEntry[], now: number): string {
  return table(
    ['number', 'reason', 'added', 'expires'],
    entries.map(({ pattern, reason, addedAt, expiresAt }) => [
      pattern,
      reason ?? '',
      clockTime(addedAt, now),
      expiresAt === undefined ? 'never' : clockTime(expiresAt, now),
    ]),
  );
}
