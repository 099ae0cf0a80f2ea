/**
 * FreeSWITCH's way of reading an `originate`, written after its sources and independent of callbackd's own code:
 * switch_separate_string (quotes, escapes), switch_event_create_brackets ({} and [] and their separators), and
 * switch_ivr_originate (| and , between legs).
 */

export interface ReadOriginate {
  /** One list of legs, rung together, per `|`. */
  alternatives: ReadLeg[][];
  /** What follows the dial string: `client XML callbackd`, `&park`. */
  rest: string[];
}

export interface ReadLeg {
  /** Of {} and []; where both have one, that of {} stays on the channel. */
  variables: Record<string, string>;
  address: string;
}

/** What FreeSWITCH would not take, or would take as something else than one plain originate. */
export class Unreadable extends Error {}

export function readOriginate(line: string): ReadOriginate {
  // A newline ends a command of the event socket.
  if (/[\n\r\0]/.test(line)) throw new Unreadable('a second command');
  const [, text] = /^originate (.*)$/s.exec(line) ?? [];
  if (text === undefined) throw new Unreadable('no originate');
  const [dialString, ...rest] = separate(text, ' ');
  if (dialString === undefined || rest.length === 0 || rest.length > 6) throw new Unreadable('usage');
  if (dialString.includes(':_:')) throw new Unreadable('an enterprise originate');
  if (line.includes('${')) throw new Unreadable('something that is expanded');
  const { variables, after } = leading(dialString, '{', '}');
  const alternatives = separate(after, '|').map((each) => legsOf(each).map((leg) => legOf(leg, variables)));
  return { alternatives, rest };
}

function legOf(text: string, common: Record<string, string>): ReadLeg {
  const { variables, after } = leading(text.replace(/^ +/, ''), '[', ']');
  if (after === '' || /^[<{[]/.test(after)) throw new Unreadable(`a strange leg: ${text}`);
  return { variables: { ...variables, ...common }, address: after };
}

/** Splits at commas outside of [] and quotes. */
function legsOf(text: string): string[] {
  const hidden = [...text];
  let end = -1;
  for (let at = 0; at < hidden.length; at += 1) {
    if (end < 0 && hidden[at] === '[') end = closing(hidden, at, '[', ']');
    if (end >= 0 && at < end && hidden[at] === ',' && hidden[at - 1] !== '\\') hidden[at] = '\u0001';
    if (at === end) end = -1;
  }
  return separate(hidden.join(''), ',').map((leg) => leg.replaceAll('\u0001', ','));
}

/** All {…} or […] at the beginning, and what follows them. */
function leading(text: string, open: string, close: string): { variables: Record<string, string>; after: string } {
  const variables: Record<string, string> = {};
  let after = text;
  while (after.startsWith(open)) {
    const signs = [...after];
    const end = closing(signs, 0, open, close);
    if (end < 0) throw new Unreadable('a bracket that never ends');
    let inner = signs.slice(1, end).join('');
    let separator = ',';
    if (inner.startsWith('^^')) [separator, inner] = [inner[2] ?? ',', inner.slice(3)];
    for (const pair of separate(inner, separator)) {
      const [name, value] = firstOf(pair, '=');
      if (name !== undefined && value !== undefined) variables[name] = value;
    }
    after = signs.slice(end + 1).join('');
  }
  return { variables, after };
}

function closing(signs: readonly string[], from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < signs.length; at += 1) {
    if (signs[at] === open) depth += 1;
    else if (signs[at] === close && (depth -= 1) === 0) return at;
  }
  return -1;
}

/** switch_separate_string: at the delimiter outside of '…', then quotes, escapes and outer spaces are taken away. */
function separate(text: string, delimiter: string): string[] {
  return raw(text, delimiter, Infinity).map((part) => clean(part, delimiter));
}

/** …with an array of two: the rest is not split any further. */
function firstOf(text: string, delimiter: string): string[] {
  return raw(text, delimiter, 2).map((part) => clean(part, delimiter));
}

function raw(text: string, delimiter: string, most: number): string[] {
  const signs = [...text];
  const parts: string[] = [];
  let quoted = false;
  let at = 0;
  while (at < signs.length && parts.length < most) {
    let part = '';
    // The last one keeps whatever is left.
    if (parts.length === most - 1) return [...parts, signs.slice(at).join('')];
    for (; at < signs.length; at += 1) {
      const sign = signs[at]!;
      if (sign === '\\') {
        part += sign + (signs[at + 1] ?? '');
        at += 1;
        continue;
      }
      const quotes = sign === "'" && (delimiter === ' ' || quoted || signs.indexOf("'", at + 1) >= 0);
      if (quotes) quoted = !quoted;
      else if (sign === delimiter && !quoted) break;
      part += sign;
    }
    while (delimiter === ' ' && signs[at + 1] === ' ') at += 1;
    at += 1;
    parts.push(part);
  }
  return parts;
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', s: ' ' };

function clean(part: string, delimiter: string): string {
  const signs = [...part.replace(/^ +/, '')];
  let text = '';
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs[at]!;
    const next = signs[at + 1] ?? '';
    const escaped = `'"\\`.includes(next) || (delimiter !== ' ' && next === delimiter) ? next : escapes[next];
    if (sign === '\\' && next !== '' && escaped !== undefined) {
      text += escaped;
      at += 1;
      kept = text.length;
    } else if (sign === "'" && (quoted || signs.indexOf("'", at + 1) >= 0)) {
      quoted = !quoted;
      if (quoted) kept = text.length;
    } else {
      text += sign;
      if (sign !== ' ' || quoted) kept = text.length;
    }
  }
  return text.slice(0, kept);
}
