import { describe, expect, it } from '@jest/globals';
import type { EslEvent } from '../../lib/esl/event.js';
import { EventStream, readEvents } from '../../lib/esl/recording.js';
import { apiResponse, commandReply, jsonEvent, recorded, withBody } from './frames.js';

function only(bytes: string | Buffer): EslEvent {
  const events = readEvents(Buffer.from(bytes));
  expect(events).toHaveLength(1);
  return events[0] as EslEvent;
}

describe('an event', () => {
  it('has name, subclass, time in ms and core', () => {
    const event = only(
      jsonEvent({
        'Event-Name': 'CUSTOM',
        'Event-Subclass': 'callcenter::info',
        'Event-Date-Timestamp': '1795171971296091',
        'Core-UUID': 'c',
        _body: 'text',
      }),
    );
    expect(event).toMatchObject({
      name: 'CUSTOM',
      subclass: 'callcenter::info',
      at: 1_795_171_971_296,
      coreUuid: 'c',
      body: 'text',
    });
  });

  it.each([undefined, '', 'x', '-5', '1e999', ['1']])('has the time 0 when its timestamp is %p', (timestamp) => {
    const event = only(
      jsonEvent({ 'Event-Name': 'X', ...(timestamp === undefined ? {} : { 'Event-Date-Timestamp': timestamp }) }),
    );
    expect(event.at).toBe(0);
  });

  it('gives the first value of an array header, and all of them', () => {
    const event = only(
      jsonEvent({ 'Event-Name': 'X', many: ['a', 'b'], one: 'c', none: [], number: 5, odd: { a: 1 } }),
    );
    expect(event.header('many')).toBe('a');
    expect(event.headers('many')).toEqual(['a', 'b']);
    expect([event.header('one'), event.headers('one')]).toEqual(['c', ['c']]);
    expect([event.header('none'), event.headers('none')]).toEqual([undefined, []]);
    expect([event.header('number'), event.headers('number')]).toEqual(['5', ['5']]);
    expect([event.header('odd'), event.headers('odd')]).toEqual([undefined, []]);
  });

  it('has no headers that it did not bring', () => {
    const event = only(withBody('text/event-json', '{"Event-Name":"X","__proto__":{"evil":"1"}}'));
    for (const name of ['constructor', 'toString', 'evil', 'hasOwnProperty'])
      expect(event.header(name)).toBeUndefined();
    expect(event.headers('constructor')).toEqual([]);
  });

  it('keeps headers that are not UTF-8 as replacement characters [m9: a caller name in windows-1251]', () => {
    const names = readEvents(recorded('m9_cp1251.json.esl'))
      .map((event) => event.header('Caller-Caller-ID-Name'))
      .filter((name) => name !== undefined);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(/^\uFFFD+\|\uFFFD+$/u);
  });

  it('with 100,000 headers is read in linear time', () => {
    const headers = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`variable_${at}`, 'x']));
    const before = performance.now();
    expect(only(jsonEvent({ 'Event-Name': 'X', ...headers })).header('variable_99999')).toBe('x');
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('an event in the plain format', () => {
  it('is decoded with its body, counted in bytes [x_bgapi]', () => {
    const events = readEvents(recorded('x_bgapi.esl'));
    expect(events.map((event) => [event.name, event.header('Job-UUID'), event.body])).toEqual([
      ['BACKGROUND_JOB', 'my-own-id-2', 'hi'],
      ['BACKGROUND_JOB', 'my-own-id-3', '-ERR nosuch Command not found!\n'],
      ['BACKGROUND_JOB', 'my-own-id-4', '-ERR INVALID_GATEWAY\n'],
    ]);
    expect(events[0]?.header('Event-Date-GMT')).toBe('Fri, 20 Nov 2026 10:58:38 GMT');
    expect(events[2]?.header('Job-Command-Arg')).toBe('{origination_uuid=bad}sofia/gateway/nosuch/1 &park');
  });

  it.each([
    ['M%FCller', 'M\uFFFDller'],
    ['100%', '100%'],
    ['%zz%', '%zz%'],
    ['%D0%92%20x', 'В x'],
    ['%d0', '\uFFFD'],
    ['a: b', 'a: b'],
  ])('may have the value %s', (wire, value) => {
    expect(only(withBody('text/event-plain', `Event-Name: X\nname: ${wire}\n\n`)).header('name')).toBe(value);
  });

  it('may have a body longer or shorter than it says', () => {
    const body = (length: string): string =>
      only(withBody('text/event-plain', `Event-Name: X\nn: %D0%92\nContent-Length: ${length}\n\nВхелло`)).body;
    expect(['2', '4', '999', '-1', 'x'].map(body)).toEqual(['В', 'Вх', 'Вхелло', '', '']);
  });

  it('may lack its end', () => {
    expect(only(withBody('text/event-plain', 'Event-Name: X\nContent-Length: 5')).body).toBe('');
  });
});

describe('a recording', () => {
  it('is read at any cut', () => {
    const bytes = recorded('l19_same_job_uuid.json.esl');
    const stream = new EventStream();
    const events = Array.from(bytes, (_, at) => stream.feed(bytes.subarray(at, at + 1))).flat();
    expect(events.map((event) => event.body)).toEqual(['one', 'two']);
    expect(stream.problems()).toEqual([]);
  });

  it('tells of half a frame at its end', () => {
    const stream = new EventStream();
    const bytes = Buffer.from(jsonEvent({ 'Event-Name': 'X' }));
    expect(stream.feed(Buffer.concat([bytes, bytes.subarray(0, -1)]))).toHaveLength(1);
    expect(stream.problems()).toEqual([`the last ${bytes.length - 1} bytes are half a frame`]);
  });

  it.each([
    ['bad JSON', withBody('text/event-json', '{"Event-Name":')],
    ['a list', withBody('text/event-json', '[1]')],
    ['null', withBody('text/event-json', 'null')],
    ['JSON without a name', withBody('text/event-json', '{}')],
    ['JSON nested 100,000 deep', withBody('text/event-json', '['.repeat(100_000))],
    ['a JSON event without a body', 'Content-Type: text/event-json\n\n'],
    ['a plain event without a body', 'Content-Type: text/event-plain\n\n'],
    ['a plain event of nothing', withBody('text/event-plain', '\n\n')],
    ['broken XML', withBody('text/event-xml', '<event><headers>')],
    ['no XML', 'Content-Type: text/event-xml\n\n'],
  ])('skips and names an event that cannot be read: %s', (_, frame) => {
    const stream = new EventStream();
    const events = stream.feed(Buffer.from(frame + jsonEvent({ 'Event-Name': 'AFTER' })));
    expect(events.map((event) => event.name)).toEqual(['AFTER']);
    expect(stream.problems()).toEqual([expect.stringContaining('skipped an event')]);
  });

  it('skips all that is no event, and events made up with sendevent', () => {
    const forged = jsonEvent({ 'Event-Name': 'CUSTOM', Command: 'sendevent CUSTOM' });
    const real = jsonEvent({ 'Event-Name': 'CUSTOM', Command: 'sendevents are something else' });
    const log = withBody('log/data', 'x');
    expect(readEvents(Buffer.from(commandReply('+OK') + forged + apiResponse('a') + log + real))).toHaveLength(1);
  });

  it('says when it is no recording', () => {
    const stream = new EventStream();
    expect(stream.feed(Buffer.from('GET / HTTP/1.1\n\n'))).toEqual([]);
    expect(stream.problems()).toEqual([expect.stringContaining('not event socket bytes')]);
  });
});
