import type { EslEvent } from './event.js';

/**
 * The link to FreeSWITCH's event socket, as the rest of callbackd sees it.
 * A command is sent at most once. What was pending when the link broke ends as `unknown`: it may have run.
 */
export interface Link {
  /** Starts connecting, and reconnects until stopped. Idempotent. */
  start(): void;
  /** Closes the socket; pending commands end as `unknown`. Idempotent. */
  stop(): Promise<void>;
  readonly state: LinkState;
  /** `api NAME ARGS`; it holds back event delivery while it runs, so only for what is quick. */
  api(command: string): Promise<Reply>;
  /**
   * `bgapi` with our own Job-UUID; resolves when FreeSWITCH has accepted the job, its result comes by `job`, which may
   * be called before whoever awaits this promise goes on. A Job-UUID whose job is still pending is `not-sent`.
   * After `unknown` no result will come: jobs are forgotten with the link they were sent over.
   */
  bgapi(command: string, jobUuid: string): Promise<Reply>;
  /** Adds a listener; before start(). */
  on(listener: LinkListener): void;
}

export interface LinkListener {
  /** Authenticated and subscribed: events flow from now on. */
  up?(): void;
  /** The link is gone; it is being restored unless it was stopped. */
  down?(why: LinkProblem): void;
  /** An event that was subscribed to, except BACKGROUND_JOB and what others made up with `sendevent`. */
  event?(event: EslEvent): void;
  /** The result of one of our own bgapi jobs: "+OK uuid" or "-ERR CAUSE". Foreign jobs are not reported. */
  job?(jobUuid: string, result: string): void;
  /** A connection attempt failed; the next one is after `retryInMs`. Not called for the end of a link that was up. */
  retry?(why: LinkProblem, retryInMs: number): void;
  /** An event came that could not be decoded; it is lost, the link stays up. `what` is for the log. */
  unreadable?(what: string): void;
}

export type LinkState = 'stopped' | 'connecting' | 'up';

/** Why there is no link. `hint` tells the admin what to do. */
export interface LinkProblem {
  kind:
    | 'unreachable' // connection refused, no route, name not found
    | 'wrong-password'
    | 'not-allowed' // refused by the event socket's ACL (text/rude-rejection)
    | 'silent' // no heartbeat or reply in time, half-open peer
    | 'protocol' // bytes that are not ESL, or a frame over the size cap
    | 'closed' // FreeSWITCH closed the connection, or it was reset
    | 'stopped';
  message: string;
  hint: string;
}

/** What became of a command. Only `ok` and `error` are answers of FreeSWITCH. */
export type Reply =
  /** The body of an api/response, or the Reply-Text of a command/reply, without "+OK ". */
  | { kind: 'ok'; text: string }
  /** "-ERR …" or "-USAGE …", without the prefix. */
  | { kind: 'error'; text: string }
  /** Never left this process: no link, or a newline in the command. */
  | { kind: 'not-sent'; text: string }
  /** Sent, and then the link broke or no reply came in time: it may have run. */
  | { kind: 'unknown'; text: string };
