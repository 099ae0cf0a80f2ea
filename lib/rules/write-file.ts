/** Writing a file that the admin owns: whole or not at all, and as he has it. */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readText } from '../config/text-file.js';
import { EditProblem } from './edit-problem.js';

/** The text of a UTF-8 file, byte order mark included. @throws EditProblem */
export function readForEditing(file: string): string {
  const { problem } = readText(file);
  if (problem !== undefined) throw new EditProblem(`${file}: ${problem.message}`);
  return readFileSync(file, 'utf8');
}

/**
 * Puts the text in the place of the file's: a reader sees the old or the new one. Mode and owner stay; of a symbolic
 * link the file behind it is written.
 * @throws EditProblem when the folder can't be written to
 */
export function replaceText(file: string, text: string): void {
  let beside: string | undefined;
  try {
    const real = realpathSync(file);
    // Hidden, and not named as a rule: nobody takes it for one.
    beside = join(dirname(real), `.${basename(real)}.${process.pid}.new`);
    writeNew(beside, text, statSync(real));
    renameSync(beside, real);
    syncFolder(dirname(real));
  } catch (error) {
    if (beside !== undefined) rmSync(beside, { force: true });
    throw whyUnwritable(dirname(file), error);
  }
}

function writeNew(file: string, text: string, like: { mode: number; uid: number; gid: number }): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    keepOwner(descriptor, like);
    fchmodSync(descriptor, like.mode & 0o7777);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Only root may give files away: who edits the file of somebody else by the right of a group becomes its owner. */
function keepOwner(descriptor: number, { uid, gid }: { uid: number; gid: number }): void {
  for (const owner of [uid, -1]) {
    try {
      fchownSync(descriptor, owner, gid);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  }
}

/** The new name is on disk before the command says that it is done. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Says why nothing can be written in the folder. */
export function whyUnwritable(folder: string, error: unknown): EditProblem {
  if (error instanceof EditProblem) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EROFS')
    return new EditProblem(`${folder} is on a read-only file system: nothing was changed`, 'mount it for writing');
  if (code === 'EACCES' || code === 'EPERM')
    return new EditProblem(
      `this user may not write in ${folder}: nothing was changed`,
      'run the command with sudo, or as the owner of the folder',
    );
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new EditProblem(`no space is left in ${folder}: nothing was changed`, 'make room and try again');
  return new EditProblem(`${folder} can't be written to: ${message}`);
}
