/**
 * The stand on which callbackd runs beside the rig's FreeSWITCH, one FreeSWITCH per file of tests:
 *   const stand = makeStand(74951231300);
 *   test('…', async () => {
 *     const number = await stand.open({ to: { extension: '1001' } }); // a client of the test's own
 *     const phone = await stand.phone('1001', { ringMs: 500 });
 *     await stand.trunk({ [number]: { ringMs: 500 } });
 *     const task = await stand.lose(number);
 *     const { outcome } = await stand.callbackd.attemptEnds();
 * Whatever was begun in a test is stopped after it.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { installCallbackd } from './callbackd.mjs';
import { agents, sippClientCall, sippPhone, sippTrunk, startFreeswitch } from './rig.mjs';

/** The number of the queue sales@default. */
export const QUEUE = '74951234567';

export function makeStand(firstClient) {
  const stand = new Stand(firstClient);
  before(() => stand.start());
  after(() => stand.stop());
  afterEach(() => stand.clear());
  return stand;
}

class Stand {
  /** The daemon of this test. */
  callbackd;
  freeswitch;
  #client;
  #running = [];

  constructor(firstClient) {
    this.#client = firstClient;
  }

  async start() {
    this.freeswitch = await startFreeswitch();
  }

  async stop() {
    await this.freeswitch?.stop();
  }

  async clear() {
    await this.callbackd?.stop();
    this.callbackd = undefined;
    await this.freeswitch.esl.api('hupall MANAGER_REQUEST');
    for (const part of this.#running.splice(0).reverse()) await part.stop();
  }

  /** Stops it after the test. */
  keep(part) {
    this.#running.push(part);
    return part;
  }

  /** Stops it now, not only after the test. @param how e.g. `{ dead: true }` for a phone */
  async drop(part, how) {
    this.#running = this.#running.filter((each) => each !== part);
    await part.stop(how);
  }

  /** Nobody is logged in to a queue; callbackd runs with one rule; resolves to a client that no other test has. */
  async open(callback, rest, files) {
    this.#client += 1;
    await this.agents([]);
    this.callbackd = installCallbackd(this.freeswitch, callback, rest, files);
    await this.callbackd.start();
    return String(this.#client);
  }

  /** These are logged in to the queue, and nobody else. */
  async agents(extensions) {
    await agents(this.freeswitch.esl, extensions);
  }

  async phone(extension, behaviour) {
    return this.keep(await sippPhone(this.freeswitch, { extension, behaviour }));
  }

  /** @param clients number → behaviour; others do not exist */
  async trunk(clients) {
    return this.keep(await sippTrunk(this.freeswitch, clients));
  }

  /** Somebody calls, the queue unless `dialled` says whom; resolves when he has begun. */
  async call(call) {
    return this.keep(await sippClientCall(this.freeswitch, { dialled: QUEUE, ...call }));
  }

  /** The client calls, waits, and hangs up; resolves to the id of his task. */
  async lose(number, call = {}) {
    const from = this.callbackd.log.length;
    const { ended } = await this.call({ number, hangUpAfterMs: 1500, ...call });
    await ended();
    const lost = ({ msg, action }) => msg === 'client call lost' && action === 'callback';
    return (await this.callbackd.until('the call is lost', lost, from)).task;
  }

  /** What `callbackd tasks show` tells of it. */
  show(task) {
    return this.callbackd.cli('tasks', 'show', String(task));
  }

  /** Resolves to the task as soon as it says that it waits for this. */
  async waits(task, what = /./) {
    for (let tries = 0; tries < 100; tries++) {
      const { task: shown } = await this.show(task);
      if (what.test(shown.waitsFor ?? '')) return shown;
      await delay(100);
    }
    assert.fail('the task does not say what it waits for');
  }

  /** The first event from now on that satisfies `test`. */
  later(test) {
    const { esl } = this.freeswitch;
    const seen = esl.events.length;
    return esl.wait((e) => test(e) && esl.events.indexOf(e) >= seen);
  }
}

/** Resolves when the tone has been heard. @param {() => number[]} party tones that it has heard so far, Hz */
export async function hears(party, tone) {
  for (let tries = 0; tries < 400; tries++) {
    if (party().includes(tone)) return;
    await delay(50);
  }
  assert.fail(`${tone} Hz was not heard; heard: ${party()}`);
}

/** Epoch ms at which the phone was rung and stopped being rung, from its SIP messages. */
export function rung(phone) {
  const all = [...phone.messages().matchAll(/-{10,} (\S+ \S+)\n[^\n]*message received[^\n]*\n\n(INVITE|CANCEL|BYE) /g)];
  return all.map(([, when, method]) => ({ method, at: Date.parse(`${when.replace(' ', 'T').slice(0, 23)}Z`) }));
}
