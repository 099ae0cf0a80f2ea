/** The sound files of the language that a callback needs besides those that the rule names; lib/callback puts them together. */
import { isMissing } from '../config/text-file.js';
import { promptPath } from './callback-defaults.js';
import type { CallbackAction, RuleContext, SpokenFact } from './rule.js';

type Sounds = Pick<RuleContext, 'soundsDir' | 'language'>;

const digits = numbered(0, 9);
/** Up to 20 and the tens; other numbers are put together of these. */
const numbers = [...numbered(0, 20), ...numbered(3, 9).map((name) => `${name}0`)];

const ofFact: Readonly<Record<SpokenFact, readonly string[]>> = {
  // Labels are files or texts of the configuration.
  dialled: [],
  queue: [],
  waited: ['seconds-waited', 'minutes-waited', ...numbers],
  timesLost: ['times-lost', ...numbers],
  number: ['plus', ...digits],
};

/** Absolute paths of the files with which the fact is spoken. */
export function factSounds(fact: SpokenFact, sounds: Sounds): string[] {
  return paths(ofFact[fact], sounds);
}

/** Absolute paths of the files that ask for the key. */
export function acceptSounds({ key }: NonNullable<CallbackAction['accept']>, sounds: Sounds): string[] {
  return paths(['accept', `digits/${key === '*' ? 'star' : key === '#' ? 'pound' : key}`], sounds);
}

/** Absolute paths of the words that tell the employee why the client was not reached. */
export function endingSounds(sounds: Sounds): string[] {
  return paths(['client-busy', 'client-no-answer', 'client-unreachable', 'client-invalid'], sounds);
}

/** Absolute paths of what is played for the keys afterwards. */
export function afterwardsSounds(sounds: Sounds): string[] {
  return paths(['afterwards', 'thanks'], sounds);
}

/** What is missing of them, in words; undefined when all are there. */
export function whatIsMissing(files: readonly string[], sounds: Sounds): string | undefined {
  const folder = promptPath('', sounds);
  const missing = files.filter(isMissing).map((file) => file.slice(folder.length + 1));
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  if (missing.length === 0) return undefined;
  return `this needs sounds that are not there: ${missing.slice(0, 3).join(', ')}${more} in ${folder}`;
}

function paths(names: readonly string[], sounds: Sounds): string[] {
  return names.map((name) => promptPath(`${name}.wav`, sounds));
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `digits/${from + index}`);
}
