import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

/** A sound that a rule plays. */
export interface SoundFacts {
  file: string;
  /** Id of the first rule that plays it. */
  rule: string;
  /** Size in bytes as this process sees it, or the code of the error. */
  size: number | { error: string };
  /** FreeSWITCH's answer to `file_exists FILE`. */
  seen: Answer;
}

/** A WAV file without any sound has this many bytes. */
const emptyWav = 44;

export function judgeSounds(sounds: readonly SoundFacts[]): Finding[] {
  const report = about('sounds');
  if (sounds.length === 0) return [report.ok('no rule plays a prompt')];
  const wrong = sounds.flatMap((sound) => judgeSound(sound) ?? []);
  if (wrong.length > 0) return wrong;
  const [first, second, third, ...more] = sounds.map(({ file }) => file);
  const few = [first, second, third].filter((file) => file !== undefined).join(', ');
  const files = more.length === 0 ? few : `${few} and ${more.length} more`;
  return [
    sounds.some(({ seen }) => 'none' in seen)
      ? report.ok(`${files} (FreeSWITCH could not be asked whether it sees them)`)
      : report.ok(`FreeSWITCH sees ${files}`),
  ];
}

function judgeSound({ file, rule, size, seen }: SoundFacts): Finding | undefined {
  const report = about('sounds');
  if (typeof size === 'object')
    return report.problem(
      `the sound ${file} of rule "${rule}" cannot be read (${size.error})`,
      'put the file there, readable by everybody, or name another one in the rule or in "labels"',
    );
  if (size <= emptyWav)
    return report.problem(
      `the sound ${file} of rule "${rule}" is empty`,
      'put a sound file there, for example 8 kHz mono WAV',
    );
  if ('text' in seen && seen.text !== 'true')
    return report.problem(
      `FreeSWITCH does not see the sound ${file} of rule "${rule}"`,
      'its user must be able to enter every folder on the way and to read the file: "sudo -u freeswitch cat FILE >/dev/null" tries it',
    );
  return undefined;
}
