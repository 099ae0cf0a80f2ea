/** Edits the text of a rule file as a person would: everything but the change stays byte for byte. Pure. */
import { applyEdits, createScanner, findNodeAtLocation, modify, parseTree, type Edit, type Node } from 'jsonc-parser';
import { parseJson } from '../config/json-file.js';
import { formatProblem } from '../config/problem.js';
import { EditProblem } from './edit-problem.js';

const byteOrderMark = '\uFEFF';

/**
 * The same text with the rule enabled or disabled; a rule without the key is enabled.
 * @param file for messages
 * @throws EditProblem when the text is no rule
 */
export function setEnabled(file: string, text: string, enabled: boolean): string {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  const body = text.slice(mark.length);
  const root = rootOf(file, body);
  if (findNodeAtLocation(root, ['enabled']) !== undefined)
    return mark + applyEdits(body, modify(body, ['enabled'], enabled, {}));
  return enabled ? text : mark + applyEdits(body, afterName(file, body, root));
}

function rootOf(file: string, text: string): Node {
  const { json, problems } = parseJson(file, text);
  const root = json === undefined ? undefined : parseTree(text, [], { allowTrailingComma: false });
  if (root?.type === 'object') return root;
  const why = problems.map(formatProblem).join('\n');
  throw new EditProblem(
    why === '' ? `${file}: a rule is an object {...}` : why,
    'the file was not changed: correct it first',
  );
}

/** `"enabled": false` after the name, with the file's own line ends, indentation and spaces. */
function afterName(file: string, text: string, root: Node): Edit[] {
  const property = findNodeAtLocation(root, ['name'])?.parent;
  if (property === undefined)
    throw new EditProblem(`${file}: the rule has no "name"`, 'the file was not changed: correct it first');
  const written = `"enabled"${betweenKeyAndValue(text, property)}false`;
  const end = property.offset + property.length;
  const lineStart = /(?:^|[\r\n])([ \t]*)$/.exec(text.slice(0, property.offset));
  const lineEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const rest = restOfLine(text, end);
  if (rest.comma === undefined) {
    if (lineStart === null) return [insert(end, `, ${written}`)];
    return [insert(end, ','), insert(rest.end, `${lineEnd}${lineStart[1]}${written}`)];
  }
  if (lineStart !== null && rest.alone) return [insert(rest.end, `${lineEnd}${lineStart[1]}${written},`)];
  const space = rest.alone ? ' ' : (/^[ \t]*/.exec(text.slice(rest.comma + 1))?.[0] ?? '');
  return [insert(rest.comma + 1, `${space}${written},`)];
}

function insert(offset: number, content: string): Edit {
  return { offset, length: 0, content };
}

/** As it stands beside the name; a line break or a comment there is not repeated. */
function betweenKeyAndValue(text: string, { children = [] }: Node): string {
  const [key, value] = children;
  const between = key && value ? text.slice(key.offset + key.length, value.offset) : ': ';
  return /^[ \t]*:[ \t]*$/.test(between) ? between : ': ';
}

/** Kinds of tokens of jsonc-parser's scanner (its enum can't be used from isolated modules). */
const token = { comma: 5, lineComment: 12, blockComment: 13, lineBreak: 14, blanks: 15, end: 17 };

interface RestOfLine {
  comma?: number;
  /** Nothing but the comma and comments follow on the line. */
  alone: boolean;
  /** Where the line's last comment ends; the comma, when there is none. */
  end: number;
}

function restOfLine(text: string, from: number): RestOfLine {
  const scanner = createScanner(text);
  scanner.setPosition(from);
  let comma: number | undefined;
  let end = from;
  for (;;) {
    const kind = scanner.scan() as number;
    const found = { ...(comma !== undefined && { comma }), end };
    if (kind === token.lineBreak || kind === token.end) return { ...found, alone: true };
    if (kind === token.blanks) continue;
    if (kind === token.comma && comma === undefined) comma = scanner.getTokenOffset();
    else if (kind !== token.lineComment && kind !== token.blockComment) return { ...found, alone: false };
    end = scanner.getTokenOffset() + scanner.getTokenLength();
  }
}
