/** What the specs of the documentation read out of Markdown. */
import { readFileSync } from 'node:fs';
import { packageFile } from '../../lib/config/package-root.js';

export interface CodeBlock {
  language: string;
  /** What stands after the language: a file name in the README. */
  file?: string;
  text: string;
}

/** A file of the repository. */
export function textOf(...names: string[]): string {
  return readFileSync(packageFile(...names), 'utf8');
}

/** The rows of the table whose head begins with these cells; there must be exactly one. */
export function tableRows(markdown: string, ...head: string[]): string[][] {
  const lines = markdown.split('\n');
  const heads = lines.flatMap((line, index) =>
    line.startsWith('|') &&
    lines[index + 1]?.startsWith('| -') === true &&
    head.every((cell, column) => cellsOf(line)[column] === cell)
      ? [index]
      : [],
  );
  if (heads.length !== 1) throw new Error(`there are ${heads.length} tables that begin with "${head.join(' | ')}"`);
  const rest = lines.slice((heads[0] ?? 0) + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end < 0 ? rest.length : end).map(cellsOf);
}

/** Splits at the bars that aren't in code. */
function cellsOf(line: string): string[] {
  return [...line.slice(1, line.lastIndexOf('|')).matchAll(/(?:`[^`]*`|[^|`])+/g)].map(([cell]) => cell.trim());
}

/** The code that a cell consists of; undefined when it is prose. */
export function codeIn(cell: string | undefined): string | undefined {
  return /^`([^`]*)`$/.exec(cell ?? '')?.[1];
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language = '', file, text = '']) => ({
    language,
    ...(file !== undefined && { file }),
    text,
  }));
}
