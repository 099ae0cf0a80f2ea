/**
 * The only file that knows modesl. It uses
 * - `Parser`: `_onData` cuts a frame into head and body, `_parseHeaderText` and `_parseEvent` are replaced below;
 * - `Event`: `getHeader`, `getBody`, `type`, `subclass`; its private `_findHeader` is replaced below.
 * `Connection` and `Server` are not used: they mix up replies, never reconnect and let newlines through.
 *
 * modesl alone buffers without a limit, rescans what it has already seen, recurses once per empty frame and throws on a
 * malformed `%`. Therefore a guard (FrameBuffer) stands in front and hands it exactly one whole frame at a time.
 * To do without modesl: let `FrameParser.feed` split the frame at its first empty line itself, and let WireEvent keep
 * type, subclass, body and values in its own fields. Nothing else changes.
 */
import modesl, { type NamedValue } from 'modesl';
import { FrameBuffer } from './frame-buffer.js';
import { headLines, percentDecoded } from './header-text.js';

/** A frame as it stood on the wire: its own headers (never %-encoded) and its body; '' when it has none. */
export interface WireFrame {
  contentType: string;
  /** Reply-Text of a command/reply; undefined when absent. */
  replyText: string | undefined;
  body: string;
}

type Headers = Record<string, string | number>;

/** An event whose headers stay in the object that JSON.parse made: nothing is copied, a lookup is one property read. */
export class WireEvent extends modesl.Event {
  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    body: string,
  ) {
    super();
    this.type = this.text('Event-Name');
    this.subclass = this.text('Event-Subclass');
    this.body = body;
  }

  override _findHeader(name: string): NamedValue | null {
    return Object.hasOwn(this.values, name) ? { name, value: this.values[name] } : null;
  }

  private text(name: string): string {
    const value = this.getHeader(name);
    return typeof value === 'string' ? value : '';
  }
}

/** modesl's parser, given one whole frame at a time. */
class OneFrame extends modesl.Parser {
  frame: WireFrame | undefined;

  constructor() {
    super({ on: () => undefined });
  }

  /** As modesl's, but raw: FreeSWITCH does not %-encode the headers of a frame, and a `%` there must not throw. */
  override _parseHeaderText(text: string): Headers {
    const headers: Headers = Object.create(null) as Headers;
    for (const [name, value] of headLines(text)) headers[name] = name === 'Content-Length' ? Number(value) : value;
    return headers;
  }

  /** As modesl's, but keeps the body for frame.ts instead of decoding it where an error could not be handled. */
  override _parseEvent(headers: Headers, body = ''): void {
    const reply = headers['Reply-Text'];
    this.frame = {
      contentType: String(headers['Content-Type'] ?? ''),
      replyText: reply === undefined ? undefined : String(reply),
      body,
    };
  }
}

/** Bytes in, frames out, at any cut of the byte stream; the time is linear in the number of bytes. Never throws. */
export class FrameParser {
  private readonly buffer: FrameBuffer;
  private readonly parser = new OneFrame();

  /** `maxFrameBytes`: a frame (head and body) longer than this is a problem, not a frame. */
  constructor(maxFrameBytes: number) {
    this.buffer = new FrameBuffer(maxFrameBytes);
  }

  /** What is wrong with the bytes, for an admin; undefined while they are fine. Nothing can be read after a problem. */
  get problem(): string | undefined {
    return this.buffer.problem;
  }

  /** Bytes of a frame whose end has not come yet. */
  get unfinishedBytes(): number {
    return this.buffer.unfinishedBytes;
  }

  /** Gives the frames that end within `bytes`, one by one, so that the reader may stop in between. */
  *feed(bytes: Buffer): Generator<WireFrame, void, undefined> {
    for (const frame of this.buffer.add(bytes)) {
      this.parser.frame = undefined;
      this.parser._onData(frame);
      const done = this.parser.frame as WireFrame | undefined;
      if (done !== undefined) yield done;
    }
  }
}

/** The headers and the body of an event in the plain format (`text/event-plain`), where values are %-encoded. */
export function plainEvent(text: string): WireEvent {
  const end = text.indexOf('\n\n');
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of headLines(end < 0 ? text : text.slice(0, end))) values[name] = percentDecoded(value);
  const length = Number(values['Content-Length'] ?? 0);
  const rest = end < 0 || !(length > 0) ? '' : text.slice(end + 2);
  return new WireEvent(values, Buffer.from(rest).subarray(0, length).toString());
}

/** The same of an event in the JSON format (`text/event-json`); undefined when it is not a JSON object. */
export function jsonEvent(text: string): WireEvent | undefined {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined;
  const body = (values as Record<string, unknown>)['_body'];
  return new WireEvent(values as Record<string, unknown>, typeof body === 'string' ? body : '');
}
