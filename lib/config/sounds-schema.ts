/** `sounds` and `labels` of callbackd.json. */
import type { Schema } from './schema.js';
import { path, soundFile, spokenText } from './schema-parts.js';

export const sounds = {
  description: 'What the employees hear.',
  type: 'object',
  additionalProperties: false,
  properties: {
    language: {
      description: 'The language of the prompts: the name of a folder in the sounds folder.',
      type: 'string',
      pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$',
      default: 'en',
      errorMessage: 'a language such as "en": the name of a folder in the sounds folder',
    },
    dir: { ...path, description: 'The sounds folder. Default: the sounds shipped with callbackd.' },
    tts: {
      description:
        "What speaks the texts of rules and labels: an engine that FreeSWITCH has loaded, and one of its voices. Default: none, and texts can't be spoken.",
      type: 'object',
      additionalProperties: false,
      required: ['engine', 'voice'],
      properties: {
        engine: {
          description: 'The engine, such as "flite" (mod_flite) or "tts_commandline" (mod_tts_commandline).',
          type: 'string',
          pattern: '^[A-Za-z0-9_-]{1,60}$',
          errorMessage: 'an engine such as "flite": letters, digits, _ -',
        },
        voice: {
          description: 'The voice, such as "kal": the engine says which it has.',
          type: 'string',
          pattern: '^[A-Za-z0-9_.-]{1,60}$',
          errorMessage: 'a voice such as "kal": letters, digits, _ . -',
        },
      },
      errorMessage: 'an object such as {"engine": "flite", "voice": "kal"}',
    },
  },
} as const satisfies Schema;

export const labels = {
  description:
    'What the employee hears for a dialled number or a queue ({"say": "dialled"} and {"say": "queue"} of a prompt), such as {"+74951234567": {"file": "sales.wav"}, "sales@default": {"text": "Sales"}}. Default: none.',
  type: 'object',
  additionalProperties: false,
  patternProperties: {
    '^(\\+?[0-9]{2,15}|[A-Za-z0-9_.@-]{1,100})$': {
      description: 'By a number that clients dial, or by the name of a queue: a sound file, or a text to be spoken.',
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        file: soundFile,
        text: { ...spokenText, description: 'A text that "sounds.tts" speaks.' },
      },
      errorMessage: '{"file": the name of a sound file} or {"text": what is spoken}',
    },
  },
  errorMessage: 'labels by the dialled number or the queue, such as {"+74951234567": {"file": "sales.wav"}}',
} as const satisfies Schema;
