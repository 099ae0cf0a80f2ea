/** `prompt` of a callback: what the employee hears first. */
import type { Schema } from '../config/schema.js';
import { soundFile, spokenText } from '../config/schema-parts.js';
import type { PromptPart } from './rule.js';

export const spokenFacts = ['dialled', 'queue', 'waited', 'timesLost', 'number'] as const;

const part = {
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    file: { ...soundFile, default: 'callback.wav' },
    text: { ...spokenText, description: 'A text that "sounds.tts" of the configuration speaks.' },
    say: {
      description: 'A fact of the call that is spoken.',
      type: 'string',
      enum: spokenFacts,
      enumDescriptions: [
        'The label of the number that the client had dialled ("labels" of the configuration).',
        'The label of the queue in which he was lost.',
        'How long he had waited.',
        'How often he was lost today.',
        'His number, digit by digit.',
      ],
    },
  },
} as const;

const onePart = '{"file": a sound file}, {"text": what is spoken} or {"say": a fact of the call}';

export const prompt = {
  ...part,
  description:
    'What the employee hears before the client is dialled: a part or a list of parts, played in this order. Default: the word "callback".',
  type: ['object', 'array'],
  minItems: 1,
  maxItems: 10,
  items: { ...part, type: 'object', errorMessage: onePart },
  errorMessage: `${onePart}, or a list of them`,
} as const satisfies Schema;

/** As its schema allows it: a part, or a list of them. */
export type WrittenPrompt = PromptPart | readonly PromptPart[];
