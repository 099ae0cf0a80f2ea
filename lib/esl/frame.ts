import type { EslEvent } from './event.js';
import { ReceivedEvent } from './received-event.js';
import { jsonEvent, plainEvent, type WireEvent, type WireFrame } from './wire.js';

/** What FreeSWITCH says over the event socket (mod_event_socket), by the Content-Type of the frame. */
export type Frame =
  /** It wants the password. */
  | { kind: 'auth-request' }
  /** The answer to an `api`; `text` is what the command printed. */
  | { kind: 'api-response'; text: string }
  /** The answer to any other command, and to an `api` that is not allowed. */
  | { kind: 'command-reply'; text: string }
  | { kind: 'event'; event: EslEvent }
  /** It is about to close the connection (`exit`, a wrong password, shutdown). */
  | { kind: 'disconnect-notice'; text: string }
  /** The address of the client is not in the event socket's ACL. */
  | { kind: 'rude-rejection'; text: string }
  /** An event that could not be decoded: it is lost. */
  | { kind: 'unreadable'; text: string }
  /** A frame that callbackd did not ask for, such as log/data. */
  | { kind: 'other'; contentType: string };

/** Tells what a frame means. Never throws. */
export function readFrame(wire: WireFrame): Frame {
  switch (wire.contentType) {
    case 'auth/request':
      return { kind: 'auth-request' };
    case 'api/response':
      return { kind: 'api-response', text: wire.body };
    case 'command/reply':
      return { kind: 'command-reply', text: wire.replyText ?? '' };
    case 'text/event-json':
      return eventFrame(jsonEvent(wire.body), wire);
    case 'text/event-plain':
      return eventFrame(plainEvent(wire.body), wire);
    case 'text/event-xml':
      return { kind: 'unreadable', text: 'an event in XML, which callbackd does not ask for' };
    case 'text/disconnect-notice':
      return { kind: 'disconnect-notice', text: wire.body.trim() };
    case 'text/rude-rejection':
      return { kind: 'rude-rejection', text: wire.body.trim() };
    default:
      return { kind: 'other', contentType: wire.contentType };
  }
}

function eventFrame(event: WireEvent | undefined, { body }: WireFrame): Frame {
  if (event !== undefined && event.type !== '') return { kind: 'event', event: new ReceivedEvent(event) };
  const what = event === undefined ? 'is not a JSON object' : 'has no Event-Name';
  return { kind: 'unreadable', text: `an event of ${Buffer.byteLength(body)} bytes that ${what}` };
}
