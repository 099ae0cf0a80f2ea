import type { Output } from '../cli/output.js';
import { plain } from '../cli/output.js';
import type { Happening } from '../simulator/record.js';
import type { LogLine } from './daemon-process.js';

/** The columns of the time line: who does something. */
type Actor = 'client' | 'queue' | 'employee' | 'callbackd';

const actors: Partial<Record<Happening['kind'], Actor>> = {
  clientCalls: 'client',
  clientHangsUp: 'client',
  joinsQueue: 'queue',
  phoneRings: 'employee',
  phoneAnswers: 'employee',
  phoneDoesNotAnswer: 'employee',
  promptPlays: 'employee',
  clientRings: 'client',
  clientAnswers: 'client',
  clientNotReached: 'client',
  talk: 'employee',
  callEnds: 'client',
};

/** Prints what happens while it happens, with the people's names instead of their numbers. */
export class TimeLine {
  private readonly startedAt = Date.now();

  constructor(
    private readonly output: Output,
    private readonly names: ReadonlyMap<string, string>,
  ) {}

  happening({ kind, text }: Happening): void {
    const actor = actors[kind];
    if (actor !== undefined) this.line(actor, text);
  }

  log(line: LogLine): void {
    const text = said(line);
    if (text !== undefined) this.line('callbackd', text);
  }

  line(actor: Actor, text: string): void {
    const seconds = ((Date.now() - this.startedAt) / 1_000).toFixed(1).padStart(5);
    this.output.out(`${seconds} s  ${actor.padEnd(9)}  ${plain(this.named(text))}`);
  }

  private named(text: string): string {
    let named = text;
    for (const [number, name] of this.names) named = named.replaceAll(new RegExp(`\\+?${number}`, 'g'), name);
    return named;
  }
}

/** The daemon's log lines that matter to somebody who watches. */
function said(line: LogLine): string | undefined {
  const { msg, task, rule, action, outcome, target } = line as LogLine & Record<string, string | number | undefined>;
  switch (msg) {
    case 'link to FreeSWITCH is up':
      return 'linked to FreeSWITCH, watching its calls';
    case 'client call lost':
      return action === 'callback'
        ? `a call was lost after ${String(line.waited)} s: rule "${String(rule)}" makes task ${String(task)}`
        : `a call was lost after ${String(line.waited)} s: no rule takes it (${String(line.why)}), nobody is called back`;
    case 'calling back':
      return `task ${String(task)}: calls back through ${String(target)}, employee first`;
    case 'attempt ended':
      return `task ${String(task)}: ${String(outcome)}${line.talkMs === undefined ? '' : `, they talked for ${(Number(line.talkMs) / 1_000).toFixed(1)} s`}`;
    case 'task cancelled':
      return `task ${String(task)}: cancelled by the admin`;
    default:
      return undefined;
  }
}
