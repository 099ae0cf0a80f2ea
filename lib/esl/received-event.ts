import type { EslEvent } from './event.js';
import type { WireEvent } from './wire.js';

/** An event as the rest of callbackd reads it. */
export class ReceivedEvent implements EslEvent {
  readonly name: string;
  readonly subclass: string;
  readonly at: number;
  readonly coreUuid: string;
  readonly body: string;

  constructor(private readonly wire: WireEvent) {
    this.name = wire.type;
    this.subclass = wire.subclass ?? '';
    this.coreUuid = this.header('Core-UUID') ?? '';
    this.body = wire.getBody();
    // Event-Date-Timestamp is in µs.
    const micros = Number(this.header('Event-Date-Timestamp'));
    this.at = micros > 0 && Number.isFinite(micros) ? Math.floor(micros / 1_000) : 0;
  }

  header(name: string): string | undefined {
    const value = this.wire.getHeader(name);
    return asText(Array.isArray(value) ? value[0] : value);
  }

  headers(name: string): readonly string[] {
    const value = this.wire.getHeader(name);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map(asText).filter((text) => text !== undefined);
  }
}

/**
 * True for an event that somebody sent with `sendevent`, not FreeSWITCH itself: mod_event_socket leaves the
 * command line of its sender in it (`Command: sendevent CUSTOM`). Anyone with the password can send any event so.
 */
export function isForged(event: EslEvent): boolean {
  return /^sendevent(\s|$)/i.test(event.header('Command') ?? '');
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}
