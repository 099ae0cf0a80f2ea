import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { setEnabled } from '../../lib/rules/edit.js';

const disabled = (text: string): string => setEnabled('/rules/10-a.json', text, false);
const enabled = (text: string): string => setEnabled('/rules/10-a.json', text, true);

describe('disabling a rule', () => {
  it.each([
    ['replaces the value that is there', '{"name": "A", "enabled": true }', '{"name": "A", "enabled": false }'],
    ['writes a line after the name', '{\n    "name": "A",\n    "ignore": true\n}', '{\n    "name": "A",\n    "enabled": false,\n    "ignore": true\n}'],
    ['indents with tabs, and ends lines with CRLF', '{\r\n\t"name": "A",\r\n\t"ignore": true\r\n}\r\n', '{\r\n\t"name": "A",\r\n\t"enabled": false,\r\n\t"ignore": true\r\n}\r\n'],
    ['leaves a comment beside the name', '{\n  "name": "A", // ours, and\n  "ignore": true\n}', '{\n  "name": "A", // ours, and\n  "enabled": false,\n  "ignore": true\n}'],
    ['leaves comments of several lines', '{\n  "name": "A", /* one\n  two */ // three\n  "ignore": true}', '{\n  "name": "A", /* one\n  two */ // three\n  "enabled": false,\n  "ignore": true}'],
    ['after a name that is the last key', '{\n  "ignore": true,\n  "name": "A" // last\n}', '{\n  "ignore": true,\n  "name": "A", // last\n  "enabled": false\n}'],
    ['in a file of one line', '{ "name": "A", "ignore": true }', '{ "name": "A", "enabled": false, "ignore": true }'],
    ['in a file without blanks', '{"name":"A","ignore":true}', '{"name":"A","enabled":false,"ignore":true}'],
    ['in a file of one line, the name last', '{ "ignore": true, "name": "A" }', '{ "ignore": true, "name": "A", "enabled": false }'],
    ['in the line of the brace', '{ "name": "A", // ours\n  "ignore": true }', '{ "name": "A", "enabled": false, // ours\n  "ignore": true }'],
    ['with commas at the beginning of lines', '{ "name": "A" // ours\n, "ignore": true }', '{ "name": "A", "enabled": false // ours\n, "ignore": true }'],
    ['with a comment before the comma', '{\n  "name": "A" /* a, b */,\n  "ignore": true\n}', '{\n  "name": "A" /* a, b */,\n  "enabled": false,\n  "ignore": true\n}'],
    ['with the byte order mark that is there', '\uFEFF{"name": "A", "ignore": true}', '\uFEFF{"name": "A", "enabled": false, "ignore": true}'],
    ['looks at the rule’s own keys only', '{"name": "A", "when": {"fact": "name", "enabled": 1}}', '{"name": "A", "enabled": false, "when": {"fact": "name", "enabled": 1}}'],
  ])('%s', (_, before, after) => {
    expect(disabled(before)).toBe(after);
  }); // prettier-ignore

  it('keeps a line for each key when a brace follows', () => {
    expect(disabled('{\n  "name": "A" /* b */ }')).toBe('{\n  "name": "A", /* b */\n  "enabled": false }');
  });

  it('changes nothing in a rule that is disabled', () => {
    const text = '// off\n{"name": "A", "enabled":false,"ignore": true}';
    expect(disabled(text)).toBe(text);
  });
});

describe('enabling a rule', () => {
  it('changes nothing in a rule without the key', () => {
    expect(enabled('{"name": "A", "ignore": true}')).toBe('{"name": "A", "ignore": true}');
  });

  it('replaces the value', () => {
    expect(enabled('{"name": "A",\n"enabled" : false // for now\n}')).toBe(
      '{"name": "A",\n"enabled" : true // for now\n}',
    );
  });
});

describe('a file that can’t be edited', () => {
  it.each([
    ['is broken', '{\n  "name": "A"\n  "ignore": true\n}', /^\/rules\/10-a\.json:3:3: .*expected a comma/],
    ['is no object', '[1]', /10-a\.json: a rule is an object/],
    ['is empty', '', /10-a\.json:1:1: the file is empty/],
    ['has no name', '{"ignore": true}', /the rule has no "name"/],
    ['has a key twice', '{"name": "A", "enabled": true, "enabled": true}', /stands here twice/],
  ])('%s: says where, and changes nothing', (_, text, message) => {
    expect(() => disabled(text)).toThrow(message);
  });
});

/** Rule files as people write them: any layout, comments, line ends, with and without the key. */
const written = fc
  .record({
    keys: fc.uniqueArray(
      fc.record({ key: fc.constantFrom('comment', 'lostAt', 'ignore', 'when', 'na"me', 'π'), value: fc.jsonValue() }),
      { selector: ({ key }) => key },
    ),
    enabled: fc.option(fc.boolean(), { nil: undefined }),
    at: fc.nat(6),
    name: fc.string(),
    end: fc.constantFrom('\n', '\r\n', ''),
    gaps: fc.array(fc.constantFrom('', ' ', '\t', '\n  ', '\r\n\t', ' // a, "b": {\n', ' // c\r\n', ' /* , } */ ', '\n\n/* x\n*/\n'), { minLength: 40, maxLength: 40 }),
    mark: fc.constantFrom('', '\uFEFF'),
  })
  .map(({ keys, enabled, at, name, end, gaps, mark }) => {
    const all: [string, unknown][] = keys.map(({ key, value }) => [key, value]);
    all.splice(at, 0, ['name', name]);
    if (enabled !== undefined) all.splice(at % 3, 0, ['enabled', enabled]);
    let gap = 0;
    const space = (): string => gaps[gap++ % gaps.length]!;
    const parts = all.map(([key, value]) => `${space()}${JSON.stringify(key)}${space()}:${space()}${JSON.stringify(value)}${space()}`);
    return { text: `${mark}${space()}{${parts.join(',')}}${space()}${end}`, enabled };
  }); // prettier-ignore

const parsed = (text: string): Record<string, unknown> => parse(text.replace('\uFEFF', '')) as Record<string, unknown>;
const rest = (text: string): Record<string, unknown> => ({ ...parsed(text), enabled: undefined });

it('whatever the file looks like: only the key changes, nothing that was written goes away, and back is back', () => {
  fc.assert(
    fc.property(written, ({ text, enabled: former }) => {
      const off = disabled(text);
      expect(parsed(off)['enabled']).toBe(false);
      expect(rest(off)).toEqual(rest(text));
      const on = enabled(off);
      expect(parsed(on)['enabled']).toBe(true);
      expect(rest(on)).toEqual(rest(text));
      expect(disabled(on)).toBe(off);
      if (former === true) expect(on).toBe(text);
      else if (former === false) expect(off).toBe(text);
      else expect(isWithin(text, off)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

/** Can `longer` become `shorter` by removing characters alone? */
function isWithin(shorter: string, longer: string): boolean {
  let at = 0;
  for (const character of longer) if (character === shorter[at]) at += 1;
  return at === shorter.length;
}
