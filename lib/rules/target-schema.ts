/** `to` of a callback: who is rung. */
import type { FromSchema } from 'json-schema-to-ts';
import type { Schema } from '../config/schema.js';
import { duration, target } from '../config/schema-parts.js';

/** Ways to say who is rung; one of them stands in a target. */
export const targetKinds = ['queue', 'extension', 'number', 'group', 'tried', 'lastPhase', 'dialplan'] as const;

/** Those of several phones, which `step` and `atOnce` belong to. */
export const progressiveKinds: readonly string[] = ['group', 'tried', 'lastPhase'];

const plainProperties = {
  queue: {
    ...target,
    description: 'A queue of mod_callcenter, such as "sales@default": it picks the employee as soon as one is free.',
  },
  extension: { ...target, description: 'The phone of one employee, such as "1001".' },
  number: {
    description:
      'A number that is dialled by "outbound.route", such as the mobile of an employee. Give "accept" with it: a voicemail would take the call.',
    type: 'string',
    pattern: '^\\+?[0-9]{3,15}$',
    errorMessage: 'a number such as "+74951230001"',
  },
  group: {
    description:
      'A group of employees.json: the phones of its members ring one after the other, in the order of the file, as "step" and "atOnce" say.',
    type: 'string',
    pattern: '^[^\\u0000-\\u001f]{1,100}$',
    errorMessage: 'the name of a group such as "sales"',
  },
  tried: {
    description: 'true: everyone who was rung during the lost call, as "step" and "atOnce" say.',
    const: true,
    errorMessage: 'true',
  },
  lastPhase: {
    description:
      'true: those who were rung last in the lost call; after a transfer first who transferred it, then whom he transferred it to.',
    const: true,
    errorMessage: 'true',
  },
  dialplan: {
    description:
      'An extension of a dialplan of your own, as "EXTENSION XML CONTEXT": who answers there is the employee.',
    type: 'string',
    pattern: '^[A-Za-z0-9_.*+-]{1,60} XML [A-Za-z0-9_.-]{1,60}$',
    errorMessage: 'an extension, "XML" and a context: "7000 XML default"',
  },
  step: {
    ...duration,
    default: '10s',
    description:
      'With "group", "tried" or "lastPhase": one phone rings first, after each step one more joins. From "1s" to "5m".',
  },
  atOnce: {
    description:
      'With "group", "tried" or "lastPhase": so many phones ring at once at most; the first ones fall silent.',
    type: 'integer',
    minimum: 1,
    maximum: 20,
    default: 3,
    errorMessage: 'a whole number from 1 to 20',
  },
} as const;

const kindList = targetKinds.map((kind) => `"${kind}"`).join(', ');

const plainTarget = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: plainProperties,
  errorMessage: `one target (${kindList}), such as {"queue": "sales@default"}`,
} as const satisfies Schema;

export const to = {
  description: 'Who is rung: one target. The employee is rung first, then the client is dialled.',
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    ...plainProperties,
    byDialled: {
      description:
        'Targets by the number that the client had dialled, such as {"+74951234567": {"queue": "sales@default"}}.',
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      patternProperties: {
        '^\\+?[0-9*#][0-9*# ().-]{0,30}$': {
          ...plainTarget,
          description: 'By a number that clients dial: who is rung for them.',
        },
      },
      errorMessage: 'targets by the dialled number, such as {"+74951234567": {"queue": "sales@default"}}',
    },
    else: {
      ...plainTarget,
      description: 'With "byDialled": who is rung for clients who had dialled another number. Default: nobody.',
    },
  },
  errorMessage: `one target (${kindList} or "byDialled"), such as {"queue": "sales@default"}`,
} as const satisfies Schema;

export const toKeys: readonly string[] = Object.keys(to.properties);

/** One target as its schema allows it. */
export type WrittenTarget = FromSchema<typeof plainTarget, { keepDefaultedPropertiesOptional: true }>;

export type WrittenTo = WrittenTarget & { byDialled?: Readonly<Record<string, WrittenTarget>>; else?: WrittenTarget };
