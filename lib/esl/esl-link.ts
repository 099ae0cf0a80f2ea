import type { Instant, Timer } from '../time/clock.js';
import type { Link, LinkListener, LinkProblem, LinkState, Reply } from './link.js';
import { unsendable } from './reply.js';
import { Session } from './session.js';
import { checkOptions, type EslLinkOptions, retryDelay } from './settings.js';

/**
 * The link to a real FreeSWITCH: one session after the other, with a growing pause between failures.
 * It never sends a command twice.
 */
export class EslLink implements Link {
  private readonly listeners: LinkListener[] = [];
  private session: Session | undefined;
  private retry: Timer | undefined;
  private closed: Promise<void> = Promise.resolve();
  private current: LinkState = 'stopped';
  private upSince: Instant = 0;
  private failures = 0;

  /** Throws on an event name with a blank in it or a password with a line break; connects only on `start`. */
  constructor(private readonly options: EslLinkOptions) {
    checkOptions(options);
  }

  get state(): LinkState {
    return this.current;
  }

  on(listener: LinkListener): void {
    this.listeners.push(listener);
  }

  start(): void {
    if (this.current !== 'stopped') return;
    this.current = 'connecting';
    this.failures = 0;
    this.connect();
  }

  stop(): Promise<void> {
    this.retry?.cancel();
    this.retry = undefined;
    // Taken first: a listener that starts again from down() brings another one.
    const closed = this.closed;
    if (this.session !== undefined) this.session.close();
    else this.current = 'stopped';
    return closed;
  }

  api(command: string): Promise<Reply> {
    return this.send([command], (session) => session.api(command));
  }

  bgapi(command: string, jobUuid: string): Promise<Reply> {
    if (jobUuid.trim() === '') return Promise.resolve({ kind: 'not-sent', text: 'a job needs a Job-UUID' });
    return this.send([command, jobUuid], (session) => session.bgapi(command, jobUuid));
  }

  /**
   * `sendevent CUSTOM`: an event for everybody who subscribed to the subclass, ourselves included (with `acceptForged`).
   * For proving that events arrive; not in the Link port, so that nothing else makes up events.
   */
  sendCustom(subclass: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
    const words = Object.entries(headers).flat();
    return this.send([subclass, ...words], (session) => session.sendCustom(subclass, headers));
  }

  private send(words: string[], send: (session: Session) => Promise<Reply>): Promise<Reply> {
    const refusal = unsendable(...words);
    if (refusal !== undefined) return Promise.resolve(refusal);
    if (this.session === undefined || this.current !== 'up') {
      return Promise.resolve({ kind: 'not-sent', text: 'there is no link to FreeSWITCH' });
    }
    return send(this.session);
  }

  private connect(): void {
    this.retry = undefined;
    const session = new Session(this.options, {
      up: () => {
        this.current = 'up';
        this.upSince = this.options.clock.now();
        this.tell((listener) => listener.up?.());
      },
      event: (event) => this.tell((listener) => listener.event?.(event)),
      job: (jobUuid, result) => this.tell((listener) => listener.job?.(jobUuid, result)),
      unreadable: (what) => this.tell((listener) => listener.unreadable?.(what)),
      ended: (why) => this.ended(why),
    });
    this.session = session;
    this.closed = session.closed;
  }

  private ended(why: LinkProblem): void {
    const wasUp = this.current === 'up';
    this.session = undefined;
    this.current = why.kind === 'stopped' ? 'stopped' : 'connecting';
    const pause = why.kind === 'stopped' ? undefined : this.scheduleRetry(why, wasUp);
    if (wasUp) this.tell((listener) => listener.down?.(why));
    else if (pause !== undefined) this.tell((listener) => listener.retry?.(why, pause));
  }

  private scheduleRetry(why: LinkProblem, wasUp: boolean): number {
    const { backoff, clock, random = Math.random } = this.options;
    // A link that comes up and breaks at once, again and again, counts as failing.
    if (wasUp && clock.now() - this.upSince >= backoff.maxMs) this.failures = 0;
    // What only an admin can put right is not worth hurrying for, and each try is a line in FreeSWITCH's log.
    const slow = why.kind === 'wrong-password' || why.kind === 'not-allowed';
    const pause = slow ? backoff.maxMs : retryDelay(backoff, this.failures, random);
    this.failures += 1;
    this.retry = clock.after(pause, () => this.connect());
    return pause;
  }

  private tell(what: (listener: LinkListener) => void): void {
    for (const listener of this.listeners) what(listener);
  }
}
