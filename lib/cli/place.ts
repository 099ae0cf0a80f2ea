import { InvalidArgumentError } from 'commander';
import type { ClientCall, EndedBy, Place } from '../calls/call.js';
import type { CallFilter } from '../tasks/journal-store.js';
import { plain } from './output.js';

const names: Record<Place, (call: ClientCall) => string | undefined> = {
  queue: ({ queue }) => queue,
  extension: ({ extension }) => extension,
  group: ({ group }) => group,
  ivr: ({ menu }) => menu,
  transfer: ({ extension, queue, group }) => extension ?? queue ?? group,
  voicemail: ({ extension }) => extension,
  dialplan: () => undefined,
};

const endings: Record<EndedBy, string> = {
  client: 'the client hung up',
  timeout: 'nobody answered in time',
  'no-agents': 'the queue had no agents',
  key: 'a key was pressed',
  busy: 'busy',
  rejected: 'it was rejected',
  unregistered: 'the phone was not registered',
  failed: 'the call failed',
  'no-route': 'there was no route',
  killed: 'the call was killed',
  shutdown: 'FreeSWITCH stopped',
};

/** "queue sales@default", "after a transfer"; undefined when it is not known. */
export function placeText(call: ClientCall): string | undefined {
  if (call.place === undefined) return undefined;
  const name = names[call.place](call);
  return plain(name === undefined ? call.place : `${call.place} ${name}`);
}

/** How the last waiting phase ended, in words. */
export function endingText(endedBy: EndedBy): string {
  return endings[endedBy];
}

/** --place queue, or --place queue:sales@default. */
export function placeOption(text: string): NonNullable<CallFilter['place']> {
  const kinds = Object.keys(names);
  if (kinds.includes(text.split(':')[0] ?? '') && !text.endsWith(':')) return text as Place;
  throw new InvalidArgumentError(`one of ${kinds.join(', ')}, or with a name: queue:sales@default.`);
}
