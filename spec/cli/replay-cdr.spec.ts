import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCall } from '../../lib/calls/call.js';
import { folderWith } from '../config/temporary-folder.js';
import { cli } from './cli.js';

const folder = new URL('../fixtures/calls/cdr/', import.meta.url).pathname;
const files = readdirSync(folder);
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/calls/expected.json', import.meta.url), 'utf8'),
) as Record<string, Partial<ClientCall>[]>;

/** What a CDR cannot know: docs/cdr.md. */
const onHold = ['k4_att_xfer', 'k7_consult_hangup'];
const fields = ['outcome', 'place', 'queue', 'extension', 'endedBy', 'key', 'number', 'dialled', 'anonymous'] as const;

async function replayed(names: readonly string[]): Promise<ClientCall[]> {
  const { code, out, err } = await cli('replay', '--cdr', ...names.map((name) => join(folder, name)), '--json');
  expect([code, err]).toEqual([0, '']);
  return out === '' ? [] : out.split('\n').map((line) => JSON.parse(line) as ClientCall);
}

/** Two calls that FreeSWITCH's shutdown ends have the same end, but for a millisecond. */
function byNumber<T extends Partial<ClientCall>>(calls: readonly T[]): T[] {
  return [...calls].sort((a, b) => (a.number ?? '').localeCompare(b.number ?? ''));
}

describe('callbackd replay --cdr --json', () => {
  it.each(Object.entries(expected).filter(([name]) => !onHold.includes(name)))(
    'decides %s as it was',
    async (name, calls) => {
      const own = files.filter((file) => file.startsWith(`${name}.`));
      const found = byNumber(own.length === 0 ? [] : await replayed(own));
      expect(found).toHaveLength(calls.length);
      for (const [index, call] of byNumber(calls).entries()) {
        for (const field of fields)
          if (call[field] !== undefined) expect([field, found[index]?.[field]]).toEqual([field, call[field]]);
        if (call.waited !== undefined) expect(Math.abs(found[index]!.waited! - call.waited)).toBeLessThanOrEqual(1);
      }
    },
  );

  it('shows the calls in the order of their ends, whatever that of the files', async () => {
    const own = files.filter((file) => file.startsWith('o_two'));
    expect(await replayed([...own].reverse())).toEqual(await replayed(own));
  });

  it('shows a call once whose CDR stands in two files', async () => {
    const [file] = files.filter((each) => each.startsWith('a_'));
    expect(await replayed([file!, file!])).toHaveLength(1);
  });

  it('names the people by employees.json', async () => {
    const office = folderWith({
      'callbackd.json': '{}',
      'employees.json': '{"boris": {"extension": "1002"}, "anna": {"extension": "1001", "agents": ["1001@default"]}}',
    });
    const own = files.filter((file) => file.startsWith('k2_')).map((file) => join(folder, file));
    const { out } = await cli('replay', '--cdr', ...own, '--json', '--config', join(office, 'callbackd.json'));
    expect(JSON.parse(out)).toMatchObject({
      place: 'transfer',
      transferredBy: 'anna',
      extension: '1002',
      tried: [['boris', 'ringing']],
      lastPhase: ['boris'],
    });
  });
});

describe('files that are no CDR', () => {
  const [good] = files.filter((file) => file.startsWith('a_')).map((file) => join(folder, file));
  const whole = readFileSync(good!);

  it.each([
    ['half of one', whole.subarray(0, whole.length / 2), 'half written'],
    ['nothing', '', 'is empty'],
    ['other JSON', '{"a": 1}', 'is no CDR of mod_json_cdr'],
    ['bytes', Buffer.from([0, 1, 2, 255]), 'half written'],
  ])('%s: a sentence, exit code 1, and the others are shown', async (_, bytes, sentence) => {
    const broken = join(folderWith({ 'x.cdr.json': bytes }), 'x.cdr.json');
    const { code, out, err } = await cli('replay', '--cdr', broken, good!, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ place: 'queue', queue: 'sales@default' });
    expect(err).toContain(`${broken}: `);
    expect(err).toContain(sentence);
    expect(err).toContain('1 of 2 files cannot be used');
  });

  it('a missing one too', async () => {
    const { code, out, err } = await cli('replay', '--cdr', '/nowhere/x.json', good!);
    expect([code, out]).toEqual([1, expect.stringContaining('sales@default')]);
    expect(err).toContain('/nowhere/x.json: cannot be read');
  });
});
