/** Moving a rule to another place: which files get another number. Pure. */

export interface RuleFileName {
  id: string;
  order: number;
  /** Of the file in its folder. */
  name: string;
}

/** Where a rule is to stand; `before` and `after` name the id of another one. */
export type Destination = { before: string } | { after: string } | 'first' | 'last';

/** A file gets another number; file names without their folder. */
export interface Renumbering {
  from: string;
  to: string;
}

/**
 * The files to rename so that the rule stands there, as few as possible. Only numbers change, and they keep their width
 * as long as there is one that wide. Rules with the same number stand in the order of their ids.
 * @param files in their order; no id twice
 * @returns undefined when no numbers are left
 */
export function renumber(
  files: readonly RuleFileName[],
  id: string,
  to: Destination,
): readonly Renumbering[] | undefined {
  const wanted = inWantedOrder(files, id, to);
  const width = Math.max(...wanted.map((file) => digits(file).length));
  for (const highest of [10 ** width - 1, 999_999]) {
    const kept = keptFiles(wanted, id, highest);
    if (kept === undefined) continue;
    const numbers = numbersOf(wanted, kept, highest);
    return wanted.flatMap((file, index) => {
      const number = String(numbers[index]).padStart(digits(file).length, '0');
      const name = number + file.name.slice(digits(file).length);
      return name === file.name ? [] : [{ from: file.name, to: name }];
    });
  }
  return undefined;
}

function inWantedOrder(files: readonly RuleFileName[], id: string, to: Destination): RuleFileName[] {
  const moved = files.filter((file) => file.id === id);
  const others = files.filter((file) => file.id !== id);
  if (to === 'first') return [...moved, ...others];
  if (to === 'last') return [...others, ...moved];
  const position =
    'before' in to
      ? others.findIndex((file) => file.id === to.before)
      : others.findIndex((file) => file.id === to.after) + 1;
  return [...others.slice(0, position), ...moved, ...others.slice(position)];
}

function digits({ name }: RuleFileName): string {
  return /^\d+/.exec(name)?.[0] ?? '';
}

/** A place in the order: by number, then by id. */
interface Place {
  order: number;
  id: string;
}

/** Before every rule. */
const beginning: Place = { order: -1, id: '\uffff' };

function comesBefore(a: Place, b: Place): boolean {
  return a.order < b.order || (a.order === b.order && a.id < b.id);
}

/** The lowest place of that id behind another one. */
function next(behind: Place, id: string): Place {
  return { order: id > behind.id ? behind.order : behind.order + 1, id };
}

/**
 * Positions of the files that keep their number: as many as can be, and rather the others than the moved one. The
 * longest chain in which what stands between two neighbours finds numbers between theirs; -1 stands for the beginning.
 */
function keptFiles(wanted: readonly RuleFileName[], moved: string, highest: number): number[] | undefined {
  const end = wanted.length;
  // By position, the end included: what the best chain up to it is worth, and the one kept before it.
  const best: { worth: number; before: number }[] = [];
  for (let from = -1; from < end; from++) {
    const chain = from < 0 ? { worth: 0 } : best[from];
    if (chain === undefined) continue;
    let last: Place = from < 0 ? beginning : wanted[from]!;
    for (let to = from + 1; to <= end; to++) {
      const file = wanted[to];
      const fits = file === undefined ? last.order <= highest : comesBefore(last, file);
      // A kept file counts twice, the moved one once: so it is the one that is renamed when only one of two must be.
      const worth = chain.worth + (file === undefined ? 0 : file.id === moved ? 1 : 2);
      if (fits && worth > (best[to]?.worth ?? -1)) best[to] = { worth, before: from };
      if (file !== undefined) last = next(last, file.id);
    }
  }
  if (best[end] === undefined) return undefined;
  const kept: number[] = [];
  for (let at = best[end].before; at >= 0; at = best[at]!.before) kept.unshift(at);
  return kept;
}

function numbersOf(wanted: readonly RuleFileName[], kept: readonly number[], highest: number): number[] {
  const numbers: number[] = [];
  let from = -1;
  for (const to of [...kept, wanted.length]) {
    const before = from < 0 ? beginning : wanted[from]!;
    numbers.push(...numbersBetween(before, wanted[to]?.order, wanted.slice(from + 1, to), highest));
    const here = wanted[to];
    if (here !== undefined) numbers.push(here.order);
    from = to;
  }
  return numbers;
}

/** Numbers for the files between two that keep theirs: spread out, so that others find room later. */
function numbersBetween(
  before: Place,
  after: number | undefined,
  files: readonly RuleFileName[],
  highest: number,
): number[] {
  const count = files.length;
  const tens = files.map((_, index) => (Math.floor(before.order / 10) + 1 + index) * 10);
  if (after === undefined && (tens.at(-1) ?? 0) <= highest) return tens;
  const upper = after ?? highest + 1;
  const lower = before.order < 0 && upper > count ? 0 : before.order;
  if (upper - lower > count)
    return files.map((_, index) => lower + Math.floor(((upper - lower) * (index + 1)) / (count + 1)));
  // No number is free for each: equal ones, where the ids stand in the right order.
  let last = before;
  return files.map(({ id }) => (last = next(last, id)).order);
}
