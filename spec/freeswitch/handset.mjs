/**
 * The sound side of a phone: an RTP endpoint that plays one tone and keeps everything it receives. sipp does the signalling and puts
 * this endpoint's port into its SDP. It answers to wherever RTP comes from (FreeSWITCH speaks first in all our flows).
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import { alawSecond, fromAlaw, toneOf } from './tones.mjs';

const PACKET = 160; // 20 ms
const WINDOW = 10; // packets per judged piece: 200 ms, enough to tell 425 from 440 Hz

export class Handset {
  #socket = dgram.createSocket('udp4');
  #received = [];
  #peer;
  #sound;
  #timer;
  #pressed;

  /** @param {number} hz what this party "says", e.g. TONE.client */
  constructor(hz) {
    this.#sound = alawSecond(hz);
  }

  /** @returns {Promise<number>} the UDP port, for the SDP */
  async open() {
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    this.#socket.on('message', (packet, from) => {
      if (packet.length <= 12) return;
      this.#peer = { port: from.port, seen: Date.now() };
      if ((packet[1] & 0x7f) === 8) this.#received.push({ at: Date.now(), payload: packet.subarray(12) });
    });
    this.port = this.#socket.address().port;
    this.#play();
    return this.port;
  }

  #play() {
    const started = Date.now();
    let sent = 0;
    this.#timer = setInterval(() => {
      for (; sent < (Date.now() - started) / 20; sent++) {
        if (this.#peer === undefined || Date.now() - this.#peer.seen > 3000) continue;
        this.#socket.send(this.#pressed ? this.#event(sent) : this.#voice(sent), this.#peer.port, '127.0.0.1');
      }
    }, 10);
  }

  #voice(sent) {
    const offset = (sent * PACKET) % this.#sound.length;
    return Buffer.concat([this.#header(sent, 8, sent), this.#sound.subarray(offset, offset + PACKET)]);
  }

  /** A packet of a telephone event (RFC 4733): ten in a row, the last three say that it is over. */
  #event(sent) {
    const { code } = this.#pressed;
    this.#pressed.from ??= sent;
    const { from } = this.#pressed;
    const count = sent - from;
    const over = count >= 7;
    if (count >= 9) this.#pressed = undefined;
    const body = Buffer.from([code, (over ? 0x80 : 0) | 10, 0, 0]);
    body.writeUInt16BE(Math.min(count + 1, 8) * PACKET, 2);
    return Buffer.concat([this.#header(sent, 101 | (count === 0 ? 0x80 : 0), from), body]);
  }

  #header(sent, payload, time) {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = payload;
    header.writeUInt16BE(sent & 0xffff, 2);
    header.writeUInt32BE((time * PACKET) >>> 0, 4);
    header.writeUInt32BE(this.port, 8);
    return header;
  }

  /** Presses a key: 0-9, *, #. */
  press(key) {
    this.#pressed = { code: '0123456789*#'.indexOf(key) };
  }

  /**
   * What was heard, in order. Pieces shorter than 200 ms are not judged; a pause in the packets ends a piece.
   * @param {number} since epoch ms
   * @returns {{tone: number|'silence'|'other', from: number, ms: number}[]} epoch ms, duration
   */
  heard(since = 0) {
    const pieces = [];
    let window = [];
    for (const packet of this.#received) {
      if (packet.at < since) continue;
      if (window.length > 0 && packet.at - window.at(-1).at > 200) window = [];
      window.push(packet);
      if (window.length < WINDOW) continue;
      const tone = toneOf(fromAlaw(Buffer.concat(window.map(({ payload }) => payload))));
      const [from, until] = [window[0].at, packet.at + 20];
      window = [];
      const last = pieces.at(-1);
      if (last?.tone === tone && from - last.from - last.ms < 400) last.ms = until - last.from;
      else pieces.push({ tone, from, ms: until - from });
    }
    return pieces;
  }

  /** The tones heard in order, without silence, mixed pieces and repetitions: [1000, 425, 440]. */
  tones(since = 0) {
    return this.heard(since)
      .filter(({ tone, ms }) => typeof tone === 'number' && ms >= 190)
      .map(({ tone }) => tone)
      .filter((tone, index, all) => tone !== all[index - 1]);
  }

  close() {
    clearInterval(this.#timer);
    this.#socket.close();
  }
}
