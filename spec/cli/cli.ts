/** Runs `callbackd ARGUMENTS` inside the spec and gives what an admin would see. */
import { runCli } from '../../lib/cli/program.js';
import { demoCommand } from '../../lib/demo/command.js';

export interface Seen {
  code: number;
  out: string;
  err: string;
}

export function cli(...args: string[]): Promise<Seen> {
  return cliAnswering(undefined, ...args);
}

/** On a terminal, at which somebody gives this answer to every question. */
export async function cliAnswering(answer: string | undefined, ...args: string[]): Promise<Seen> {
  const out: string[] = [];
  const err: string[] = [];
  const ask = (question: string): Promise<string> => {
    out.push(question);
    return Promise.resolve(answer ?? '');
  };
  const output = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    ...(answer !== undefined && { ask }),
  };
  const runDaemon = (): Promise<void> => Promise.reject(new Error('no daemon in this spec'));
  const code = await runCli(args, output, { version: '1.2.3', runDaemon, addDemo: demoCommand });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** The JSON that a command with --json printed. */
export function json(seen: Seen): unknown {
  return JSON.parse(seen.out);
}
