import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import { StartupProblem } from '../config/startup-problem.js';

/**
 * The daemon's unix socket: one JSON request a line, `{"do": "tasks.show", "id": 7}`, one JSON answer a line,
 * `{"ok": …}` or `{"refused": "why"}`. What may be done is what `handlers` holds.
 */
export type Handlers = Readonly<Record<string, (request: Record<string, unknown>) => unknown>>;

/** Longest request line, bytes. */
const longestRequest = 65_536;

export class ControlSocket {
  private server: Server | undefined;
  private readonly connections = new Set<Socket>();

  constructor(
    private readonly path: string,
    private readonly handlers: Handlers,
    private readonly log: Logger,
  ) {}

  /**
   * Listens. A socket left by a killed daemon is removed: the caller holds the database's lock, so nobody uses it.
   * @throws StartupProblem when something else has that name, or nothing can be made there.
   */
  async start(): Promise<void> {
    if (this.server !== undefined) return;
    this.removeStale();
    const server = createServer((socket) => this.serve(socket));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(this.cannotListen(error)));
      server.listen(this.path, resolve);
    });
    server.on('error', (error) => this.log.error({ err: error }, 'control socket'));
    chmodSync(this.path, 0o660);
  }

  private removeStale(): void {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (!found.isSocket())
      throw new StartupProblem(
        `${this.path} is there already, and is no socket`,
        'correct "socket" in the configuration, or move that file away',
      );
    rmSync(this.path);
  }

  private cannotListen(error: Error): StartupProblem {
    return new StartupProblem(
      `the socket ${this.path} cannot be made: ${error.message}`,
      `make its folder, and let callbackd's user write there, or correct "socket" in the configuration`,
      { cause: error },
    );
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    for (const socket of this.connections) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private serve(socket: Socket): void {
    this.connections.add(socket);
    let received = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.connections.delete(socket));
    socket.on('data', (text: string) => {
      received += text;
      if (received.length > longestRequest) return void socket.destroy();
      const lines = received.split('\n');
      received = lines.pop() ?? '';
      for (const line of lines) socket.write(`${JSON.stringify(this.answer(line))}\n`);
    });
  }

  private answer(line: string): unknown {
    try {
      const request = JSON.parse(line) as Record<string, unknown>;
      const handler = typeof request.do === 'string' ? this.handlers[request.do] : undefined;
      return handler === undefined
        ? { refused: `this daemon cannot do ${JSON.stringify(request.do)}` }
        : { ok: handler(request) };
    } catch (error) {
      this.log.error({ err: error }, 'a control request failed');
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  }
}
