import type { EslEvent } from './event.js';
import { readFrame } from './frame.js';
import { isForged } from './received-event.js';
import { FrameParser } from './wire.js';

/** The longest frame that is read when nothing else is said: 8 MiB. Real events have 2 to 20 kB. */
export const defaultMaxFrameBytes = 8 * 1_048_576;

/**
 * Reads the events out of recorded bytes of an event socket, as the link would have delivered them: other frames
 * and events forged with `sendevent` are skipped. Unlike the link it gives every BACKGROUND_JOB.
 */
export class EventStream {
  private readonly parser: FrameParser;
  private readonly found: string[] = [];

  constructor(maxFrameBytes = defaultMaxFrameBytes) {
    this.parser = new FrameParser(maxFrameBytes);
  }

  /** The events that end within `chunk`; the cut may be anywhere. Never throws. */
  feed(chunk: Buffer): EslEvent[] {
    const events: EslEvent[] = [];
    for (const wire of this.parser.feed(chunk)) {
      const frame = readFrame(wire);
      if (frame.kind === 'unreadable') this.found.push(`skipped ${frame.text}`);
      if (frame.kind === 'event' && !isForged(frame.event)) events.push(frame.event);
    }
    return events;
  }

  /** What was wrong so far, in sentences for an admin; ask at the end. [] when every byte was read. */
  problems(): readonly string[] {
    const { problem, unfinishedBytes } = this.parser;
    if (problem !== undefined) return [...this.found, `not event socket bytes: ${problem}; the rest is not read`];
    if (unfinishedBytes > 0) return [...this.found, `the last ${unfinishedBytes} bytes are half a frame`];
    return this.found;
  }
}

/** All events in `bytes`. What cannot be read is left out; use EventStream to be told of it. */
export function readEvents(bytes: Buffer): EslEvent[] {
  return new EventStream().feed(bytes);
}
