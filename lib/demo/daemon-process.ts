import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One line of the daemon's log. */
export interface LogLine {
  msg: string;
  [field: string]: unknown;
}

/** How long the demo waits for something to happen, ms. */
const patience = 45_000;

/** The real daemon as a process of its own, followed by its log. */
export class DaemonProcess {
  private readonly child: ChildProcess;
  private readonly lines: LogLine[] = [];
  private readonly waiting = new Set<() => void>();
  private ended = false;

  constructor(
    executable: string,
    configFile: string,
    password: string,
    private readonly onLine: (line: LogLine) => void,
    options: readonly string[] = [],
  ) {
    this.child = spawn(process.execPath, [executable, 'run', '--config', configFile, ...options], {
      env: { ...process.env, CALLBACKD_ESL_PASSWORD: password, LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child.on('exit', () => {
      this.ended = true;
      this.wake();
    });
    createInterface({ input: this.child.stdout! }).on('line', (text) => this.take(text));
  }

  /** Resolves to the first log line, past or future, that fits. */
  async until(what: string, fits: (line: LogLine) => boolean): Promise<LogLine> {
    const deadline = Date.now() + patience;
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      if (this.ended) throw new Error(`callbackd ended before this happened: ${what}`);
      if (Date.now() >= deadline) throw new Error(`this did not happen within ${patience / 1_000} s: ${what}`);
      await this.change(deadline - Date.now());
    }
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const exited = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGTERM');
    await exited;
  }

  /** kill -9, as a crash would; resolves when it is dead. */
  async kill(): Promise<void> {
    if (this.ended) return;
    const exited = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGKILL');
    await exited;
  }

  private take(text: string): void {
    try {
      const line = JSON.parse(text) as LogLine;
      this.lines.push(line);
      this.onLine(line);
      this.wake();
    } catch {
      process.stderr.write(`${text}\n`);
    }
  }

  private change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
    });
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }
}
