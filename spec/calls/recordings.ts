/** Client calls recorded from a real FreeSWITCH (spec/fixtures/calls), and small changes to what was recorded. */
import { readFileSync } from 'node:fs';
import type { EndedCall } from '../../lib/calls/call.js';
import { CallTracker, type TrackerSettings } from '../../lib/calls/tracker.js';
import type { EslEvent } from '../../lib/esl/event.js';
import { readEvents } from '../../lib/esl/recording.js';

export type Headers = Record<string, string | string[]>;

export const settings: TrackerSettings = { internal: /^\d{2,5}$/, requestKeys: ['1'] };

export function recordingFile(name: string): string {
  return new URL(`../fixtures/calls/${name}.json.esl`, import.meta.url).pathname;
}

export function recordedBytes(name: string): Buffer {
  return readFileSync(recordingFile(name));
}

export function recordedEvents(name: string): EslEvent[] {
  return readEvents(recordedBytes(name));
}

/** An event as FreeSWITCH would have sent it. */
export function event(headers: Headers): EslEvent {
  const body = JSON.stringify(headers);
  const frame = `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-json\n\n${body}`;
  const [read] = readEvents(Buffer.from(frame));
  if (read === undefined) throw new Error('no event');
  return read;
}

/** The same event with other values in some headers; undefined: without that header. */
export function altered(original: EslEvent, changes: Record<string, string | undefined>): EslEvent {
  const changed = (name: string): boolean => Object.hasOwn(changes, name);
  return {
    name: original.name,
    subclass: original.subclass,
    at: original.at,
    body: original.body,
    coreUuid: changes['Core-UUID'] ?? original.coreUuid,
    header: (name) => (changed(name) ? changes[name] : original.header(name)),
    headers: (name) => (changed(name) ? [changes[name]].flatMap((each) => each ?? []) : original.headers(name)),
  };
}

/** The calls that end in these events. */
export function callsIn(events: readonly EslEvent[], wanted: Partial<TrackerSettings> = {}): EndedCall[] {
  const ended: EndedCall[] = [];
  const tracker = new CallTracker({ ...settings, ...wanted }, { ended: (call) => ended.push(call) });
  for (const each of events) tracker.take(each);
  return ended;
}

/** The only call that ends in these events. */
export function callIn(events: readonly EslEvent[], wanted: Partial<TrackerSettings> = {}): EndedCall {
  const calls = callsIn(events, wanted);
  const [call] = calls;
  if (call === undefined || calls.length > 1) throw new Error(`${calls.length} calls ended`);
  return call;
}

/** `member-queue-end` and the like. */
export function isQueueAction(each: EslEvent, action: string): boolean {
  return each.subclass === 'callcenter::info' && each.header('CC-Action') === action;
}

export function isHangup(each: EslEvent): boolean {
  return each.name === 'CHANNEL_HANGUP_COMPLETE';
}

/** The end of the caller's own leg. */
export function isCallersHangup(each: EslEvent): boolean {
  return isHangup(each) && each.header('Call-Direction') === 'inbound' && !isLoopback(each);
}

function isLoopback(each: EslEvent): boolean {
  return each.header('Channel-Name')?.startsWith('loopback/') === true;
}
