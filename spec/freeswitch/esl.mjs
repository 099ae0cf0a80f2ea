/** A tiny event socket client for the tests: independent of callbackd's, so that a fault there can't hide itself. */
import net from 'node:net';
import { randomUUID } from 'node:crypto';

/** What callbackd's flow is watched with. */
export const EVENTS =
  'CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_HOLD CHANNEL_UNHOLD BACKGROUND_JOB SHUTDOWN HEARTBEAT CUSTOM callcenter::info';

export class Esl {
  #onClose;
  /** Every event since the connection, as plain objects with `at` (epoch ms of arrival). */
  events = [];
  /** Every byte received. */
  bytes = [];
  /** Resolves when FreeSWITCH, or we, closed the connection. */
  closed = new Promise((resolve) => (this.#onClose = resolve));
  #socket;
  #pending = Buffer.alloc(0);
  #replies = [];
  #waiting = new Set();

  /** @returns {Promise<Esl>} connected, authenticated and, with `events`, subscribed */
  static async connect({ port, password, events = EVENTS }) {
    const esl = new Esl();
    await esl.#open(port);
    await esl.command(`auth ${password}`);
    if (events !== undefined && events !== '') await esl.command(`event json ${events}`);
    return esl;
  }

  #open(port) {
    return new Promise((resolve, reject) => {
      this.#socket = net.connect(port, '127.0.0.1', resolve);
      this.#socket.on('error', reject);
      this.#socket.on('data', (chunk) => this.#read(chunk));
      this.#socket.on('close', () => {
        this.#onClose();
        for (const reply of this.#replies.splice(0)) reply.reject(new Error('event socket closed'));
        for (const waiting of this.#waiting) waiting.reject(new Error('event socket closed'));
      });
    });
  }

  #read(chunk) {
    this.bytes.push(chunk);
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const end = this.#pending.indexOf('\n\n');
      if (end < 0) return;
      const head = Object.fromEntries(
        this.#pending
          .subarray(0, end)
          .toString()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const length = Number(head['Content-Length'] ?? 0);
      if (this.#pending.length < end + 2 + length) return;
      const body = this.#pending.subarray(end + 2, end + 2 + length).toString();
      this.#pending = this.#pending.subarray(end + 2 + length);
      this.#frame(head, body);
    }
  }

  #frame(head, body) {
    const type = head['Content-Type'];
    if (type === 'command/reply') this.#replies.shift()?.resolve(head['Reply-Text']);
    else if (type === 'api/response') this.#replies.shift()?.resolve(body);
    else if (type === 'text/event-json') {
      const event = { ...JSON.parse(body), at: Date.now() };
      this.events.push(event);
      for (const waiting of [...this.#waiting]) waiting.see(event);
    }
  }

  /** Sends one command and resolves with its reply text or API response. */
  command(line) {
    return new Promise((resolve, reject) => {
      this.#replies.push({ resolve, reject });
      this.#socket.write(`${line}\n\n`);
    });
  }

  api(line) {
    return this.command(`api ${line}`);
  }

  /** Starts a background job. @returns {Promise<string>} its Job-UUID */
  async bgapi(line, job = randomUUID()) {
    await this.command(`bgapi ${line}\nJob-UUID: ${job}`);
    return job;
  }

  /** Resolves with the first event, seen already or to come, that satisfies `test`; rejects after `ms`. */
  wait(test, what = 'event', ms = 30000) {
    const found = this.events.find(test);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const done = (settle) => (value) => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        settle(value);
      };
      const waiting = { see: (event) => test(event) && done(resolve)(event), reject: done(reject) };
      const timer = setTimeout(() => waiting.reject(new Error(`${what}: not seen within ${ms} ms`)), ms);
      this.#waiting.add(waiting);
    });
  }

  /** The event `name` of the channel `uuid`. */
  channel(name, uuid, ms) {
    return this.wait((e) => e['Event-Name'] === name && e['Unique-ID'] === uuid, `${name} of ${uuid}`, ms);
  }

  hangup(uuid, ms) {
    return this.channel('CHANNEL_HANGUP_COMPLETE', uuid, ms);
  }

  /** The text of a background job's result. */
  async job(uuid, ms) {
    const event = await this.wait((e) => e['Event-Name'] === 'BACKGROUND_JOB' && e['Job-UUID'] === uuid, 'job', ms);
    return event._body.trim();
  }

  close() {
    this.#socket.destroy();
  }
}
