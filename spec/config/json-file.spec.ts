import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseJson, readJson } from '../../lib/config/json-file.js';
import { formatProblem } from '../../lib/config/problem.js';
import { folderWith } from './temporary-folder.js';

const complaints = (text: string): string[] => parseJson('f', text).problems.map(formatProblem);

test('comments are allowed, and every value has its line and column', () => {
  const { json, problems } = parseJson('f', '// first\n{\n  "a": [1, /* two */ {"b c": true}]\n}\n');
  expect(problems).toEqual([]);
  expect(json?.value).toEqual({ a: [1, { 'b c': true }] });
  expect(json?.positionOf([])).toEqual({ line: 2, column: 1 });
  expect(json?.positionOf(['a', 1, 'b c'])).toEqual({ line: 3, column: 30 });
  expect(json?.keyPositionOf(['a', 1, 'b c'])).toEqual({ line: 3, column: 23 });
  expect(json?.positionOf(['a', 7])).toEqual({ line: 3, column: 8 });
  expect(json?.problem(['a', 1, 'b c'], 'no')).toMatchObject({ path: 'a[1]."b c"', found: 'true', line: 3 });
});

test.each([
  ['', 'f:1:1: the file is empty: the least that is valid is {}'],
  ['// only this\n', 'f:1:1: the file is empty: the least that is valid is {}'],
  ['{"a": 1,}', 'f:1:8: a comma too many: remove it before "}"'],
  ['{"a": [1, // one\n]}', 'f:1:9: a comma too many: remove it before "]"'],
  ['{"a" 1}', 'f:1:6: not valid JSON: expected a colon after the key'],
  ['{"a": 1\n"b": 2}', 'f:2:1: not valid JSON: expected a comma before this'],
  ['{"a": "x\n}', 'f:1:7: not valid JSON: this string is never closed'],
  ['{"a": yes}', 'f:1:7: not valid JSON: text stands in double quotes'],
  ['{} {}', 'f:1:4: not valid JSON: expected nothing more after the last "}"'],
  ['{"a": 1, "b": {"c": 1, "c": 2}}', 'f:1:24: b.c: this key stands here twice: only one of them can count'],
  ['['.repeat(100_000), 'f:1:65: nested more than 64 levels deep'],
])('%#: a syntax error says where', (text, expected) => {
  expect(complaints(text)[0]).toBe(expected);
});

test('a trailing comma is one problem, not two', () => {
  expect(complaints('{"a": 1,}')).toHaveLength(1);
});

test('__proto__ stays an ordinary key', () => {
  const value = parseJson('f', '{"__proto__": {"x": 1}}').json?.value as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

describe('files that nobody can read', () => {
  const folder = folderWith({
    'latin1.json': Uint8Array.from([0x7b, 0xe9, 0x7d]),
    'huge.json': ' '.repeat(1_048_577),
    'empty.json': '',
    'bom.json': '\ufeff{"a": 1}',
  });
  execFileSync('mkfifo', [join(folder, 'pipe.json')]);
  test.each([
    ['missing.json', "can't be read: no such file"],
    ['.', 'a folder, not a file'],
    ['latin1.json', 'not UTF-8 text: save it as UTF-8'],
    ['huge.json', 'too large: 1048577 bytes, at most 1048576 are read'],
    ['empty.json', 'the file is empty: the least that is valid is {}'],
    ['pipe.json', 'not a regular file'],
    ['empty.json/x', "can't be read: a part of the path is a file, not a folder"],
    ['a\0b', "can't be read: "],
  ])('%j', (name, message) => {
    const { json, problems } = readJson(`${folder}/${name}`);
    expect(json).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(message);
    // In the third the second byte is none of UTF-8.
    expect(problems[0]).toMatchObject({ line: 1, column: name === 'latin1.json' ? 2 : 1, severity: 'error' });
  });

  test('a byte order mark is none of our business', () => {
    expect(readJson(join(folder, 'bom.json')).json?.value).toEqual({ a: 1 });
  });
});

test('whatever the text, there is a value or a problem', () => {
  const pieces = fc.array(
    fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '1', '-', '//', '/*', '*/', '\n', '\\', 'é', '\0'),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((list) => list.join('')),
        fc.json(),
      ),
      (text) => {
        const { json, problems } = parseJson('f', text);
        return (json === undefined) === problems.length > 0;
      },
    ),
    { numRuns: 2_000 },
  );
});

test('what JSON.parse takes is read alike', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      expect(parseJson('f', text).json?.value).toEqual(JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});
