/** A rule file. */
import type { FromSchema } from 'json-schema-to-ts';
import type { Schema } from '../config/schema.js';
import { comment, draft, duration, schemaKey, shownNumber } from '../config/schema-parts.js';
import { conditionDefinitions, whenSchema, type WrittenCondition } from './condition-schema.js';
import { prompt, type WrittenPrompt } from './prompt-schema.js';
import { to, type WrittenTo } from './target-schema.js';

/** Kinds of places that stand alone, and those that are followed by a colon and a name. */
const placeForms = ['any', 'voicemail', 'transfer', 'dialplan'] as const;
const namedPlaceForms = ['queue', 'extension', 'group', 'ivr', 'dialled'] as const;

const placeWords =
  '"any", "queue:NAME", "extension:NAME", "group:NAME", "ivr:NAME", "voicemail", "transfer", "dialplan" or "dialled:+NUMBER"';

const place = {
  type: 'string',
  maxLength: 200,
  pattern: `^(${placeForms.join('|')}|(${namedPlaceForms.join('|')}):[^\\u0000-\\u001f]+)$`,
  examples: [
    'any',
    'queue:sales@default',
    'extension:1001',
    'group:sales',
    'ivr:main',
    'voicemail',
    'transfer',
    'dialplan',
    'dialled:+74951234567',
  ],
} as const;

const accept = {
  description:
    'A key that the employee has to press before the client is dialled: the voicemail of a mobile presses none. Default: none.',
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: {
    key: {
      description: 'The key: a digit, "*" or "#".',
      type: 'string',
      pattern: '^[0-9*#]$',
      errorMessage: 'a key in double quotes: a digit, "*" or "#"',
    },
    within: {
      ...duration,
      default: '10s',
      description:
        'So long after the prompt he has time for it; without the key it counts as no answer. From "1s" to "60s".',
    },
  },
  errorMessage: 'an object such as {"key": "1", "within": "10s"}',
} as const satisfies Schema;

const after = {
  description:
    'The pause before each attempt, one for each: the first from the loss, each later one from the end of the used attempt before. A list of durations, or {"every", "times"}. At most limits.attempts of them (5).',
  type: ['array', 'object'],
  minItems: 1,
  items: duration,
  additionalProperties: false,
  required: ['every', 'times'],
  properties: {
    every: { ...duration, description: 'The pause before every attempt, such as "5m".' },
    times: {
      description: 'How many attempts. At most limits.attempts (5).',
      type: 'integer',
      minimum: 1,
      errorMessage: 'a whole number, at least 1',
    },
  },
  default: ['0s', '5m', '15m'],
  errorMessage: 'a list of durations such as ["0s", "5m"], or {"every": "5m", "times": 3}',
} as const satisfies Schema;

const callback = {
  description: 'Call the client back, employee first.',
  type: 'object',
  additionalProperties: false,
  required: ['to'],
  properties: {
    to,
    prompt,
    accept,
    afterwards: {
      description:
        'true: when the client was not reached, the employee is asked for a key: 1 try again later, 2 done, 9 never call this client again.',
      type: 'boolean',
      default: false,
    },
    priority: {
      description: 'In a queue: whether the client keeps his place among those who are waiting there.',
      type: 'string',
      enum: ['keepPlace', 'callersFirst'],
      enumDescriptions: [
        'The callback joins the queue with the place that the client had.',
        'The callback waits until no caller is waiting in the queue.',
      ],
      default: 'keepPlace',
    },
    callerId: {
      ...shownNumber,
      description:
        'Number that the client\'s phone shows. Default: "outbound.callerId" of the configuration, else the number that he had dialled.',
    },
    during: {
      description:
        'When to dial: a schedule of schedules.json. An attempt that falls due outside it waits for the next opening. Default: any time.',
      type: 'string',
      errorMessage: 'the name of a schedule',
    },
    after,
    maxConcurrent: {
      description: 'Callbacks of this rule at a time. At most limits.maxConcurrent (5).',
      type: 'integer',
      minimum: 1,
      default: 2,
    },
    successAfter: {
      ...duration,
      default: '5s',
      description: 'So long employee and client must have talked for the client to count as reached.',
    },
    expireAfter: {
      description:
        'How long after the latest loss the client is given up; only the time in which he may be called ("during" open, callbackd switched on) counts. A duration up to "366d", or "never".',
      type: 'string',
      pattern: '^(never|\\d{1,6}(ms|s|m|h|d))$',
      default: '8h',
      errorMessage: 'a duration such as "8h", or "never"',
    },
  },
  errorMessage: 'an object {"to": {"queue": "sales@default"}} with what the callback is to be',
} as const satisfies Schema;

const rule = {
  $schema: draft,
  title: 'A rule of callbackd: which lost calls it takes, and what is done with them',
  description: 'File name: NN-id.json. NN orders the rules, the first that takes a call wins.',
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    $schema: schemaKey,
    comment,
    name: {
      description: 'What the rule is called, for people. Commands name it by the id in the name of its file.',
      type: 'string',
      minLength: 1,
      maxLength: 100,
      errorMessage: 'a name of 1 to 100 characters',
    },
    enabled: {
      description: 'false: the rule takes no further losses; its open tasks go on by it.',
      type: 'boolean',
      default: true,
    },
    lostAt: {
      ...place,
      description: `Where the call was lost, one place or a list of them: ${placeWords}. A queue, an extension, a group or a menu is where the client was at the end, also after a transfer; "transfer" is every loss after a transfer; "dialled" is the number that he had dialled.`,
      type: ['string', 'array'],
      minItems: 1,
      maxItems: 1000,
      uniqueItems: true,
      items: { ...place, errorMessage: `a place: ${placeWords}` },
      default: 'any',
      errorMessage: `a place or a list of places: ${placeWords}`,
    },
    lostDuring: {
      description: 'When the call was lost: a schedule of schedules.json, or {"outside": schedule}. Default: any time.',
      type: ['string', 'object'],
      required: ['outside'],
      additionalProperties: false,
      properties: {
        outside: {
          description: 'The rule takes calls that were lost outside the hours of this schedule.',
          type: 'string',
          errorMessage: 'the name of a schedule',
        },
      },
      errorMessage: 'the name of a schedule, or {"outside": the name of a schedule}',
    },
    minWait: {
      ...duration,
      description:
        'Losses after a shorter wait are left to the next rules. It never applies to losses after a transfer, nor to clients who asked to be called back. At most limits.minWait ("60s").',
      default: '0s',
    },
    when: whenSchema,
    ignore: {
      description: 'true: stop looking at further rules and do nothing. Instead of "callback".',
      const: true,
      errorMessage: 'true',
    },
    callback,
  },
} as const satisfies Schema;

/** Keys of a rule and of its `callback`. */
export const ruleKeys: readonly string[] = Object.keys(rule.properties);
export const callbackKeys: readonly string[] = Object.keys(callback.properties);

export const ruleSchema: Schema = { ...rule, definitions: conditionDefinitions };

type Derived = FromSchema<typeof rule, { keepDefaultedPropertiesOptional: true }>;

/** The file as its schema allows it; by hand what a derived type can't say: conditions in conditions, one part or a list. */
export type WrittenRule = Omit<Derived, 'when' | 'callback'> & { when?: WrittenCondition; callback?: WrittenCallback };

export type WrittenCallback = Omit<NonNullable<Derived['callback']>, 'to' | 'prompt'> & {
  to: WrittenTo;
  prompt?: WrittenPrompt;
};
