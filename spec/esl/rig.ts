import { afterEach } from '@jest/globals';
import { EslLink } from '../../lib/esl/esl-link.js';
import type { EslEvent } from '../../lib/esl/event.js';
import type { LinkProblem } from '../../lib/esl/link.js';
import { type EslLinkOptions, usualLinkOptions } from '../../lib/esl/settings.js';
import { ManualClock, type Timer } from '../../lib/time/clock.js';
import { Journal } from './journal.js';
import { Peer } from './peer.js';

/** What a link told its listener. */
export type Told =
  | { what: 'up' }
  | { what: 'down'; why: LinkProblem }
  | { what: 'retry'; why: LinkProblem; ms: number }
  | { what: 'event'; event: EslEvent }
  | { what: 'job'; jobUuid: string; result: string }
  | { what: 'unreadable'; text: string };

/** Keeps what it was asked to wait for, in ms. */
class NotingClock extends ManualClock {
  readonly asked: number[] = [];

  override after(ms: number, run: () => void): Timer {
    this.asked.push(ms);
    return super.after(ms, run);
  }
}

/** A link, the peer it talks to, the time it lives in, and what it told. */
export interface Rig {
  peer: Peer;
  link: EslLink;
  clock: NotingClock;
  told: Journal<Told>;
  /** The first thing of this kind, told already or yet to come. */
  next: <W extends Told['what']>(what: W) => Promise<Extract<Told, { what: W }>>;
  /** How often a thing of this kind was told. */
  count: (what: Told['what']) => number;
}

const open: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

export async function rig(options: Partial<EslLinkOptions> = {}): Promise<Rig> {
  const peer = await Peer.listen();
  const clock = new NotingClock(Date.UTC(2026, 10, 20));
  const link = new EslLink({
    ...usualLinkOptions,
    host: '127.0.0.1',
    port: peer.port,
    password: 'ClueCon',
    clock,
    events: ['CHANNEL_CREATE', 'HEARTBEAT'],
    subclasses: ['callcenter::info'],
    random: () => 0,
    ...options,
  });
  const told = new Journal<Told>();
  link.on({
    up: () => told.add({ what: 'up' }),
    down: (why) => told.add({ what: 'down', why }),
    retry: (why, ms) => told.add({ what: 'retry', why, ms }),
    event: (event) => told.add({ what: 'event', event }),
    job: (jobUuid, result) => told.add({ what: 'job', jobUuid, result }),
    unreadable: (text) => told.add({ what: 'unreadable', text }),
  });
  open.push({ stop: () => peer.close() }, { stop: () => link.stop() });
  return {
    peer,
    link,
    clock,
    told,
    next: <W extends Told['what']>(what: W) =>
      told.until((entry) => entry.what === what) as Promise<Extract<Told, { what: W }>>,
    count: (what) => told.entries.filter((entry) => entry.what === what).length,
  };
}

/** A rig whose link is up. */
export async function upRig(options: Partial<EslLinkOptions> = {}): Promise<Rig> {
  const ready = await rig(options);
  ready.link.start();
  await ready.next('up');
  return ready;
}
