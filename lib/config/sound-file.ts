import { readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { didYouMean } from './nearest.js';
import { formatFound } from './problem.js';
import { isMissing } from './text-file.js';

/** Why FreeSWITCH can't play the file, in a sentence; undefined when nothing speaks against it. */
export function whyUnplayable(absolute: string): string | undefined {
  if (!/^[A-Za-z0-9_./-]+$/.test(absolute))
    return `FreeSWITCH gets the path ${formatFound(absolute)}, so it may have only letters, digits, _ . / -`;
  if (isMissing(absolute))
    return `there is no sound file ${absolute}${didYouMean(basename(absolute), namesIn(dirname(absolute)))}`;
  return isRegularFile(absolute) ? undefined : `${absolute} can't be played: no file, or no permission to look at it`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isRegularFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
