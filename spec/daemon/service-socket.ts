import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** How long a notification may take, ms. */
const patience = 20_000;

/** A `systemd-notify` of the spec's own on PATH, and what it was told. */
export class ServiceSocket {
  readonly heard: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'callbackd-notify-'));
  private readonly path = join(this.folder, 'notify.sock');
  private readonly server: Server;
  private readonly waiting = new Set<() => void>();

  constructor() {
    const program = join(this.folder, 'systemd-notify');
    writeFileSync(
      program,
      `#!${process.execPath}\nrequire('node:net').connect(process.env.NOTIFY_SOCKET).end(process.argv.slice(2).join('\\n'));\n`,
    );
    chmodSync(program, 0o755);
    this.server = createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (text += chunk));
      socket.on('end', () => {
        this.heard.push(...text.split('\n'));
        for (const wake of [...this.waiting]) wake();
      });
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.path, resolve));
    return this;
  }

  /** What systemd would set for the daemon. */
  environment(watchdogMs?: number): Record<string, string> {
    return {
      PATH: `${this.folder}${delimiter}${process.env.PATH ?? ''}`,
      NOTIFY_SOCKET: this.path,
      ...(watchdogMs !== undefined && { WATCHDOG_USEC: String(watchdogMs * 1_000) }),
    };
  }

  /** Resolves when the assignment has been heard so many times. */
  async until(assignment: string, times = 1): Promise<void> {
    const deadline = Date.now() + patience;
    while (this.heard.filter((each) => each.startsWith(assignment)).length < times) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${assignment} was not said; heard: ${this.heard.join(', ')}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.waiting.add(wake);
      });
    }
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
