import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCall } from '../../lib/calls/call.js';
import { CallTracker } from '../../lib/calls/tracker.js';
import { EventStream } from '../../lib/esl/recording.js';
import { recordedBytes, recordingFile, settings } from '../calls/recordings.js';
import { folderWith } from '../config/temporary-folder.js';
import { cli } from './cli.js';

const expected = JSON.parse(
  readFileSync(new URL('../fixtures/calls/expected.json', import.meta.url), 'utf8'),
) as Record<string, Partial<ClientCall>[]>;

const fields = [
  'call', 'outcome', 'place', 'queue', 'extension', 'group', 'menu', 'transferredBy', 'employee', 'key', 'waited', 'endedBy',
  'messageLeft', 'number', 'e164', 'name', 'dialled', 'anonymous', 'tried', 'lastPhase',
]; // prettier-ignore

async function replayed(...args: string[]): Promise<ClientCall[]> {
  const { code, out, err } = await cli('replay', ...args, '--json');
  expect([code, err]).toEqual([0, '']);
  return out === '' ? [] : out.split('\n').map((line) => JSON.parse(line) as ClientCall);
}

describe('callbackd replay --json', () => {
  it.each(Object.entries(expected))('decides %s as it was', async (name, calls) => {
    const found = await replayed(recordingFile(name));
    expect(found).toHaveLength(calls.length);
    for (const [at, { waited, ...facts }] of calls.entries()) {
      expect(found[at]).toMatchObject(facts);
      if (waited !== undefined) expect(Math.abs((found[at]?.waited ?? Infinity) - waited)).toBeLessThanOrEqual(1);
    }
  });

  it('prints the documented fields only, in their order', async () => {
    for (const call of await replayed(...['f_exit_key', 'm1_anonymous', 'p3_resume_answered'].map(recordingFile))) {
      expect(Object.keys(call)).toEqual(fields.filter((field) => field in call));
    }
  });

  it('reads several files one after the other', async () => {
    const [a, b] = [recordingFile('a_abandon_wait8'), recordingFile('b_answered_caller_bye')];
    expect(await replayed(b, a)).toEqual([...(await replayed(b)), ...(await replayed(a))]);
  });

  it('reads country, internal numbers, request keys and the shortest talk from --config', async () => {
    const config = join(folderWith({ 'callbackd.json': '{"country": "RU", "requests": {"keys": ["5"]}}' }), 'callbackd.json'); // prettier-ignore
    const [call] = await replayed(recordingFile('f_exit_key'), '--config', config);
    expect(call).toMatchObject({ outcome: 'lost', key: '1', e164: '+79161234567' });
    const internal = join(folderWith({ 'c.json': '{"calls": {"internal": "^7916"}}' }), 'c.json');
    expect(await replayed(recordingFile('f_exit_key'), '--config', internal)).toEqual([]);
    const talk = join(folderWith({ 'c.json': '{"calls": {"minTalk": "1m"}}' }), 'c.json');
    const [short] = await replayed(recordingFile('b_answered_caller_bye'), '--config', talk);
    expect(short).toMatchObject({ outcome: 'lost', place: 'queue', queue: 'sales@default' });
  });
});

describe('callbackd replay', () => {
  it('shows a table', async () => {
    const seen = await cli('replay', recordingFile('c3_abandon_second_agent'));
    expect(seen.out).toContain('queue sales@default');
    expect(seen.out).toContain('1002@default no-answer, 1001@default ringing');
    expect(seen.out.split('\n')[0]).toMatch(
      /^ *number +name +dialled +outcome +place +waited +ended by +employee \/ tried$/,
    );
  });

  it('says that there is nothing', async () => {
    expect(await cli('replay', recordingFile('l1_both_answer'))).toMatchObject({
      code: 0,
      out: 'no client calls ended',
    });
  });

  it.each([
    ['a missing file', '/nowhere/x.esl'],
    ['a folder', '/'],
  ])('ends with a sentence when given %s', async (_, file) => {
    expect(await cli('replay', file)).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining(`${file} cannot be read`),
    });
  });
});

describe('damaged recordings', () => {
  const whole = recordedBytes('p_abandon_then_answered');

  async function replay(bytes: Buffer) {
    return cli('replay', join(folderWith({ 'x.esl': bytes }), 'x.esl'), '--json');
  }

  it('cut off at any byte give the calls that had ended by then, and a message', async () => {
    const all = (await replay(whole)).out.split('\n');
    for (const share of [0.1, 0.33, 0.5, 0.7, 0.9, 0.999]) {
      const { code, out, err } = await replay(whole.subarray(0, Math.floor(whole.length * share)));
      const lines = out === '' ? [] : out.split('\n');
      expect(lines).toEqual(all.slice(0, lines.length));
      expect([code, err]).toEqual([0, expect.stringMatching(/x\.esl: the last \d+ bytes are half a frame/)]);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0), ''],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]), /x\.esl: .+/],
    ['a web page', Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc\n\n'), /x\.esl: .+/],
    ['garbage in front', Buffer.concat([Buffer.from('garbage\n\n'), whole]), /not event socket bytes/],
    ['garbage after it', Buffer.concat([whole, Buffer.from('\x1b[2Jgarbage\u202e\n\n')]), /not event socket bytes/],
    ['a broken length', Buffer.from(whole.toString('latin1').replace(/Content-Length: \d+/, 'Content-Length: -1'), 'latin1'), /x\.esl: .+/], // prettier-ignore
    [
      'an event that is no JSON',
      Buffer.from('Content-Length: 2\nContent-Type: text/event-json\n\n{]'),
      /skipped an event/,
    ],
  ])('%s: no crash, a message that is safe to print', async (_, bytes, message) => {
    const { code, err } = await replay(bytes);
    expect([code, err]).toEqual([0, message === '' ? '' : expect.stringMatching(message)]);
    expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('with bytes changed at random never throw', () => {
    const bytes = recordedBytes('f_exit_key');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }), (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        callsOf([damaged]);
      }),
      { numRuns: 60 },
    );
  });

  it('are decided alike however the bytes are cut into pieces', () => {
    for (const name of ['f_exit_key', 'c3_abandon_second_agent', 'm9_cp1251']) {
      const bytes = recordedBytes(name);
      const inOnePiece = callsOf([bytes]);
      expect(inOnePiece).toHaveLength(1);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
          const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
          const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
          expect(callsOf(pieces)).toEqual(inOnePiece);
        }),
        { numRuns: 25 },
      );
    }
  });
});

function callsOf(pieces: readonly Buffer[]): ClientCall[] {
  const calls: ClientCall[] = [];
  const tracker = new CallTracker(settings, { ended: (call) => calls.push(call) });
  const stream = new EventStream();
  for (const piece of pieces) for (const event of stream.feed(piece)) tracker.take(event);
  stream.problems();
  return calls;
}
