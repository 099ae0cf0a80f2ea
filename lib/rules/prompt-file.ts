/** `prompt` of a callback, checked for its meaning and normalised. */
import type { JsonFile } from '../config/json-file.js';
import type { JsonPath, Problem } from '../config/problem.js';
import { whyUnplayable } from '../config/sound-file.js';
import { promptPath } from './callback-defaults.js';
import { factSounds, whatIsMissing } from './callback-sounds.js';
import type { WrittenPrompt } from './prompt-schema.js';
import type { PromptPart, RuleContext } from './rule.js';

/** The parts in their order; without any the word "callback". `problems` gets what is wrong with them. */
export function readPrompt(
  json: JsonFile,
  written: WrittenPrompt | undefined,
  context: RuleContext,
  problems: Problem[],
): PromptPart[] {
  if (written === undefined) return [{ file: soundOf(json, ['callback'], 'callback.wav', context, problems) }];
  if (!isList(written)) return [readPart(json, ['callback', 'prompt'], written, context, problems)];
  return written.map((part, index) => readPart(json, ['callback', 'prompt', index], part, context, problems));
}

function isList(written: WrittenPrompt): written is readonly PromptPart[] {
  return Array.isArray(written);
}

function readPart(
  json: JsonFile,
  at: JsonPath,
  part: PromptPart,
  context: RuleContext,
  problems: Problem[],
): PromptPart {
  if ('file' in part) return { file: soundOf(json, [...at, 'file'], part.file, context, problems) };
  if ('text' in part) {
    const message =
      'a text can be spoken only with "sounds.tts" in the configuration, such as {"engine": "flite", "voice": "kal"}';
    if (context.tts === undefined) problems.push(json.problem([...at, 'text'], message, { atKey: true }));
  } else {
    const missing = whatIsMissing(factSounds(part.say, context), context);
    if (missing !== undefined) problems.push(json.problem([...at, 'say'], missing));
  }
  return part;
}

function soundOf(json: JsonFile, at: JsonPath, file: string, context: RuleContext, problems: Problem[]): string {
  const absolute = promptPath(file, context);
  const why = whyUnplayable(absolute);
  if (why !== undefined) problems.push(json.problem(at, why, { expected: 'an existing sound file' }));
  return absolute;
}
