/** A problem in a file that the admin wrote, said so that he finds and mends it without looking anything up. */

/** Keys and list indexes from the root of a JSON file. */
export type JsonPath = readonly (string | number)[];

export interface Problem {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** Where in the JSON, e.g. callback.after[2]; empty for the file as a whole. */
  path: string;
  /** What stands there, as JSON, shortened. */
  found?: string;
  /** What should stand there. */
  expected?: string;
  /** One sentence. */
  message: string;
  /** An error keeps the file from being used; a warning tells what can't work. */
  severity: 'error' | 'warning';
}

/** `file:line:column: path: message`, and "warning: " before the path when it is only one. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, path, message, severity } = problem;
  return `${file}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${path === '' ? '' : `${path}: `}${message}`;
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

/** A problem of the file as a whole. */
export function fileProblem(file: string, message: string, severity: Problem['severity'] = 'error'): Problem {
  return { file, line: 1, column: 1, path: '', message, severity };
}

/** callback.after[2] */
export function formatPath(path: JsonPath): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      const plain = /^[A-Za-z0-9_$-]+$/.test(key) ? key : JSON.stringify(key.slice(0, 60));
      return index === 0 ? plain : `.${plain}`;
    })
    .join('');
}

/** A value as JSON, at most 60 characters. */
export function formatFound(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
