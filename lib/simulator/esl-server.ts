import { createServer, type AddressInfo, type Server } from 'node:net';
import type { ApiCommands } from './api-commands.js';
import { EslConnection } from './esl-connection.js';
import type { EventSource } from './event-source.js';

/** mod_event_socket: a TCP server, any number of clients. */
export class EslServer {
  private server: Server | undefined;
  private readonly connections = new Set<EslConnection>();
  private port: number;

  constructor(
    private readonly host: string,
    port: number,
    private readonly password: string,
    private readonly events: EventSource,
    private readonly api: ApiCommands,
  ) {
    this.port = port;
  }

  /** Listens; after a stop on the same port again. Gives the port. */
  async start(): Promise<number> {
    if (this.server !== undefined) return this.port;
    const server = createServer({ noDelay: true }, (socket) => {
      const connection = new EslConnection(socket, this.password, this.events, this.api);
      this.connections.add(connection);
      socket.on('close', () => this.connections.delete(connection));
    });
    this.server = server;
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(this.port, this.host, listening);
    });
    this.port = (server.address() as AddressInfo).port;
    return this.port;
  }

  /** Stops listening; `politely` tells the clients first, with that text. */
  async stop(politely?: string): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    this.server = undefined;
    for (const connection of this.connections) {
      if (politely === undefined) connection.drop();
      else connection.sayGoodbye(politely);
    }
    await new Promise<void>((closed) => {
      server.close(() => closed());
      // A client that never closes its side must not hold us.
      if (politely !== undefined) for (const connection of this.connections) connection.dropSoon();
    });
  }
}
