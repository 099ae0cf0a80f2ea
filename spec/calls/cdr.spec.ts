import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndedCall } from '../../lib/calls/call.js';
import { parseCdr, type Cdr } from '../../lib/calls/cdr.js';
import { CallTracker } from '../../lib/calls/tracker.js';
import { altered, callsIn, isCallersHangup, isQueueAction, recordedEvents, settings } from './recordings.js';

const folder = new URL('../fixtures/calls/cdr/', import.meta.url).pathname;
const files = readdirSync(folder);

function cdrIn(file: string): Cdr {
  const cdr = parseCdr(readFileSync(join(folder, file), 'utf8'));
  if (cdr === undefined) throw new Error(`${file} is no CDR`);
  return cdr;
}

/** What was decided live of the leg that a CDR is of. */
function liveCall(file: string): EndedCall | undefined {
  const { uuid } = cdrIn(file);
  return callsIn(recordedEvents(file.split('.')[0]!)).find(({ call }) => call === uuid);
}

/** The caller's CDR does not tell that an employee held him. */
const onHold = ['k4_att_xfer', 'k7_consult_hangup'];

/** What a tracker that has seen `events` makes of a CDR. */
function decided(cdr: Cdr, tracker?: CallTracker): { taken: boolean; calls: EndedCall[] } {
  const calls: EndedCall[] = [];
  const fresh = new CallTracker(settings, { ended: (call) => calls.push(call) });
  return { taken: (tracker ?? fresh).takeCdr(cdr), calls };
}

const callers = files.filter((file) => liveCall(file) !== undefined);
const others = files.filter((file) => !callers.includes(file));
const clients = callers.filter((file) => !onHold.includes(file.split('.')[0]!));
const fields = ['call', 'outcome', 'place', 'queue', 'extension', 'group', 'menu', 'transferredBy', 'messageLeft', 'endedBy', 'key', 'number', 'name', 'e164', 'dialled', 'anonymous'] as const; // prettier-ignore

describe('the CDR of a client', () => {
  it.each(clients)('%s agrees with what was decided live', (file) => {
    const cdr = cdrIn(file);
    const live = liveCall(file);
    const { taken, calls } = decided(cdr);
    expect(taken).toBe(true);
    expect(calls).toHaveLength(1);
    expect(live).toBeDefined();
    for (const field of fields) expect([field, calls[0]?.[field]]).toEqual([field, live?.[field]]);
    expect(calls[0]?.waited === undefined).toBe(live?.waited === undefined);
    for (const time of ['startedAt', 'endedAt'] as const) expect(calls[0]![time] - live![time]).toBeLessThan(1_000);
    expect(Math.abs((calls[0]?.waited ?? 0) - (live?.waited ?? 0))).toBeLessThanOrEqual(1);
  });

  it.each(callers.filter((file) => !clients.includes(file)))('%s does not know that he was on hold', (file) => {
    const [live, { calls }] = [liveCall(file)!, decided(cdrIn(file))];
    expect([live.outcome, live.place]).toEqual(['lost', 'transfer']);
    expect(calls).toMatchObject([{ outcome: 'answered', number: live.number, dialled: live.dialled }]);
  });

  it('is there for each client call of the recordings', () => {
    const names = readdirSync(new URL('../fixtures/calls/', import.meta.url)).filter((name) => name.endsWith('.esl'));
    const live = names.flatMap((name) => callsIn(recordedEvents(name.replace('.json.esl', ''))));
    expect(live.map(({ call }) => call).sort()).toEqual(callers.map((file) => cdrIn(file).uuid).sort());
  });

  it('completes a call of which the end was missed: what was seen and what it says go together', () => {
    const [file] = clients.filter((each) => each.startsWith('c3'));
    const ended: EndedCall[] = [];
    const tracker = new CallTracker(settings, { ended: (call) => ended.push(call) });
    const seen = recordedEvents('c3_abandon_second_agent').filter(
      (event) => !isCallersHangup(event) && !isQueueAction(event, 'member-queue-end'),
    );
    for (const event of seen) tracker.take(event);
    expect(tracker.takeCdr(cdrIn(file!))).toBe(true);
    expect(ended).toMatchObject([{ outcome: 'lost', queue: 'sales@default', endedBy: 'client', waited: 13 }]);
    expect(ended[0]?.tried).toEqual([
      ['1002@default', 'no-answer'],
      ['1001@default', 'ringing'],
    ]);
    expect(tracker.current).toEqual([]);
  });

  it('tells nothing new of a call that was seen to its end', () => {
    const [file] = clients.filter((each) => each.startsWith('a_'));
    const ended: EndedCall[] = [];
    const tracker = new CallTracker(settings, { ended: (call) => ended.push(call) });
    for (const event of recordedEvents('a_abandon_wait8')) tracker.take(event);
    expect([tracker.takeCdr(cdrIn(file!)), ended.length]).toEqual([false, 1]);
  });

  it('tells nothing of a call that FreeSWITCH cut off', () => {
    const ended: EndedCall[] = [];
    const tracker = new CallTracker(settings, { ended: (call) => ended.push(call) });
    const [created] = recordedEvents('a_abandon_wait8');
    tracker.take(created!);
    tracker.take(altered(created!, { 'Core-UUID': 'another', 'Unique-ID': 'x', 'Call-Direction': 'outbound' }));
    const [file] = clients.filter((each) => each.startsWith('a_'));
    expect([tracker.takeCdr(cdrIn(file!)), ended.length]).toEqual([false, 1]);
  });
});

describe('the CDR of another leg', () => {
  it.each(others)('%s is no call of a client', (file) => {
    expect(decided(cdrIn(file))).toEqual({ taken: false, calls: [] });
  });

  it.each([
    ['our own', { callbackd_attempt: '7' }, {}],
    ['an internal caller', {}, { caller_id_number: '1003' }],
  ])('%s is no call of a client', (_, variables, profile) => {
    const file = JSON.parse(readFileSync(join(folder, clients[0]!), 'utf8')) as {
      variables: Record<string, string>;
      callflow: { caller_profile: Record<string, string> }[];
    };
    Object.assign(file.variables, variables);
    Object.assign(file.callflow.at(-1)!.caller_profile, profile);
    expect(decided(parseCdr(JSON.stringify(file))!).taken).toBe(false);
  });
});

describe('a file that is no CDR', () => {
  const whole = readFileSync(join(folder, clients[0]!), 'utf8');
  it.each([
    ['half written', whole.slice(0, 4_000)],
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['without variables', '{"callflow":[]}'],
    ['without a UUID', '{"variables":{}}'],
    ['with a UUID that is none', '{"variables":{"uuid":5}}'],
  ])('%s is not taken', (_, text) => {
    expect(parseCdr(text)).toBeUndefined();
  });

  it('without a call flow is a leg without a caller', () => {
    expect(decided(parseCdr('{"variables":{"uuid":"u","direction":"inbound"}}')!)).toEqual({ taken: false, calls: [] });
  });

  it.each(['{}', '[null]', '[{"caller_profile":null}]', '"x"', '[5]'])(
    'with the call flow %s breaks nothing',
    (flow) => {
      expect(() => parseCdr(`{"variables":{"uuid":"u","direction":"inbound"},"callflow":${flow}}`)?.header('Caller-Context')).not.toThrow(); // prettier-ignore
    },
  );
});

it('the caller is the one of the earliest profile, which is listed last: a transfer changes the later ones', () => {
  const profile = (number: string, dialled: string) => ({
    caller_profile: { caller_id_number: number, destination_number: dialled, context: 'public' },
  });
  const callflow = [profile('1001', '1002'), profile('+74951230001', '74951234567')];
  const cdr = parseCdr(JSON.stringify({ variables: { uuid: 'u', direction: 'inbound' }, callflow }))!;
  expect(decided(cdr).calls).toMatchObject([{ number: '+74951230001', dialled: '74951234567', outcome: 'lost' }]);
});

it('a list in a CDR is the same as the array in an event', () => {
  const legs = (text: string) => parseCdr(`{"variables":{"uuid":"u","originated_legs":${text}}}`)?.headers('variable_originated_legs'); // prettier-ignore
  expect(legs('"ARRAY::a;x;1|:b;y;2"')).toEqual(['a;x;1', 'b;y;2']);
  expect(legs('["a","b"]')).toEqual(['a', 'b']);
  expect(legs('"a"')).toEqual(['a']);
});
