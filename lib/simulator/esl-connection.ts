import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ApiCommands } from './api-commands.js';
import type { EventSource } from './event-source.js';
import type { Headers, SimulatedEvent } from './event.js';
import { Subscription } from './esl-subscription.js';

const goodbye = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';

/** One client of the event socket: his commands and the events he asked for. */
export class EslConnection {
  private received = Buffer.alloc(0);
  private authenticated = false;
  private readonly subscription = new Subscription();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly socket: Socket,
    private readonly password: string,
    private readonly events: EventSource,
    private readonly api: ApiCommands,
  ) {
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', () => socket.destroy());
    this.unsubscribe = events.subscribe((event) => this.send(event));
    socket.on('close', this.unsubscribe);
    socket.write('Content-Type: auth/request\n\n');
  }

  /** Ends it without a word, as when FreeSWITCH was killed. */
  drop(): void {
    this.unsubscribe();
    this.socket.destroy();
  }

  /** `text/disconnect-notice`, then the end of the stream. */
  sayGoodbye(text = goodbye): void {
    this.unsubscribe();
    this.socket.end(`Content-Type: text/disconnect-notice\nContent-Length: ${Buffer.byteLength(text)}\n\n${text}`);
  }

  /** Ends it even when the client never closes his side. */
  dropSoon(): void {
    this.socket.once('finish', () => this.socket.destroy());
  }

  private send(event: SimulatedEvent): void {
    if (!this.authenticated || !this.subscription.wants(event) || this.socket.destroyed) return;
    const body = JSON.stringify(event.headers);
    this.socket.write(`Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-json\n\n${body}`);
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const end = /\r?\n\r?\n/.exec(this.received.toString('latin1'));
      if (end === null) return;
      const [command = '', ...lines] = this.received.subarray(0, end.index).toString('utf8').split(/\r?\n/);
      const headers = Object.fromEntries(
        lines.map((line) => [
          line.slice(0, line.indexOf(':')).trim().toLowerCase(),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
      );
      const bodyStart = end.index + end[0].length;
      const length = Number(headers['content-length'] ?? 0) || 0;
      if (this.received.length < bodyStart + length) return;
      const body = this.received.subarray(bodyStart, bodyStart + length).toString('utf8');
      this.received = this.received.subarray(bodyStart + length);
      if (command.trim() !== '') this.obey(command.trim(), lines, headers, body);
      if (this.socket.writableEnded) return;
    }
  }

  private obey(command: string, lines: readonly string[], headers: Record<string, string>, body: string): void {
    const [verb = '', ...words] = command.split(/\s+/);
    const rest = command.slice(verb.length).trim();
    if (verb === 'auth') return this.authenticate(rest);
    if (verb === 'exit') {
      this.reply('+OK bye');
      return this.sayGoodbye();
    }
    if (!this.authenticated) return this.reply('-ERR command not found');
    switch (verb) {
      case 'event':
        return this.subscribe(words);
      case 'nixevent':
        this.subscription.remove(words);
        return this.reply('+OK events nixed');
      case 'noevents':
        this.subscription.clear();
        return this.reply('+OK no longer listening for events');
      case 'api':
        if (rest === '') return this.reply('-ERR command not found');
        return this.api.run(rest, (text) =>
          this.socket.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(text)}\n\n${text}`),
        );
      case 'bgapi':
        return this.background(rest, headers['job-uuid'] ?? randomUUID());
      case 'sendevent':
        return this.forge(rest, lines, body);
      default:
        return this.reply('-ERR command not found');
    }
  }

  private authenticate(password: string): void {
    if (password === this.password) {
      this.authenticated = true;
      return this.reply('+OK accepted');
    }
    this.reply('-ERR invalid');
    this.sayGoodbye();
  }

  private subscribe([format = '', ...words]: string[]): void {
    // Without a format FreeSWITCH sends plain events.
    if (!Subscription.knows(format === 'json' || format === 'plain' ? words : [format, ...words]))
      return this.reply('-ERR no keywords supplied');
    // Whoever asks for another format must not believe that he gets it.
    if (format !== 'json') return this.reply('-ERR only json events are simulated');
    this.subscription.add(words);
    this.reply('+OK event listener enabled json');
  }

  private background(text: string, job: string): void {
    this.socket.write(`Content-Type: command/reply\nReply-Text: +OK Job-UUID: ${job}\nJob-UUID: ${job}\n\n`);
    const [name = ''] = text.split(' ');
    const argument = text.slice(name.length).trim();
    this.api.run(text, (result) =>
      this.events.fire('BACKGROUND_JOB', {
        'Job-UUID': job,
        'Job-Command': name,
        ...(argument === '' ? {} : { 'Job-Command-Arg': argument }),
        'Content-Length': String(Buffer.byteLength(result)),
        _body: result,
      }),
    );
  }

  /** `sendevent NAME`: reaches all subscribers, marked with the header Command. */
  private forge(name: string, lines: readonly string[], body: string): void {
    const headers: Headers = { Command: 'sendevent' };
    let subclass = '';
    for (const line of lines) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).trim();
      if (line.slice(0, colon) === 'Event-Subclass') subclass = value;
      else headers[line.slice(0, colon)] = value;
    }
    if (body !== '') headers['_body'] = body;
    this.events.fire(name, headers, subclass);
    this.reply(`+OK ${randomUUID()}`);
  }

  private reply(text: string): void {
    this.socket.write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
  }
}
