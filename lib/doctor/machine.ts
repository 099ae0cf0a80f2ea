/** What doctor looks at on this machine. Nothing here throws: what can't be looked at is a fact too. */
import { realpathSync } from 'node:fs';
import { access, constants, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readEslPassword } from '../config/esl-password.js';
import type { Configuration } from '../config/configuration.js';
import { examineDatabase } from '../store/examine.js';
import { StorageProblem } from '../store/problem.js';
import type { FolderFacts } from './cdr.js';
import type { DatabaseFacts } from './database.js';
import type { PasswordFacts } from './password.js';

/** How long a disk may take, ms: a network disk that hangs must not hang doctor. */
const diskPatience = 5_000;

export async function lookAtPassword(configuration: Configuration, environment: Environment): Promise<PasswordFacts> {
  const { password, problems } = readEslPassword(configuration, environment);
  const inEnvironment = (environment.CALLBACKD_ESL_PASSWORD ?? '') !== '';
  const from = inEnvironment ? 'CALLBACKD_ESL_PASSWORD' : configuration.esl.passwordFile;
  const mode = inEnvironment || from === undefined ? undefined : await attempt(stat(from).then((found) => found.mode));
  const error = problems.find(({ severity }) => severity === 'error');
  return {
    ...(from !== undefined && { from }),
    ...(typeof mode === 'number' && { mode: mode & 0o777 }),
    ...(password !== undefined && { password }),
    ...(error !== undefined && { problem: `${error.file}: ${error.message}` }),
  };
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Also says whether there is a call in it, and when the latest one ended. */
export async function lookAtDatabase(file: string): Promise<{ facts: DatabaseFacts; latestCallEndedAt?: number }> {
  try {
    const examined = examineDatabase(file);
    const writable = await mayWrite(...(examined === undefined ? [dirname(file)] : [file, dirname(file)]));
    if (examined === undefined) return { facts: { state: 'none', writable } };
    const { latestCallEndedAt, ...rest } = examined;
    return {
      facts: { state: 'there', writable, ...rest },
      ...(latestCallEndedAt !== undefined && { latestCallEndedAt }),
    };
  } catch (error) {
    if (!(error instanceof StorageProblem)) throw error;
    return { facts: { state: 'unusable', message: error.message, hint: error.hint } };
  }
}

/** The CDR folder: how many files, when the newest was written, and whether files may be deleted. Looks at the times for at most `diskPatience`. */
export async function lookAtFolder(folder: string): Promise<FolderFacts> {
  const deadline = Date.now() + diskPatience;
  const names = await attempt(readdir(folder));
  if ('error' in names) return names;
  const locked = await access(folder, constants.W_OK).then(() => false, () => true); // prettier-ignore
  const files = names.filter((name) => name.endsWith('.json'));
  let newestAt: number | undefined;
  for (let at = 0; at < files.length; at += batch) {
    if (Date.now() > deadline)
      return { files: files.length, ...(locked && { locked }), cut: true, ...(newestAt !== undefined && { newestAt }) };
    for (const written of await Promise.all(files.slice(at, at + batch).map((name) => writtenAt(join(folder, name)))))
      if (written !== undefined && written > (newestAt ?? 0)) newestAt = written;
  }
  return { files: files.length, ...(locked && { locked }), ...(newestAt !== undefined && { newestAt }) };
}

/** Files looked at together. */
const batch = 200;

async function writtenAt(file: string): Promise<number | undefined> {
  const found = await attempt(stat(file).then(({ mtimeMs }) => ({ mtimeMs })));
  return 'error' in found ? undefined : found.mtimeMs;
}

/** The size of a file that this process may read, bytes; or the code of the error. */
export async function sizeOf(file: string): Promise<number | { error: string }> {
  return attempt(access(file, constants.R_OK).then(async () => (await stat(file)).size));
}

/** Free bytes where the file is or would be. */
export async function freeSpace(folder: string): Promise<number | undefined> {
  const free = await attempt(statfs(folder).then(({ bavail, bsize }) => bavail * bsize));
  return typeof free === 'number' ? free : undefined;
}

/** The user who owns a folder; undefined when it can't be known. */
export async function ownerOf(folder: string): Promise<number | undefined> {
  const uid = await attempt(stat(folder).then((found) => found.uid));
  return typeof uid === 'number' ? uid : undefined;
}

/** The same folder, by whatever links it is reached. */
export function isSameFolder(one: string, other: string): boolean {
  return real(one) === real(other);
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return join(folder, '.').replace(/\/$/, '');
  }
}

async function mayWrite(...paths: string[]): Promise<boolean> {
  for (const path of paths) {
    const denied = await attempt(access(path, constants.W_OK).then(() => true));
    if (denied !== true) return false;
  }
  return true;
}

/** The result, or the code of the error; "no answer in time" after `diskPatience`. */
async function attempt<T>(work: Promise<T>): Promise<T | { error: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ error: string }>((resolve) => {
    timer = setTimeout(() => resolve({ error: `no answer within ${diskPatience / 1_000} s` }), diskPatience);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    return { error: (error as NodeJS.ErrnoException).code ?? String(error) };
  } finally {
    clearTimeout(timer);
  }
}
