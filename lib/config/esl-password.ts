/** The ESL password: from the environment or from a file of its own, never from the configuration or the command line. */
import { statSync } from 'node:fs';
import type { Configuration } from './configuration.js';
import { fileProblem, type Problem } from './problem.js';
import { readText } from './text-file.js';

/** CALLBACKD_ESL_PASSWORD if set, else the first line of `esl.passwordFile`; neither: no password and no problem. */
export function readEslPassword(
  { esl }: Pick<Configuration, 'esl'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): { password?: string; problems: Problem[] } {
  const fromEnvironment = environment.CALLBACKD_ESL_PASSWORD;
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return checked(fromEnvironment, 'CALLBACKD_ESL_PASSWORD');
  const file = esl.passwordFile;
  if (file === undefined) return { problems: [] };
  const { text, problem } = readText(file);
  if (text === undefined) return { problems: problem === undefined ? [] : [problem] };
  const result = checked(text.replace(/\r?\n$/, ''), file);
  if (othersMayRead(file)) {
    result.problems.push(fileProblem(file, 'everybody on this machine may read the password: chmod o-rwx', 'warning'));
  }
  return result;
}

/** A newline would end the auth command and begin another one. */
function checked(password: string, from: string): { password?: string; problems: Problem[] } {
  if (password === '') return { problems: [fileProblem(from, 'the password is empty')] };
  if (/[\u0000-\u001f]/.test(password)) {
    return { problems: [fileProblem(from, 'the password may have no line breaks or control characters in it')] };
  }
  return { password, problems: [] };
}

function othersMayRead(file: string): boolean {
  try {
    return (statSync(file).mode & 0o004) !== 0;
  } catch {
    return false;
  }
}
