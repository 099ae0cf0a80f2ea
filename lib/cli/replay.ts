import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import type { ClientCall, EndedCall } from '../calls/call.js';
import { parseCdr } from '../calls/cdr.js';
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
    .argument('<file...>', 'bytes recorded from an event socket under "event json"; with --cdr, files of mod_json_cdr')
    .description('Decide the client calls in recorded event socket bytes or CDR files, in the order of their ends')
    .option('--cdr', 'the files are CDRs of mod_json_cdr, one leg each; those of other legs are passed over')
    .option('--config <file>', 'read country, internal numbers and request keys from it; without it the defaults hold')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  callbackd replay monday.esl tuesday.esl --json\n  callbackd replay --cdr /var/log/freeswitch/json_cdr/*.json --json',
    )
    .action((files: string[], options: { cdr?: boolean; config?: string; json?: boolean }) => {
      const settings = options.config === undefined ? defaults : settingsOf(options.config, output);
      const { calls, broken } =
        options.cdr === true ? replayCdrs(files, settings, output) : replayAll(files, settings, output);
      if (options.json === true) for (const call of calls) output.out(JSON.stringify(call));
      else output.out(calls.length === 0 ? 'no client calls ended' : callsTable(calls));
      if (broken > 0) throw new CommandFailure(exitCodes.problem, `${broken} of ${files.length} files cannot be used`);
    });
}

const defaults: TrackerSettings = { internal: /^\d{2,5}$/, requestKeys: ['1'] };

function settingsOf(file: string, output: Output): TrackerSettings {
  const { configuration, employees } = load(file, output);
  const { calls, requests, country } = configuration;
  return { ...calls, requestKeys: requests.keys, country, employees };
}

interface Replayed {
  calls: ClientCall[];
  /** Files that are no CDR. */
  broken: number;
}

function replayAll(files: readonly string[], settings: TrackerSettings, output: Output): Replayed {
  return { calls: files.flatMap((file) => replay(file, settings, output)), broken: 0 };
}

/** One that cannot be used keeps nobody from the others. Files stand in any order: calls are shown in that of their ends. */
function replayCdrs(files: readonly string[], settings: TrackerSettings, output: Output): Replayed {
  const ended: EndedCall[] = [];
  let broken = 0;
  for (const file of files) {
    const problem = replayCdr(file, settings, ended);
    if (problem === undefined) continue;
    broken += 1;
    output.err(`${file}: ${problem}`);
  }
  return { calls: ended.sort((a, b) => a.endedAt - b.endedAt || a.startedAt - b.startedAt).map(facts), broken };
}

/** What is wrong with the file; undefined when it is a CDR. A tracker of its own: the same leg may stand in two files. */
function replayCdr(file: string, settings: TrackerSettings, ended: EndedCall[]): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
  if (text.trim() === '') return 'is empty: FreeSWITCH has not written it yet, or its disk was full';
  const cdr = parseCdr(text);
  if (cdr === undefined)
    return isJson(text)
      ? 'is no CDR of mod_json_cdr: it has no variables with the UUID of a leg'
      : 'is no whole JSON: half written';
  const seen = (call: EndedCall): void => {
    if (!ended.some((each) => each.call === call.call)) ended.push(call);
  };
  new CallTracker(settings, { ended: seen }).takeCdr(cdr);
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
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
  const { number, e164, name, dialled, anonymous, tried, lastPhase, messageLeft } = call;
  const fields = {
    call: call.call, outcome, place, queue, extension, group, menu, transferredBy, employee, key, waited, endedBy,
    messageLeft, number, e164, name, dialled, anonymous, tried, lastPhase,
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
