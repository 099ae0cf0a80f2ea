import { connect, type Socket } from 'node:net';
import { eventsIn, type RecordedEvent } from './recorded-events.js';

export const recordedSubscription =
  'CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HANGUP_COMPLETE BACKGROUND_JOB SHUTDOWN HEARTBEAT CUSTOM callcenter::info';

/** A client of the event socket that keeps every byte. */
export class EslListener {
  private chunks: Buffer[] = [];
  private wake: () => void = () => undefined;
  ended = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  static async connect(port: number): Promise<EslListener> {
    const listener = new EslListener(connect(port, '127.0.0.1'));
    await listener.until((text) => text.includes('auth/request'));
    return listener;
  }

  /** Connected, authenticated and subscribed. */
  static async subscribed(port: number, events = recordedSubscription): Promise<EslListener> {
    const listener = await EslListener.connect(port);
    listener.send('auth ClueCon');
    await listener.until((text) => text.includes('+OK accepted'));
    listener.send(`event json ${events}`);
    await listener.until((text) => text.includes('listener enabled json'));
    return listener;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  send(command: string): void {
    this.socket.write(`${command}\n\n`);
  }

  /** Waits until the received text (latin1) is as wanted, or the stream has ended. */
  async until(wanted: (text: string) => boolean): Promise<string> {
    for (;;) {
      const text = this.bytes.toString('latin1');
      if (this.ended || wanted(text)) return text;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** The reply of `api`. Everything that was fired before it has arrived then. */
  async api(command: string): Promise<string> {
    const before = this.bytes.length;
    this.send(`api ${command}`);
    const answer = /api\/response\nContent-Length: (\d+)\n\n/;
    const complete = (text: string): boolean => {
      const found = answer.exec(text.slice(before));
      return found !== null && text.length >= before + found.index + found[0].length + Number(found[1]);
    };
    await this.until(complete);
    const rest = this.bytes.subarray(before);
    const found = answer.exec(rest.toString('latin1'));
    const start = (found?.index ?? 0) + (found?.[0].length ?? 0);
    return rest.subarray(start, start + Number(found?.[1] ?? 0)).toString();
  }

  /** All events fired so far. */
  async events(): Promise<RecordedEvent[]> {
    if (!this.ended) await this.api('uptime');
    return eventsIn(this.bytes);
  }

  close(): void {
    this.socket.destroy();
  }
}
