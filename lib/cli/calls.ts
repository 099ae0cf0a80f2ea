import type { Command } from 'commander';
import type { CallOutcome } from '../calls/call.js';
import { systemClock } from '../time/clock.js';
import { formatSpan } from '../time/duration.js';
import type { JournalFilter } from '../tasks/journal.js';
import type { JournalEntry, UnansweredClient } from '../tasks/journal-store.js';
import { callId, limitOption, sinceOption } from './arguments.js';
import { endOf, timeLine, whySentences } from './call-story.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { openOffice, type Office } from './office.js';
import { clockTime, plain, table, type Output } from './output.js';
import { placeOption, placeText } from './place.js';
import { loadLeniently } from './setup.js';
import { tellSwitch } from './switch.js';

interface Shared {
  config?: string;
  json?: boolean;
}

interface ListOptions extends Shared {
  lost?: boolean;
  answered?: boolean;
  requested?: boolean;
  unanswered?: boolean;
  since?: number;
  number?: string;
  place?: NonNullable<JournalFilter['place']>;
  limit: number;
}

/** callbackd calls list | show | why | forget */
export function callsCommand(program: Command, output: Output): void {
  const calls = program
    .command('calls')
    .description('The journal: every call of a client, and what was decided about it');
  const office = (options: Shared): Office => openOffice(loadLeniently(options.config, output));
  listCommand(calls, office, output);
  showCommand(calls, office, output);
  whyCommand(calls, office, output);
  forgetCommand(calls, office, output);
}

function listCommand(calls: Command, office: (options: Shared) => Office, output: Output): void {
  calls
    .command('list')
    .description('Show the latest calls, newest first')
    .option('--lost', 'only lost ones')
    .option('--answered', 'only answered ones')
    .option('--requested', 'only those in which a callback was asked for')
    .option('--unanswered', 'instead: the clients who were lost and whom nobody has talked to since')
    .option('--since <time>', 'only those that ended since, e.g. 24h or 2026-11-20', sinceOption)
    .option('--number <number>', 'only those of a client, in any spelling of his number')
    .option('--place <place>', 'only those that ended there, e.g. queue or queue:sales@default', placeOption)
    .option('--limit <count>', 'at most so many', limitOption, 100)
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON array')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd calls list --lost --since 24h\n  callbackd calls list --number "8 495 123-00-01"\n  callbackd calls list --place queue:sales@default --json\n  callbackd calls list --unanswered',
    )
    .action((options: ListOptions) =>
      options.unanswered === true ? listUnanswered(options, office, output) : listCalls(options, office, output),
    );
}

async function listCalls(options: ListOptions, office: (options: Shared) => Office, output: Output): Promise<void> {
  const { since, number, place, limit } = options;
  const outcomes = (['lost', 'answered', 'requested'] as const satisfies CallOutcome[]).filter((each) => options[each]);
  const opened = office(options);
  const found = await opened.calls({
    limit,
    ...(outcomes.length > 0 && { outcomes }),
    ...(since !== undefined && { since }),
    ...(number !== undefined && { number }),
    ...(place !== undefined && { place }),
  });
  if (options.json === true) return output.out(JSON.stringify(found));
  tellSwitch(await opened.switchState(), output);
  if (found.length === 0) return output.out('no calls');
  output.out(callsTable(found, systemClock.now()));
  if (found.length === limit) output.out(`the latest ${limit}; --limit shows more`);
}

async function listUnanswered(
  options: ListOptions,
  office: (options: Shared) => Office,
  output: Output,
): Promise<void> {
  const others = (['lost', 'answered', 'requested', 'number', 'place'] as const).filter(
    (each) => options[each] !== undefined,
  );
  if (others.length > 0)
    throw new CommandFailure(
      exitCodes.usage,
      `--unanswered lists clients, not calls: it goes without --${others.join(', --')}`,
    );
  const { since, limit } = options;
  const opened = office(options);
  const found = await opened.unanswered({ limit, ...(since !== undefined && { since }) });
  if (options.json === true) return output.out(JSON.stringify(found));
  tellSwitch(await opened.switchState(), output);
  if (found.length === 0) return output.out('nobody: every lost client was talked to afterwards');
  output.out(unansweredTable(found, systemClock.now()));
  if (found.length === limit) output.out(`the latest ${limit}; --limit shows more`);
}

function callsTable(found: readonly JournalEntry[], now: number): string {
  return table(
    ['call', 'ended', 'client', 'name', 'outcome', 'place', 'waited', 'rule', 'task'],
    found.map(({ id, caller, call, decision, task }) => [
      String(id),
      clockTime(call.endedAt, now),
      caller ?? 'withheld',
      call.name ?? '',
      decision.byHand === true ? 'by hand' : call.outcome,
      placeText(call) ?? '',
      call.waited === undefined ? '' : formatSpan(call.waited * 1_000),
      decision.blacklisted === undefined ? (decision.rule ?? '') : 'blacklisted',
      task === undefined ? '' : String(task),
    ]),
  );
}

function unansweredTable(found: readonly UnansweredClient[], now: number): string {
  return table(
    ['client', 'name', 'last lost', 'times', 'call', 'task', 'last talked to', 'what happened last'],
    found.map(({ client, call, losses, talkedAt }) => [
      client,
      call.call.name ?? '',
      clockTime(call.call.endedAt, now),
      String(losses),
      String(call.id),
      call.task === undefined ? '' : String(call.task),
      talkedAt === undefined ? 'never' : clockTime(talkedAt, now),
      endOf(call),
    ]),
  );
}

function showCommand(calls: Command, office: (options: Shared) => Office, output: Output): void {
  calls
    .command('show')
    .argument('<id>', 'number of the call', callId)
    .description('Show one call: what the client went through, what was decided, what was done')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  callbackd calls show 12')
    .action(async (id: number, options: Shared) => {
      const story = await office(options).call(id);
      if (options.json === true) return output.out(JSON.stringify(story));
      const now = systemClock.now();
      const { call, caller } = story.call;
      const lines = timeLine(story, now);
      const width = Math.max(...lines.map(([at]) => at.length));
      output.out(
        [
          `call ${id}: ${plain(caller ?? 'number withheld')}${call.name === undefined ? '' : ` (${plain(call.name)})`}, ${call.outcome}`,
          ...lines.map(([at, what]) => `  ${at.padEnd(width)}  ${what}`),
          `  ${''.padEnd(width)}  leg ${plain(call.call)}`,
        ].join('\n'),
      );
    });
}

function whyCommand(calls: Command, office: (options: Shared) => Office, output: Output): void {
  calls
    .command('why')
    .argument('<id|number>', 'number of the call, or telephone number of the client: then it is about his latest loss')
    .description('Say why a client was or was not called back')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExamples:\n  callbackd calls why 12\n  callbackd calls why +74951230001')
    .action(async (what: string, options: Shared) => {
      const story = await office(options).why(what);
      const why = whySentences(story, systemClock.now());
      output.out(options.json === true ? JSON.stringify({ why, ...story }) : why.join('\n'));
    });
}

function forgetCommand(calls: Command, office: (options: Shared) => Office, output: Output): void {
  calls
    .command('forget')
    .argument('<number>', 'telephone number of the client, in any spelling')
    .description('Remove a client from the database: his calls, tasks and attempts; refused while he is being called')
    .option('--blacklist', 'take him off the blacklist too')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      "\nExample:\n  callbackd calls forget +74951230001\n\nFreeSWITCH's own CDR files and logs are not touched; calls that were forgotten are not read from them again.",
    )
    .action(async (number: string, options: Shared & { blacklist?: boolean }) => {
      const gone = await office(options).forget(number, options.blacklist === true);
      if (options.json === true) return output.out(JSON.stringify(gone));
      const removed = `${count(gone.calls, 'call')}, ${count(gone.tasks, 'task')}, ${count(gone.attempts, 'attempt')}`;
      output.out(
        plain(`${gone.client} is forgotten: ${removed}${gone.unblacklisted ? ', and the entry of the blacklist' : ''}`),
      );
    });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
