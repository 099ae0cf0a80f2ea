/** The `when` of a rule: conditions within conditions. */
import type { Schema } from '../config/schema.js';
import { factMeanings } from './fact-meanings.js';
import { factTypes } from './facts.js';
import { operatorMeanings } from './operators.js';

/** A condition as the schema allows it: by hand, because it contains itself. */
export interface WrittenCondition {
  all?: WrittenCondition[];
  any?: WrittenCondition[];
  not?: WrittenCondition;
  fact?: string;
  operator?: string;
  value?: WrittenValue;
  params?: { name: string };
}

export type WrittenValue = string | number | boolean | (string | number)[];

const itself = '#/definitions/condition';
const listOfThem = '#/definitions/conditions';

const condition = {
  description: 'A condition: {"fact", "operator", "value"}; or one of "all", "any" and "not" with further conditions.',
  type: 'object',
  additionalProperties: false,
  properties: {
    all: { $ref: listOfThem, description: 'All of these conditions hold.' },
    any: { $ref: listOfThem, description: 'At least one of these conditions holds.' },
    not: { $ref: itself, description: 'This condition does not hold.' },
    fact: {
      description: 'What is asked for of the lost call.',
      enum: Object.keys(factTypes),
      enumDescriptions: Object.keys(factTypes).map((fact) => factMeanings[fact] ?? fact),
    },
    operator: {
      description:
        'How the fact is compared with the value. Text: equal, notEqual, in, notIn, oneOf, matches. Numbers and durations: also lessThan, greaterThan and their Inclusive forms. "lostAt": during, outside.',
      enum: Object.keys(operatorMeanings),
      enumDescriptions: Object.values(operatorMeanings),
    },
    value: {
      description:
        'What the fact is compared with: a text, a whole number, true or false, a duration such as "30s" for "waited" and "lastReached", a schedule for "lostAt"; a list of them for in, notIn and oneOf.',
      type: ['string', 'number', 'boolean', 'array'],
      minItems: 1,
      maxItems: 10000,
      items: { type: ['string', 'number'] },
      errorMessage: 'text, a number, true, false, or a list of texts or numbers',
    },
    params: {
      description: 'Only for the fact "variable": {"name": the channel variable}.',
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: {
          description: 'A channel variable, as it is named in calls.variables of callbackd.json.',
          type: 'string',
          minLength: 1,
          maxLength: 255,
        },
      },
    },
  },
  errorMessage: 'a condition {"fact", "operator", "value"}, or {"all": [...]}, {"any": [...]}, {"not": {...}}',
} satisfies Schema;

export const conditionDefinitions = {
  condition,
  conditions: {
    description: 'A list of conditions.',
    type: 'array',
    minItems: 1,
    maxItems: 1000,
    items: { $ref: itself },
    errorMessage: 'a list of at least one condition',
  },
} satisfies Record<string, Schema>;

export const whenSchema = {
  $ref: itself,
  description: 'Further conditions on the facts of the call. Default: none.',
} as const;
