import type { Clock } from '../time/clock.js';
import { defaultMaxFrameBytes } from './recording.js';

/** How the link reaches FreeSWITCH and how patient it is. All times in ms. */
export interface EslLinkOptions {
  host: string;
  port: number;
  /** `password` of event_socket.conf.xml. It appears in no message. */
  password: string;
  /** For every time-out and pause; a spec moves it by hand. */
  clock: Clock;
  /** Names of events, e.g. CHANNEL_CREATE. BACKGROUND_JOB is always added, CUSTOM is written by the link. */
  events: readonly string[];
  /** Subclasses of CUSTOM events, e.g. callcenter::info. */
  subclasses: readonly string[];
  /** From the start of connecting until FreeSWITCH asks for the password. */
  connectTimeoutMs: number;
  /** From sending a command until its reply; past it the link is closed, since later replies could not be told apart. */
  replyTimeoutMs: number;
  /** So long after the last byte FreeSWITCH is asked for a sign of life. */
  heartbeatMs: number;
  /** A longer frame closes the link. */
  maxFrameBytes: number;
  backoff: Backoff;
  /** 0 <= x < 1; Math.random when left out. */
  random?: () => number;
  /** True takes events sent with `sendevent` for real ones. For proving a subscription; false when left out. */
  acceptForged?: boolean;
}

/** The pause between two attempts doubles from `firstMs` to `maxMs`. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/** The options that have a usual value. */
export const usualLinkOptions = {
  connectTimeoutMs: 10_000,
  replyTimeoutMs: 10_000,
  heartbeatMs: 30_000,
  maxFrameBytes: defaultMaxFrameBytes,
  backoff: { firstMs: 500, maxMs: 30_000 },
} as const satisfies Partial<EslLinkOptions>;

/**
 * `event json NAMES CUSTOM SUBCLASSES`. CUSTOM stands last because FreeSWITCH takes every word after it for a subclass,
 * answers +OK all the same, and then delivers nothing.
 */
export function subscription({ events, subclasses }: Pick<EslLinkOptions, 'events' | 'subclasses'>): string {
  const names = new Set(['BACKGROUND_JOB', ...events]);
  names.delete('CUSTOM');
  return ['event json', ...names, ...(subclasses.length > 0 ? ['CUSTOM', ...subclasses] : [])].join(' ');
}

/** Throws on options that no check of the configuration should have let through. */
export function checkOptions(options: EslLinkOptions): void {
  for (const word of [...options.events, ...options.subclasses]) {
    if (!/^[^\s\0]+$/.test(word)) throw new Error(`not the name of an event: ${JSON.stringify(word)}`);
  }
  if (/[\r\n\0]/.test(options.password)) throw new Error('the event socket password contains a line break or NUL');
}

/**
 * The pause before the next attempt. Half of it is random, so that several clients do not come back at the same moment.
 * `failures`: attempts that failed one after the other, 0 right after a working link broke.
 */
export function retryDelay({ firstMs, maxMs }: Backoff, failures: number, random: () => number): number {
  const longest = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(longest / 2 + (random() * longest) / 2);
}
