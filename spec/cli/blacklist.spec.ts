import { beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { taskOf } from '../store/contract.js';
import { noon } from '../tasks/made.js';
import { json, type Seen } from './cli.js';
import { OfficeFiles } from './office-files.js';

let office: OfficeFiles;

beforeEach(() => {
  office = new OfficeFiles();
});

const blacklist = (...args: string[]): Promise<Seen> => office.run('blacklist', ...args);
const listed = (): string[] => office.inDatabase((store) => store.blacklistEntries(noon).map(({ pattern }) => pattern));

describe('blacklist add, list and remove', () => {
  it('take a number in any spelling', async () => {
    expect(await blacklist('list')).toEqual({ code: 0, out: 'the blacklist is empty', err: '' });
    const added = await blacklist('add', '8 (495) 123-00-66', '+7495124*', '--reason', 'robot', '--expires', '30d');
    expect(added).toEqual({ code: 0, out: '+74951230066 is on the blacklist\n+7495124* is on the blacklist', err: '' });
    const { out } = await blacklist('list');
    expect(out).toMatch(/number +reason +added +expires/);
    expect(out).toMatch(/\+74951230066 +robot +\d\d:\d\d:\d\d +\d{4}-\d\d-\d\d/);
    expect(json(await blacklist('list', '--json'))).toMatchObject([{ pattern: '+74951230066', reason: 'robot', expiresAt: expect.any(Number) }, { pattern: '+7495124*' }]); // prettier-ignore
    expect(await blacklist('remove', '74951230066')).toMatchObject({ code: 0, out: expect.stringContaining('+74951230066 is not') }); // prettier-ignore
    expect(listed()).toEqual(['+7495124*']);
    expect(json(await blacklist('remove', '+7495124*', '--json'))).toEqual({ pattern: '+7495124*' });
  });

  it('close the open tasks of the callers, and leave the others', async () => {
    office.inDatabase((store) => ['+74951230001', '+74951240001'].forEach((client) => taskOf(store, client)));
    const { out } = await blacklist('add', '+7495123*');
    expect(out).toBe('+7495123* is on the blacklist\ntask 1 of +74951230001 is closed');
    const states = office.inDatabase((store) => store.tasks({}).map(({ state, reason }) => [state, reason]));
    expect(states).toEqual([['cancelled', 'blacklisted'], ['waiting', undefined]]); // prettier-ignore
    const retried = await office.run('tasks', 'retry', '1');
    expect(retried).toMatchObject({ code: 1, err: expect.stringContaining('on the blacklist: +7495123*') });
  });

  it.each([
    [['add', '12'], 1, /"12" is no valid number/],
    [['add', '+7495 123 00 66', 'no number'], 1, /"no number" is no number and no pattern/],
    [['add', '*'], 1, /would take every caller/],
    [['remove', '+74951230066'], 1, /is not on the blacklist/],
    [['add', '+74951230066', '--expires', 'soon'], 2, /a span such as 30d/],
    [['add', '+74951230066', '--reason', 'x'.repeat(201)], 2, /at most 200/],
    [['import', 'not-there.txt'], 1, /not-there.txt cannot be read/],
  ])('%j is refused', async (args, code, message) => {
    expect(await blacklist(...args)).toMatchObject({ code, err: expect.stringMatching(message) });
    expect(listed()).toEqual([]);
  });
});

describe('blacklist import', () => {
  const imported = (text: string, ...args: string[]): Promise<Seen> => {
    writeFileSync(join(office.folder, 'robots.csv'), text);
    return blacklist('import', join(office.folder, 'robots.csv'), ...args);
  };

  it('takes one number a line, or the first column, with comments', async () => {
    const text =
      '\uFEFFnumber,name\r\n"8 495 123-00-66",Robot\n# more\n\n+7495124* # a whole block\n84951230066;again\n';
    expect(await imported(text, '--reason', 'list')).toEqual({
      code: 0,
      out: '2 entries are on the blacklist',
      err: '',
    });
    expect(json(await blacklist('list', '--json'))).toMatchObject([
      { pattern: '+74951230066', reason: 'list' },
      { pattern: '+7495124*', reason: 'list' },
    ]);
  });

  it('takes a long list', async () => {
    const numbers = Array.from({ length: 1_000 }, (_, index) => `+7495123${String(index).padStart(4, '0')}`);
    expect((await imported(numbers.join('\n'))).out).toBe('1000 entries are on the blacklist');
    expect(listed()).toHaveLength(1_000);
  });

  it('shows all problems with their lines, and imports nothing then', async () => {
    const { code, err } = await imported('+74951230066\nrobots\n\n*\n');
    const file = join(office.folder, 'robots.csv');
    expect([code, err.split('\n')]).toEqual([
      1,
      [
        `${file}:2:1: "robots" is no number and no pattern`,
        `${file}:4:1: "*" would take every caller: a pattern has at least one digit`,
        'nothing was imported',
        'correct the lines above and import again',
      ],
    ]);
    expect(listed()).toEqual([]);
  });
});
