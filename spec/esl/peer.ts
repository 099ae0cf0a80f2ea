import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { apiResponse, commandReply, withBody } from './frames.js';
import { Journal } from './journal.js';

/** What the peer does with a command: the bytes of an answer, or undefined to keep quiet. */
export type Answer = (command: string, connection: PeerConnection) => string | Buffer | undefined;

/** One accepted connection of the peer. */
export class PeerConnection {
  readonly heard = new Journal<string>();
  readonly ended: Promise<void>;
  private rest = '';

  constructor(
    readonly socket: Socket,
    private readonly take: (command: string) => void,
  ) {
    socket.on('data', (bytes) => this.read(bytes.toString()));
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  private read(text: string): void {
    const commands = (this.rest + text).split('\n\n');
    this.rest = commands.pop() ?? '';
    for (const command of commands) {
      this.heard.add(command);
      this.take(command);
    }
  }
}

/** Plays the event socket of a FreeSWITCH on a real TCP port of 127.0.0.1, and keeps all it was ever sent. */
export class Peer {
  readonly heard = new Journal<string>();
  readonly connections = new Journal<PeerConnection>();
  /** Bytes sent to whoever connects; undefined: nothing. */
  greeting: string | undefined = 'Content-Type: auth/request\n\n';
  /** Comes before the usual answers; `usual` gives those. */
  answer: Answer = usual;
  private readonly server: Server;

  private constructor() {
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  static async listen(port = 0): Promise<Peer> {
    const peer = new Peer();
    await new Promise<void>((resolve) => peer.server.listen(port, '127.0.0.1', resolve));
    return peer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The connection with this number, the first is 1. */
  async connection(number: number): Promise<PeerConnection> {
    return this.connections.until((connection) => this.connections.entries.indexOf(connection) === number - 1);
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections.entries) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket): void {
    const connection = new PeerConnection(socket, (command) => {
      this.heard.add(command);
      const answer = this.answer(command, connection);
      if (answer !== undefined) connection.send(answer);
    });
    if (this.greeting !== undefined) connection.send(this.greeting);
    this.connections.add(connection);
  }
}

export const goodbye = withBody(
  'text/disconnect-notice',
  'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n',
);

/** As FreeSWITCH answers when all is well; the password is ClueCon. */
export function usual(command: string, connection: PeerConnection): string | undefined {
  if (command.startsWith('auth ')) {
    if (command === 'auth ClueCon') return commandReply('+OK accepted');
    connection.socket.end(commandReply('-ERR invalid') + goodbye);
    return undefined;
  }
  if (command.startsWith('event json ')) return commandReply('+OK event listener enabled json');
  if (command.startsWith('bgapi ')) {
    const jobUuid = /\nJob-UUID: (.*)$/.exec(command)?.[1] ?? 'generated';
    return `Content-Type: command/reply\nReply-Text: +OK Job-UUID: ${jobUuid}\nJob-UUID: ${jobUuid}\n\n`;
  }
  if (command.startsWith('api ')) return apiResponse(`${command.slice(4)}\n`);
  return commandReply('-ERR command not found');
}
