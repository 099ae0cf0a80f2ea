import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CdrFolder, type ReadingOptions } from '../../lib/calls/cdr-folder.js';
import { NamesRead } from '../../lib/calls/names-read.js';
import { folderWith } from '../config/temporary-folder.js';

const now = 1_800_000_000_000;

/** A CDR of a leg that ended so many seconds before now. */
const cdr = (uuid: string, endedAgo = 0): string =>
  JSON.stringify({ variables: { uuid, end_uepoch: String((now - endedAgo * 1_000) * 1_000) } });

const age = (folder: string, name: string, seconds: number): void =>
  utimesSync(join(folder, name), now / 1_000 - seconds, now / 1_000 - seconds);

/** Files whose age, in seconds, stands before them. */
function folderOf(files: Record<string, [age: number, text: string]>): string {
  const folder = folderWith(Object.fromEntries(Object.entries(files).map(([name, [, text]]) => [name, text])));
  for (const [name, [seconds]] of Object.entries(files)) age(folder, name, seconds);
  return folder;
}

async function read(folder: CdrFolder, options: Partial<ReadingOptions> = {}): Promise<string[]> {
  const found: string[] = [];
  const all = { now, isKnown: () => false, wants: () => true, ...options };
  for await (const { uuid } of folder.unread(all)) found.push(uuid);
  return found;
}

function resumed(path: string, secondsAgo: number, deletes = false): CdrFolder {
  const folder = new CdrFolder(path, deletes);
  folder.resume({ until: now - secondsAgo * 1_000, broken: {} });
  return folder;
}

describe('the folder of CDRs', () => {
  it.each(['u.cdr.json', 'a_u.cdr.json', 'b_u.cdr.json'])('has that of a leg in %s', async (name) => {
    expect((await new CdrFolder(folderWith({ [name]: cdr('u') })).of('u'))?.uuid).toBe('u');
  });

  it('has none that is half written, or of another leg', async () => {
    const folder = new CdrFolder(folderWith({ 'u.cdr.json': cdr('u').slice(0, 20), 'a_x.cdr.json': cdr('u') }));
    expect([await folder.of('u'), await folder.of('x')]).toEqual([undefined, undefined]);
  });

  it('works when it can be read', async () => {
    const works = [folderWith({}), '/nowhere', undefined].map((dir) => new CdrFolder(dir).works());
    expect(await Promise.all(works)).toEqual([true, false, false]);
    expect(await new CdrFolder(undefined).of('u')).toBeUndefined();
  });

  it('gives those written since the mark, in the order in which their legs ended, and leaves other files alone', async () => {
    const folder = folderOf({
      'a.cdr.json': [100, cdr('second', 200)],
      'b.cdr.json': [90, cdr('first', 300)],
      'c.cdr.json': [1_111, cdr('old', 1_111)],
      'notes.txt': [100, cdr('no')],
    });
    expect(await read(resumed(folder, 1_000))).toEqual(['first', 'second']);
  });

  it('gives many in that order too', async () => {
    const files = Array.from({ length: 450 }, (_, index): [string, [number, string]] => [
      `${index}.cdr.json`,
      [10, cdr(String(index), index)],
    ]);
    const uuids = await read(resumed(folderOf(Object.fromEntries(files)), 1_000));
    expect(uuids).toEqual(files.map((_, index) => String(449 - index)));
  });

  it('gives each once, also after a restart', async () => {
    const folder = folderOf({ 'a.cdr.json': [100, cdr('a')], 'b.cdr.json': [50, cdr('b')] });
    const first = resumed(folder, 1_000);
    expect(await read(first)).toHaveLength(2);
    writeFileSync(join(folder, 'c.cdr.json'), cdr('c'));
    age(folder, 'c.cdr.json', 20);
    expect(await read(first)).toEqual(['c']);
    const next = new CdrFolder(folder);
    next.resume(first.mark!);
    expect(await read(next)).toEqual(['c']); // as old as the mark: looked at once more
    expect(await read(next)).toEqual([]);
  });

  it('skips what was there before the very first time', async () => {
    const path = folderOf({ 'a.cdr.json': [1, cdr('a')] });
    const folder = new CdrFolder(path);
    await folder.skipAll(now);
    writeFileSync(join(path, 'b.cdr.json'), cdr('b'));
    age(path, 'b.cdr.json', -1);
    expect(await read(folder, { now: now + 1_000 })).toEqual(['b']);
    const next = new CdrFolder(path);
    next.resume(folder.mark!);
    expect(await read(next, { now: now + 1_000 })).toEqual(['b']);
  });

  it('does not open those of known legs', async () => {
    const folder = folderOf({ 'a_u1.cdr.json': [100, '{'], 'u2.cdr.json': [100, cdr('u2')] });
    const complaints: string[] = [];
    const known = ['u1', 'u2'];
    const options = {
      isKnown: (uuid: string) => known.includes(uuid),
      broken: (name: string) => complaints.push(name),
    };
    expect(await read(resumed(folder, 1_000), options)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('leaves young ones for the next time, also when older ones come after a restart', async () => {
    const path = folderOf({ 'a.cdr.json': [2, cdr('a')], 'b.cdr.json': [30, cdr('b')] });
    const folder = resumed(path, 1_000);
    expect(await read(folder, { leaveYounger: 5_000 })).toEqual(['b']);
    expect(folder.mark?.until).toBeLessThan(now - 2_000);
    expect(await read(folder, { leaveYounger: 5_000, now: now + 10_000 })).toEqual(['a']);
  });

  it('tells once of a file that is no CDR, and reads it when it has changed', async () => {
    const path = folderOf({ 'a.cdr.json': [100, '{"variables":'] });
    const folder = resumed(path, 1_000);
    const complaints: string[] = [];
    const broken = (name: string, why: string): number => complaints.push(`${name}: ${why}`);
    expect(await read(folder, { broken })).toEqual([]);
    expect(await read(folder, { broken })).toEqual([]);
    expect(complaints).toEqual(['a.cdr.json: it is no CDR, or only half of one']);
    expect([...folder.brokenFiles.keys()]).toEqual(['a.cdr.json']);
    const next = new CdrFolder(path);
    next.resume(folder.mark!);
    expect(await read(next, { broken })).toEqual([]);
    expect(complaints).toHaveLength(1);
    writeFileSync(join(path, 'a.cdr.json'), cdr('a'));
    age(path, 'a.cdr.json', 90);
    expect(await read(next, { broken })).toEqual(['a']);
    expect(next.brokenFiles.size).toBe(0);
  });

  it('waits for a file that is just being written', async () => {
    const path = folderOf({ 'a.cdr.json': [1, '{"variables":'] });
    const folder = resumed(path, 1_000);
    expect(await read(folder)).toEqual([]);
    expect(folder.brokenFiles.size).toBe(0);
    writeFileSync(join(path, 'a.cdr.json'), cdr('a'));
    age(path, 'a.cdr.json', 1);
    expect(await read(folder)).toEqual(['a']);
  });

  it('forgets a broken file that is gone', async () => {
    const path = folderOf({ 'a.cdr.json': [100, '{'] });
    const folder = resumed(path, 1_000);
    await read(folder);
    rmSync(join(path, 'a.cdr.json'));
    await read(folder);
    expect(folder.brokenFiles.size).toBe(0);
  });

  it('is not carried into the future by a file of a wrong clock', async () => {
    const path = folderOf({ 'a.cdr.json': [-86_400, cdr('a')] });
    const folder = resumed(path, 1_000);
    expect(await read(folder, { leaveYounger: 5_000 })).toEqual(['a']);
    expect(folder.mark?.until).toBe(now);
  });

  it.each([
    ['does not exist', '/nowhere/json_cdr'],
    ['is no folder', new URL(import.meta.url).pathname],
  ])('tells when it %s, and what to do', async (what, path) => {
    const folder = resumed(path, 1_000);
    expect(await read(folder)).toEqual([]);
    expect(folder.problem).toContain(`the CDR folder ${path} ${what}`);
    expect(folder.problem).toContain('backfill.dir');
    expect(folder.mark?.until).toBe(now - 1_000_000);
  });

  it('deletes nothing', async () => {
    const path = folderOf({ 'a.cdr.json': [1_000, cdr('a')] });
    const folder = resumed(path, 2_000);
    await read(folder);
    await folder.deleteRead(now, () => false);
    expect(readdirSync(path)).toHaveLength(1);
  });

  it('deletes what was read when it is told so: not the young, the needed, the broken, the old', async () => {
    const path = folderOf({
      'read.cdr.json': [1_000, cdr('read')],
      'young.cdr.json': [100, cdr('young')],
      'needed.cdr.json': [1_000, cdr('needed')],
      'half.cdr.json': [1_000, '{'],
      'old.cdr.json': [5_000, cdr('old')],
    });
    const folder = resumed(path, 2_000, true);
    await read(folder);
    await folder.deleteRead(now, (uuid) => uuid === 'needed');
    expect(readdirSync(path).sort()).toEqual(['half.cdr.json', 'needed.cdr.json', 'old.cdr.json', 'young.cdr.json']);
    expect(await read(folder)).toEqual([]);
    await folder.deleteRead(now + 600_000, () => false);
    expect(existsSync(join(path, 'young.cdr.json'))).toBe(false);
  });
});

it('says why a file that was read could not be deleted', async () => {
  const path = folderOf({ 'read.cdr.json': [1_000, cdr('read')], 'gone.cdr.json': [1_000, cdr('gone')] });
  const folder = resumed(path, 2_000, true);
  await read(folder);
  for (const name of ['read.cdr.json', 'gone.cdr.json']) rmSync(join(path, name));
  mkdirSync(join(path, 'read.cdr.json')); // not even root unlinks a folder
  expect(await folder.deleteRead(now, () => false)).toMatch(/^E(ISDIR|PERM)$/);
  expect(await folder.deleteRead(now, () => false)).toBeUndefined();
});

describe('the names that were read', () => {
  const uuid = (index: number): string =>
    `${(index * 2_654_435_761).toString(16).padStart(8, '0').slice(-8)}-${(index % 65_536).toString(16).padStart(4, '0')}-4000-8000-000000000000.cdr.json`;

  it('are known again, and no others', () => {
    const names = new NamesRead();
    for (let index = 1; index <= 50_000; index++) names.add(uuid(index));
    names.add('notes.json');
    expect(names.size).toBe(50_001);
    const unknown = Array.from({ length: 50_000 }, (_, index) => index + 1).filter((index) => !names.has(uuid(index)));
    expect(unknown).toEqual([]);
    const wrong = Array.from({ length: 50_000 }, (_, index) => 60_000 + index).filter((index) =>
      names.has(uuid(index)),
    );
    expect(wrong).toEqual([]);
    expect([names.has('notes.json'), names.has('other.json')]).toEqual([true, false]);
  });

  it('are the same with and without a prefix', () => {
    const names = new NamesRead();
    names.add(`a_${uuid(7)}`);
    expect(names.has(uuid(7))).toBe(true);
    names.add(uuid(7));
    expect(names.size).toBe(1);
  });
});
