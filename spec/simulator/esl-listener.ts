import { connect, type Socket } from 'node:net';
import { eventsIn, type RecordedEvent } from './recorded-events.js';

export const recordedSubscription =
  'CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HANGUP_COMPLETE BACKGROUND_JOB SHUTDOWN HEARTBEAT CUSTOM callcenter::info';

/** A client of the event socket that keeps every byte. */
export class EslListener {
  /** Every byte that came. */
  bytes = Buffer.alloc(0);
  private wake: () => void = () => undefined;
  ended = false;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
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

  send(command: string): void {
    this.sendRaw(`${command}\n\n`);
  }

  sendRaw(text: string): void {
    this.socket.write(text);
  }

  /** Waits until the text received from that byte on (as latin1) is as wanted, or the stream has ended. */
  async until(wanted: (text: string) => boolean, from = 0): Promise<string> {
    for (;;) {
      const text = this.bytes.toString('latin1', from);
      if (this.ended || wanted(text)) return text;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** The reply of `api`. Everything that was fired before it has arrived then. */
  async api(command: string): Promise<string> {
    const from = this.bytes.length;
    const reply = /api\/response\nContent-Length: (\d+)\n\n/;
    const body = (text: string): string | undefined => {
      const found = reply.exec(text);
      if (found === null) return undefined;
      const start = found.index + found[0].length;
      const end = start + Number(found[1]);
      return text.length < end ? undefined : text.slice(start, end);
    };
    this.send(`api ${command}`);
    const text = await this.until((received) => body(received) !== undefined, from);
    return Buffer.from(body(text) ?? '', 'latin1').toString();
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
