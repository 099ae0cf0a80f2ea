/** JSON with comments, without trailing commas, with the line and column of everything in it. */
import {
  createScanner,
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { formatFound, formatPath, type JsonPath, type Problem } from './problem.js';
import { readText } from './text-file.js';

/** Both from 1. */
export interface Position {
  line: number;
  column: number;
}

export interface JsonFile {
  file: string;
  value: unknown;
  /** Where the value at the path stands; the nearest thing around it that exists when it doesn't. */
  positionOf(path: JsonPath): Position;
  /** Where the key of the path's last step stands. */
  keyPositionOf(path: JsonPath): Position;
  /** A problem with the value at the path. */
  problem(path: JsonPath, message: string, more?: ProblemDetails): Problem;
}

export interface ProblemDetails {
  expected?: string;
  severity?: Problem['severity'];
  /** Points at the key instead of the value. */
  atKey?: boolean;
}

/** Reads and parses. With a problem there is no `json`. */
export function readJson(file: string): { json?: JsonFile; problems: Problem[] } {
  const { text, problem } = readText(file);
  if (text === undefined) return { problems: problem === undefined ? [] : [problem] };
  return parseJson(file, text);
}

/** Deeper nesting than this is no configuration; it also keeps the parser's recursion short. */
const deepest = 64;

/** Token kinds of jsonc-parser's scanner (its enum can't be used from isolated modules). */
const token = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  firstTrivia: 12,
  lastTrivia: 15,
  end: 17,
};

/** Parses the text of `file`. */
export function parseJson(file: string, text: string): { json?: JsonFile; problems: Problem[] } {
  const at = positions(text);
  const fail = (offset: number, message: string, path = ''): Problem => ({
    file,
    ...at(offset),
    path,
    message,
    severity: 'error',
  });
  const { commas, tooDeep, empty } = scan(text);
  if (empty) return { problems: [fail(0, 'the file is empty: the least that is valid is {}')] };
  if (tooDeep !== undefined) return { problems: [fail(tooDeep, `nested more than ${deepest} levels deep`)] };

  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: false, disallowComments: false });
  if (root === undefined || errors.length > 0) {
    // One slip makes several errors on its line.
    const seen = new Set<number>();
    const first = errors.filter(({ offset }) => !seen.has(at(offset).line) && seen.add(at(offset).line)).slice(0, 5);
    return { problems: first.map((error) => syntaxProblem(error, text, commas, fail)) };
  }
  const twice = duplicateKeys(root).map(({ offset, path }) =>
    fail(offset, 'this key stands here twice: only one of them can count', formatPath(path)),
  );
  if (twice.length > 0) return { problems: twice };
  return { json: jsonFile(file, root, at), problems: [] };
}

function jsonFile(file: string, root: Node, at: (offset: number) => Position): JsonFile {
  const nodeAt = (path: JsonPath): Node => {
    for (let length = path.length; length > 0; length--) {
      const node = findNodeAtLocation(root, path.slice(0, length));
      if (node !== undefined) return node;
    }
    return root;
  };
  const positionOf = (path: JsonPath): Position => at(nodeAt(path).offset);
  const keyPositionOf = (path: JsonPath): Position => {
    const parent = nodeAt(path).parent;
    return parent?.type === 'property' ? at(parent.offset) : positionOf(path);
  };
  return {
    file,
    value: valueOf(root),
    positionOf,
    keyPositionOf,
    problem(path, message, { expected, severity = 'error', atKey = false } = {}) {
      const node = findNodeAtLocation(root, [...path]);
      return {
        file,
        ...(atKey ? keyPositionOf(path) : positionOf(path)),
        path: formatPath(path),
        ...(node === undefined ? {} : { found: formatFound(valueOf(node)) }),
        ...(expected === undefined ? {} : { expected }),
        message,
        severity,
      };
    },
  };
}

/** The plain value; a key named __proto__ stays an ordinary key. */
function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as unknown;
  const object: Record<string, unknown> = {};
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? [];
    if (key === undefined || value === undefined) continue;
    Object.defineProperty(object, String(key.value), {
      value: valueOf(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
}

function duplicateKeys(node: Node, path: JsonPath = []): { offset: number; path: JsonPath }[] {
  if (node.type === 'array')
    return (node.children ?? []).flatMap((child, index) => duplicateKeys(child, [...path, index]));
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) return [];
    const name = String(key.value);
    const twice = seen.has(name) ? [{ offset: property.offset, path: [...path, name] }] : [];
    seen.add(name);
    return [...twice, ...duplicateKeys(value, [...path, name])];
  });
}

/** A pass over the tokens: what the parser doesn't tell, or would overflow the stack on. */
function scan(text: string): { commas: Set<number>; tooDeep?: number; empty: boolean } {
  const scanner = createScanner(text);
  const commas = new Set<number>();
  let depth = 0;
  let empty = true;
  for (;;) {
    const kind = scanner.scan() as number;
    if (kind === token.end) return { commas, empty };
    if (kind < token.firstTrivia || kind > token.lastTrivia) empty = false;
    if (kind === token.comma) commas.add(scanner.getTokenOffset());
    if (kind === token.openBrace || kind === token.openBracket) depth++;
    if (kind === token.closeBrace || kind === token.closeBracket) depth--;
    if (depth > deepest) return { commas, tooDeep: scanner.getTokenOffset(), empty };
  }
}

const sentences: Record<string, string> = {
  PropertyNameExpected: 'expected a key in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected a colon after the key',
  CommaExpected: 'expected a comma before this',
  CloseBraceExpected: 'expected "}"',
  CloseBracketExpected: 'expected "]"',
  EndOfFileExpected: 'expected nothing more after the last "}"',
  InvalidNumberFormat: 'not a number',
  UnexpectedEndOfComment: 'this comment is never closed',
  UnexpectedEndOfString: 'this string is never closed',
  UnexpectedEndOfNumber: 'this number breaks off',
  InvalidEscapeCharacter: 'a backslash before a character that needs none: write \\\\ for a backslash',
  InvalidUnicode: '\\u needs four hexadecimal digits',
  InvalidCharacter: 'a control character in a string: write it as \\n or \\t',
  InvalidSymbol: 'text stands in double quotes',
};

function syntaxProblem(
  { error, offset }: ParseError,
  text: string,
  commas: ReadonlySet<number>,
  fail: (offset: number, message: string) => Problem,
): Problem {
  if (text[offset] === '}' || text[offset] === ']') {
    const comma = Math.max(-1, ...[...commas].filter((place) => place < offset).slice(-1));
    if (comma >= 0 && onlyTrivia(text.slice(comma + 1, offset))) {
      return fail(comma, `a comma too many: remove it before "${text[offset]}"`);
    }
  }
  const code = printParseErrorCode(error);
  return fail(offset, `not valid JSON: ${strange(text, offset) ?? sentences[code] ?? code}`);
}

/** What stands where JSON can't begin anything. */
function strange(text: string, offset: number): string | undefined {
  const rest = text.slice(offset, offset + 7);
  if (/^(<{7}|={7}|>{7})/.test(rest)) return 'a merge conflict that nobody has resolved';
  if (/^['`´‘’‚“”„«»]/.test(rest)) return `text stands in straight double quotes ("), not in ${rest[0]}`;
  return /^[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(rest)
    ? 'a control character: is this a text file?'
    : undefined;
}

function onlyTrivia(text: string): boolean {
  return scan(text).empty;
}

/** Line and column of an offset, by the offsets of the line starts. */
function positions(text: string): (offset: number) => Position {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}
