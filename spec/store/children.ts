import { afterEach } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const script = new URL('./child.mjs', import.meta.url).pathname;
const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) await killed(child);
});

export interface Child {
  process: ChildProcess;
  /** Lines that it has printed so far. */
  lines: string[];
  /** Resolves when it has printed so many lines, or has ended. */
  printed(count: number): Promise<void>;
  ended: Promise<number | null>;
}

/** Another process that works on a database: spec/store/child.mjs. */
export function startChild(what: 'lock' | 'commit' | 'race', file: string, name = 'x'): Child {
  const process_ = spawn(process.execPath, [script, what, file, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(process_);
  const lines: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const tell = (all: boolean): void =>
    waiting.filter(({ count }) => all || lines.length >= count).forEach(({ resolve }) => resolve());
  const reader = createInterface({ input: process_.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    tell(false);
  });
  const closed = new Promise<void>((resolve) => reader.on('close', resolve)).then(() => tell(true));
  const exited = new Promise<number | null>((resolve) => process_.on('exit', (code) => resolve(code)));
  const ended = Promise.all([closed, exited]).then(([, code]) => (running.delete(process_), code));
  const printed = (count: number): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ count, resolve });
      tell(false);
    });
  return { process: process_, lines, printed, ended };
}

/** kill -9. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
