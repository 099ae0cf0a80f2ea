import { connect, type Socket } from 'node:net';
import type { Timer } from '../time/clock.js';
import { CommandQueue } from './command-queue.js';
import type { EslEvent } from './event.js';
import { type Frame, readFrame } from './frame.js';
import type { LinkProblem, Reply } from './link.js';
import { Liveness } from './liveness.js';
import { Problems } from './problems.js';
import { isForged } from './received-event.js';
import { type EslLinkOptions, subscription } from './settings.js';
import { FrameParser } from './wire.js';

/** TCP probes an idle connection after this many ms, so that the kernel notices a vanished machine as well. */
const keepAliveMs = 15_000;

/** What a session tells; nothing comes after `ended`, which comes once. */
export interface SessionListener {
  up(): void;
  event(event: EslEvent): void;
  job(jobUuid: string, result: string): void;
  unreadable(what: string): void;
  ended(why: LinkProblem): void;
}

type Stage = 'connecting' | 'greeting' | 'authenticating' | 'subscribing' | 'up' | 'ended';

/** One TCP connection to the event socket, from connecting to its end: password, subscription, commands, events. */
export class Session {
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;

  private stage: Stage = 'connecting';
  private readonly socket: Socket;
  private readonly parser: FrameParser;
  private readonly commands: CommandQueue;
  private readonly liveness: Liveness;
  private readonly problems: Problems;
  private readonly greeting: Timer;
  private readonly jobs = new Set<string>();

  /** Starts connecting. */
  constructor(
    private readonly options: EslLinkOptions,
    private readonly listener: SessionListener,
  ) {
    this.problems = new Problems(options);
    this.parser = new FrameParser(options.maxFrameBytes);
    this.liveness = new Liveness(options, {
      probe: () => this.probe(),
      silent: () => this.end(this.problems.silent(options.replyTimeoutMs)),
    });
    this.commands = new CommandQueue({
      write: (text) => void this.socket.write(text),
      sent: () => this.liveness.awaitReply(),
      answered: () => this.liveness.replied(),
    });
    this.greeting = options.clock.after(options.connectTimeoutMs, () => this.greetingMissing());
    const { host, port } = options;
    this.socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    this.listen();
  }

  api(command: string): Promise<Reply> {
    return new Promise((resolve) => this.commands.run(`api ${command}`, resolve));
  }

  bgapi(command: string, jobUuid: string): Promise<Reply> {
    if (this.jobs.has(jobUuid)) {
      const text = `a job with the Job-UUID ${jobUuid} is pending: FreeSWITCH would run both`;
      return Promise.resolve({ kind: 'not-sent', text });
    }
    this.jobs.add(jobUuid);
    return new Promise((resolve) => {
      this.commands.run(`bgapi ${command}\nJob-UUID: ${jobUuid}`, (reply) => {
        if (reply.kind === 'error') this.jobs.delete(jobUuid);
        resolve(reply);
      });
    });
  }

  sendCustom(subclass: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
    const lines = Object.entries({ 'Event-Subclass': subclass, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    return new Promise((resolve) => this.commands.run(['sendevent CUSTOM', ...lines].join('\n'), resolve));
  }

  /** Ends it from our side. */
  close(): void {
    this.end(this.problems.stopped());
  }

  private listen(): void {
    this.socket.on('connect', () => {
      if (this.stage === 'connecting') this.stage = 'greeting';
    });
    // Always read: a client that does not drain its socket blocks the event socket of the whole PBX.
    this.socket.on('data', (bytes) => this.read(bytes));
    this.socket.on('end', () => this.end(this.problems.closed('')));
    this.socket.on('close', () => this.end(this.problems.closed('')));
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.end(this.problems.socket(error.code ?? error.message, this.stage !== 'connecting'));
    });
  }

  private read(bytes: Buffer): void {
    this.liveness.heard();
    for (const wire of this.parser.feed(bytes)) {
      if (this.stage === 'ended') return;
      this.take(readFrame(wire));
    }
    if (this.parser.problem !== undefined) this.end(this.problems.protocol(this.parser.problem));
  }

  private take(frame: Frame): void {
    switch (frame.kind) {
      case 'auth-request':
        return this.authenticate();
      case 'api-response':
      case 'command-reply':
        if (!this.commands.answer(frame)) this.end(this.problems.protocol('a reply that no command asked for'));
        return;
      case 'event':
        return this.takeEvent(frame.event);
      case 'disconnect-notice':
        return this.end(this.problems.closed(frame.text));
      case 'rude-rejection':
        return this.end(this.problems.notAllowed(frame.text));
      case 'unreadable':
        return this.listener.unreadable(frame.text);
      case 'other':
        if (this.stage === 'greeting') this.end(this.problems.protocol(`a first frame of ${frame.contentType}`));
    }
  }

  private authenticate(): void {
    if (this.stage !== 'greeting') return this.end(this.problems.protocol('a second request for the password'));
    this.greeting.cancel();
    this.stage = 'authenticating';
    this.commands.run(`auth ${this.options.password}`, (reply) => {
      if (reply.kind === 'ok') this.subscribe();
      else if (reply.kind === 'error') this.end(this.problems.wrongPassword());
      else this.end(this.problems.protocol('an empty reply'));
    });
  }

  private subscribe(): void {
    this.stage = 'subscribing';
    this.commands.run(subscription(this.options), (reply) => {
      if (reply.kind === 'error') return this.end(this.problems.subscriptionRefused(reply.text));
      if (reply.kind !== 'ok') return this.end(this.problems.protocol('an empty reply'));
      this.stage = 'up';
      this.liveness.watch();
      this.listener.up();
    });
  }

  private takeEvent(event: EslEvent): void {
    if (this.stage !== 'up' || (isForged(event) && this.options.acceptForged !== true)) return;
    if (event.name !== 'BACKGROUND_JOB') return this.listener.event(event);
    // FreeSWITCH sends everybody's results to everybody.
    const jobUuid = event.header('Job-UUID');
    if (jobUuid !== undefined && this.jobs.delete(jobUuid)) this.listener.job(jobUuid, event.body);
  }

  /** Any command will do; what matters is that something comes back. */
  private probe(): void {
    if (this.commands.idle) this.commands.run('api uptime', () => undefined);
  }

  private greetingMissing(): void {
    const ms = this.options.connectTimeoutMs;
    const connecting = this.stage === 'connecting';
    this.end(connecting ? this.problems.unreachable(`no answer within ${ms / 1_000} s`) : this.problems.noGreeting(ms));
  }

  private end(why: LinkProblem): void {
    if (this.stage === 'ended') return;
    this.stage = 'ended';
    this.greeting.cancel();
    this.liveness.stop();
    this.socket.destroy();
    this.commands.end(why.message);
    this.listener.ended(why);
  }
}
