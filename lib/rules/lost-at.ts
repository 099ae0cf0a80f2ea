/** `lostAt` of a rule file: the places whose losses it takes. */
import type { JsonFile } from '../config/json-file.js';
import { formatFound, type JsonPath, type Problem } from '../config/problem.js';
import { comparable } from './facts.js';
import type { LostAt } from './rule.js';

/** The places; `problems` gets warnings of those that can't be meant. */
export function readLostAt(
  json: JsonFile,
  written: string | readonly string[] | undefined,
  country: string | undefined,
  problems: Problem[],
): LostAt[] {
  const texts = [written ?? 'any'].flat();
  const places = texts.map((text) => parseLostAt(text, country));
  places.forEach((place, index) => {
    const path: JsonPath = Array.isArray(written) ? ['lostAt', index] : ['lostAt'];
    const message = whyVain(place, places.length);
    if (message !== undefined) problems.push(json.problem(path, message, { severity: 'warning' }));
  });
  return places;
}

/** `queue:fifo:hotline`: the name is all after the first colon. */
function parseLostAt(text: string, country?: string): LostAt {
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: text } as LostAt;
  const kind = text.slice(0, colon);
  const name = text.slice(colon + 1);
  return { kind, name: kind === 'dialled' ? (comparable(name, country) ?? name) : name } as LostAt;
}

function whyVain(place: LostAt, among: number): string | undefined {
  if (place.kind === 'any' && among > 1) return '"any" takes every loss: the other places of this list change nothing';
  if (place.kind === 'dialled' && !/^\+?[\d*#]+$/.test(place.name)) {
    return `${formatFound(place.name)} is no number that a client could have dialled; expected one such as "dialled:+74951234567"`;
  }
  return undefined;
}
