import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import type { ClientCall, EndedCall } from '../calls/call.js';
import { CallTracker, type TrackerSettings } from '../calls/tracker.js';
import { EventStream } from '../esl/recording.js';
import { formatSpan } from '../time/duration.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { table, type Output } from './output.js';
import { load } from './setup.js';

/** callbackd replay: what the clients' calls in recorded event socket bytes were. */
export function replayCommand(program: Command, output: Output): void {
  program
    .command('replay')
    .argument('<file...>', 'bytes recorded from an event socket under "event json"')
    .description('Decide the client calls in recorded event socket bytes, in the order of their ends')
    .option('--config <file>', 'read country, internal numbers and request keys from it; without it the defaults hold')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  callbackd replay monday.esl tuesday.esl --json')
    .action((files: string[], options: { config?: string; json?: boolean }) => {
      const settings = options.config === undefined ? defaults : settingsOf(options.config, output);
      const calls = files.flatMap((file) => replay(file, settings, output));
      if (options.json === true) for (const call of calls) output.out(JSON.stringify(call));
      else output.out(calls.length === 0 ? 'no client calls ended' : callsTable(calls));
    });
}

const defaults: TrackerSettings = { internal: /^\d{2,5}$/, requestKeys: ['1'] };

function settingsOf(file: string, output: Output): TrackerSettings {
  const { calls, requests, country } = load(file, output).configuration;
  return { ...calls, requestKeys: requests.keys, country };
}

function replay(file: string, settings: TrackerSettings, output: Output): ClientCall[] {
  const ended: EndedCall[] = [];
  const tracker = new CallTracker(settings, { ended: (call) => ended.push(call) });
  const stream = new EventStream();
  for (const event of stream.feed(read(file))) tracker.take(event);
  for (const problem of stream.problems()) output.err(`${file}: ${problem}`);
  return ended.map(facts);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailure(exitCodes.problem, `${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The documented fields, in their documented order. */
function facts(call: EndedCall): ClientCall {
  const { outcome, place, queue, extension, group, menu, transferredBy, employee, key, waited, endedBy } = call;
  const { number, e164, name, dialled, anonymous, tried } = call;
  const fields = {
    call: call.call, outcome, place, queue, extension, group, menu, transferredBy, employee, key, waited, endedBy,
    number, e164, name, dialled, anonymous, tried,
  }; // prettier-ignore
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as ClientCall;
}

function callsTable(calls: readonly ClientCall[]): string {
  return table(
    ['number', 'name', 'dialled', 'outcome', 'place', 'waited', 'ended by', 'employee / tried'],
    calls.map((call) => [
      call.number ?? '',
      call.name ?? '',
      call.dialled ?? '',
      call.outcome,
      [call.place, call.queue ?? call.extension ?? call.group ?? call.menu]
        .filter((part) => part !== undefined)
        .join(' '),
      call.waited === undefined ? '' : formatSpan(call.waited * 1_000),
      call.endedBy ?? '',
      call.employee ?? (call.tried ?? []).map(([employee, result]) => `${employee} ${result}`).join(', '),
    ]),
  );
}
