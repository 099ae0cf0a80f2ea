/** Reading a file that somebody else wrote: whatever is wrong with it becomes a problem, never an exception. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { fileProblem, type Problem } from './problem.js';

/** Bytes. No hand-written file comes near. */
export const longestFile = 1_048_576;

const hints: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'no permission to read it: check its owner and mode',
  EPERM: 'no permission to read it: check its owner and mode',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ELOOP: 'a symbolic link that leads to itself',
  ENAMETOOLONG: 'the path is too long',
};

/** The text of a UTF-8 file of at most 1 MiB, or one problem. */
export function readText(file: string): { text?: string; problem?: Problem } {
  try {
    const bytes = readBytes(file);
    if (typeof bytes === 'string') return { problem: fileProblem(file, bytes) };
    const text = decode(bytes);
    return text === undefined ? { problem: notUtf8(file, bytes) } : { text };
  } catch (error) {
    return { problem: fileProblem(file, whyUnreadable(error)) };
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}

/** Points at the first character that can't be one. */
function notUtf8(file: string, bytes: Uint8Array): Problem {
  const [before = ''] = new TextDecoder().decode(bytes).split('\ufffd', 1);
  const lines = before.split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  return { ...fileProblem(file, 'not UTF-8 text: save it as UTF-8'), line: lines.length, column };
}

/** Is nothing there? A file that is there but can't be reached isn't missing. */
export function isMissing(file: string): boolean {
  try {
    statSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** One sentence about a failed access to a file. */
export function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const hint = hints[code];
  if (hint !== undefined) return `can't be read: ${hint}`;
  return `can't be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** The bytes, or why the file isn't even opened: opening a pipe would wait for its writer. */
function readBytes(file: string): Buffer | string {
  const stat = statSync(file);
  if (stat.isDirectory()) return 'a folder, not a file';
  if (!stat.isFile()) return 'not a regular file';
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size > longestFile) return `too large: ${size} bytes, at most ${longestFile} are read`;
    const bytes = Buffer.alloc(size);
    let length = 0;
    for (let got = -1; got !== 0 && length < size; length += got) {
      got = readSync(descriptor, bytes, length, size - length, null);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
