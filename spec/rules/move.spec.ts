import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renumber, type Destination, type RuleFileName } from '../../lib/rules/move.js';

function files(...names: string[]): RuleFileName[] {
  return names
    .map((name) => {
      const [number = '', id = ''] = name.split(/-(.*)/s);
      return { name: `${name}.json`, order: Number(number), id };
    })
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

/** Old and new names, without `.json`. */
function moved(names: string[], id: string, to: Destination): string[] {
  return renumber(files(...names), id, to)!.map(({ from, to: name }) => `${from} ${name}`.replaceAll('.json', ''));
}

describe('moving a rule', () => {
  it.each<[string, string[], string, Destination, string[]]>([
    ['into the middle between two', ['10-a', '20-b', '30-c'], 'c', { before: 'b' }, ['30-c 15-c']],
    ['behind one', ['10-a', '20-b', '30-c'], 'a', { after: 'b' }, ['10-a 25-a']],
    ['to the beginning', ['10-a', '20-b', '30-c'], 'c', 'first', ['30-c 05-c']],
    ['to the end, with the next ten', ['10-a', '20-b', '33-c'], 'a', 'last', ['10-a 40-a']],
    ['to where it is', ['10-a', '20-b'], 'a', { before: 'b' }, []],
    ['between neighbours: one of them makes room', ['10-m', '11-a', '20-c'], 'c', { before: 'a' }, ['11-a 30-a']],
    ['between neighbours: with the number of one of them, when its id allows it', ['10-m', '11-m2', '20-c'], 'c', { before: 'm2' }, ['20-c 11-c']],
    ['among equal numbers, which stand by their ids', ['10-a', '10-b', '10-c', '20-d'], 'd', { before: 'b' }, ['10-a 03-a', '20-d 06-d']],
    ['before the first possible number', ['00-b', '01-c'], 'c', 'first', ['00-b 10-b']],
    ['keeps the width of a number', ['001-a', '002-b'], 'a', 'last', ['001-a 010-a']],
    ['at the end of the two-digit numbers', ['10-b', '98-a'], 'b', 'last', ['10-b 99-b']],
  ])('%s', (_, names, id, to, changes) => {
    expect(moved(names, id, to)).toEqual(changes);
  }); // prettier-ignore

  it('takes a wider number only when there is none of the width', () => {
    // Each id comes before the one with the number below: no two can share a number, and none is left.
    const full = Array.from({ length: 100 }, (_, index) => `${pad(index)}-r${pad(99 - index)}`);
    expect(moved(full, 'r50', 'last')).toEqual(['49-r50 99-r50']);
    expect(moved([...full, '99-s'], 's', 'first').slice(0, 2)).toEqual(['00-r99 100-r99', '01-r98 110-r98']);
  });
});

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

/** Rules with few different numbers, so that there is often no room. */
const someFiles = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.stringMatching(/^[a-z0-9A-Z_]{1,2}$/)), {
    minLength: 2,
    maxLength: 12,
    selector: ([, id]) => id,
  })
  .map((all) => files(...all.map(([order, id]) => `${String(order).padStart(2, '0')}-${id}`)));

/** All names that the files have after the renaming, in their order. */
function after(before: readonly RuleFileName[], id: string, to: Destination): string[] {
  const changes = new Map(renumber(before, id, to)!.map((change) => [change.from, change.to]));
  return files(...before.map(({ name }) => (changes.get(name) ?? name).replace('.json', ''))).map((file) => file.id);
}

describe('whatever the files are', () => {
  it('the order is the wanted one, only numbers change, and no fewer files would do', () => {
    fc.assert(
      fc.property(someFiles, fc.nat(), fc.nat(), fc.boolean(), (before, one, two, isAfter) => {
        const { id } = before[one % before.length]!;
        const others = before.filter((file) => file.id !== id).map((file) => file.id);
        const at = two % others.length;
        const wanted = [...others.slice(0, isAfter ? at + 1 : at), id, ...others.slice(isAfter ? at + 1 : at)];
        const to = isAfter ? { after: others[at]! } : { before: others[at]! };
        expect(after(before, id, to)).toEqual(wanted);
        const changes = renumber(before, id, to)!;
        for (const { from, to: name } of changes) {
          expect(name.replace(/^\d+/, '')).toBe(from.replace(/^\d+/, ''));
          expect(name).toMatch(/^\d\d-/);
          expect(name).not.toBe(from);
        }
        expect(changes.length).toBe(fewest(wanted.map((each) => before.find((file) => file.id === each)!)));
      }),
      { numRuns: 300 },
    );
  });
});

/** How many must be renamed at least: every subset that could keep its numbers is tried. */
function fewest(wanted: readonly RuleFileName[]): number {
  let least = wanted.length;
  for (let subset = 0; subset < 2 ** wanted.length; subset++) {
    let last = { order: -1, id: '~' };
    let renamed = 0;
    const works = wanted.every((file, index) => {
      const keeps = (subset & (1 << index)) !== 0;
      if (keeps && !(last.order < file.order || (last.order === file.order && last.id < file.id))) return false;
      if (!keeps) renamed += 1;
      last = keeps ? file : { order: file.id > last.id ? last.order : last.order + 1, id: file.id };
      return last.order <= 99;
    });
    if (works) least = Math.min(least, renamed);
  }
  return least;
}
