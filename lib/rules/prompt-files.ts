/** Every sound file that a callback of a rule may play, so that somebody can look whether it can be played. */
import type { Configuration } from '../config/configuration.js';
import { acceptSounds, afterwardsSounds, endingSounds, factSounds } from './callback-sounds.js';
import type { CallbackAction, SpokenFact } from './rule.js';

/** The sound files that a prompt names itself, in its order; absolute paths. */
export function promptFiles({ prompt }: Pick<CallbackAction, 'prompt'>): string[] {
  return prompt.flatMap((part) => ('file' in part ? [part.file] : []));
}

/** The same with those of the facts that it speaks, of the labels, of the keys that the employee is asked for, and of the endings. */
export function soundsOf(
  { prompt, accept, afterwards }: CallbackAction,
  { sounds: { dir, language }, labels }: Pick<Configuration, 'sounds' | 'labels'>,
): string[] {
  const sounds = { soundsDir: dir, language };
  const ofLabels = Object.values(labels).flatMap((label) => ('file' in label ? [label.file] : []));
  const ofFact = (fact: SpokenFact): string[] =>
    fact === 'dialled' || fact === 'queue' ? ofLabels : factSounds(fact, sounds);
  const files = [
    ...prompt.flatMap((part) => ('file' in part ? [part.file] : 'say' in part ? ofFact(part.say) : [])),
    ...(accept === undefined ? [] : acceptSounds(accept, sounds)),
    ...endingSounds(sounds),
    ...(afterwards ? afterwardsSounds(sounds) : []),
  ];
  return [...new Set(files)];
}
