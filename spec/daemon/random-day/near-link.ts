import type { EslEvent } from '../../../lib/esl/event.js';
import type { Link, LinkListener, LinkProblem, LinkState, Reply } from '../../../lib/esl/link.js';
import { replyOf } from '../../../lib/esl/reply.js';
import { eventsRead, subclassesRead } from '../../../lib/calls/events-read.js';
import type { SimulatedEvent } from '../../../lib/simulator/event.js';
import type { SimulatedFreeswitch } from '../../../lib/simulator/simulated-freeswitch.js';

/** What FreeSWITCH has sent and nobody has read yet. */
export type Deliveries = (() => void)[];

const names = new Set<string>(eventsRead);
const subclasses = new Set<string>(subclassesRead);

/** An event as it came over a link. */
export const asReceived = ({ name, subclass, headers }: SimulatedEvent): EslEvent => {
  const all = (header: string): readonly string[] => {
    const value = headers[header];
    return value === undefined ? [] : Array.isArray(value) ? value : [value];
  };
  return {
    name,
    subclass,
    at: Math.floor(Number(headers['Event-Date-Timestamp']) / 1000),
    coreUuid: all('Core-UUID')[0] ?? '',
    header: (header) => all(header)[0],
    headers: all,
    body: all('_body')[0] ?? '',
  };
};

const broken: LinkProblem = { kind: 'closed', message: 'the link broke', hint: '' };

/** The link to a simulated FreeSWITCH in the same process: no socket, but what is sent arrives later, in its order. */
export class NearLink implements Link {
  state: LinkState = 'stopped';
  private readonly listeners: LinkListener[] = [];
  private connection = 0;
  private unsubscribe: () => void = () => undefined;
  private readonly pending = new Set<(reply: Reply) => void>();

  constructor(
    private readonly freeswitch: SimulatedFreeswitch,
    private readonly deliveries: Deliveries,
    /** An originate goes out. */
    private readonly originate: (command: string) => void,
  ) {}

  on(listener: LinkListener): void {
    this.listeners.push(listener);
  }

  start(): void {
    const connection = ++this.connection;
    this.state = 'up';
    this.unsubscribe = this.freeswitch.inside.subscribe((event) => {
      if (event.name === 'CUSTOM' ? !subclasses.has(event.subclass) : !names.has(event.name)) return;
      const received = asReceived(event);
      this.arrives(connection, () => this.tell((listener) => listener.event?.(received)));
    });
    this.arrives(connection, () => this.tell((listener) => listener.up?.()));
  }

  /** The link breaks; `start` brings it up again. */
  break(): void {
    if (this.state !== 'up') return;
    this.end('connecting');
    this.tell((listener) => listener.down?.(broken));
  }

  /** Its owner is dead: nothing reaches him any more. */
  cut(): void {
    this.connection += 1;
    this.unsubscribe();
    this.state = 'stopped';
  }

  async stop(): Promise<void> {
    this.end('stopped');
    await Promise.resolve();
  }

  api(command: string): Promise<Reply> {
    return this.send((reply) => this.freeswitch.inside.run(command, (text) => reply(replyOf(text))));
  }

  bgapi(command: string, job: string): Promise<Reply> {
    const { connection } = this;
    return this.send((reply) => {
      reply({ kind: 'ok', text: `Job-UUID: ${job}` });
      if (command.startsWith('originate ')) this.originate(command);
      this.freeswitch.inside.run(command, (text) =>
        this.arrives(connection, () => this.tell((listener) => listener.job?.(job, text))),
      );
    });
  }

  private send(run: (reply: (reply: Reply) => void) => void): Promise<Reply> {
    if (this.state !== 'up') return Promise.resolve({ kind: 'not-sent', text: 'no link' });
    const { connection } = this;
    return new Promise((resolve) => {
      const settle = (reply: Reply): void => {
        this.pending.delete(settle);
        resolve(reply);
      };
      this.pending.add(settle);
      run((reply) => this.arrives(connection, () => settle(reply)));
    });
  }

  private arrives(connection: number, read: () => void): void {
    this.deliveries.push(() => {
      if (connection === this.connection) read();
    });
  }

  private end(state: LinkState): void {
    this.connection += 1;
    this.unsubscribe();
    this.state = state;
    for (const settle of [...this.pending]) settle({ kind: 'unknown', text: 'the link broke' });
  }

  private tell(what: (listener: LinkListener) => void): void {
    for (const listener of this.listeners) what(listener);
  }
}
