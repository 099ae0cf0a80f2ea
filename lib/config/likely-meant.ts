/** What somebody surely meant, where the nearest known word alone doesn't find it. */
import { didYouMean, nearest } from './nearest.js';

/** Signs of programming languages for the operators of conditions. */
const signs: Readonly<Record<string, string>> = {
  '=': 'equal',
  '==': 'equal',
  '===': 'equal',
  '!=': 'notEqual',
  '!==': 'notEqual',
  '<>': 'notEqual',
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
  like: 'matches',
};

/** One of the known words, for "did you mean". */
export function meantWord(found: string, known: readonly string[]): string {
  const sign = Object.hasOwn(signs, found) ? signs[found] : undefined;
  return sign !== undefined && known.includes(sign) ? `; did you mean "${sign}"?` : didYouMean(found, known);
}

/** "que:sales" for "queue:sales": what stands before the colon is compared with that of the examples. */
export function meantExample(found: string, examples: readonly string[]): string {
  const [word = ''] = found.split(/[:=]/);
  const name = found.slice(word.length + 1);
  const forms = examples.map((example) => example.split(':')[0]!);
  const guess = nearest(word.trim(), forms);
  if (guess === undefined) return '';
  const named = examples.some((example) => example.startsWith(`${guess}:`));
  const meant = named ? `${guess}:${name || 'NAME'}` : guess;
  return meant === found ? '' : `; did you mean ${JSON.stringify(meant.slice(0, 60))}?`;
}

/** A key that fits one of the patterns: "Monday" for "mon", "Office hours" for "office-hours". */
export function meantKey(found: string, patterns: readonly string[]): string {
  const small = found.toLowerCase();
  const candidates = [small, small.replace(/[^a-z0-9]+/g, '-'), small.slice(0, 3)];
  const guess = candidates.find((key) => patterns.some((pattern) => new RegExp(pattern).test(key)));
  return guess === undefined ? '' : `; did you mean "${guess}"?`;
}

/** A time zone of this machine's Intl, also for a city alone: "Moscow" for "Europe/Moscow". */
export function meantTimezone(found: string): string {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = zones.find((zone) => zone.toLowerCase().endsWith(`/${found.toLowerCase().replaceAll(' ', '_')}`));
  return city === undefined ? didYouMean(found, zones) : `; did you mean "${city}"?`;
}
