import { fileProblem, type Problem } from '../config/problem.js';
import { blacklistPattern } from './blacklist-pattern.js';

/**
 * The numbers and patterns of a file, one a line, in its first column when it is a CSV (`,` or `;`); what follows a `#`
 * is a comment. The first line may be a heading. All problems at once, with their lines.
 */
export function readBlacklist(
  file: string,
  text: string,
  country?: string,
): { patterns: string[]; problems: Problem[] } {
  const patterns = new Set<string>();
  const problems: Problem[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const [column = ''] = (line.split('#')[0] ?? '').split(/[,;\t]/);
    const written = column.trim().replace(/^"(.*)"$/, '$1');
    if (written === '') continue;
    const found = blacklistPattern(written, country);
    if (found.problem === undefined) patterns.add(found.pattern);
    else if (index > 0 || !isHeading(line, written))
      problems.push({ ...fileProblem(file, found.problem), line: index + 1 });
  }
  return { patterns: [...patterns], problems };
}

/** Letters only, in a line with further columns: "number,name". */
function isHeading(line: string, written: string): boolean {
  return /[,;\t]/.test(line) && /^[\p{L} _]+$/u.test(written);
}
