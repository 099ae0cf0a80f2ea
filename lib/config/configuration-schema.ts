/** callbackd.json */
import type { FromSchema } from 'json-schema-to-ts';
import { outbound } from './outbound-schema.js';
import type { Schema } from './schema.js';
import { country, draft, duration, path, schemaKey, target } from './schema-parts.js';
import { labels, sounds } from './sounds-schema.js';

const text = { type: 'string', minLength: 1, maxLength: 255 } as const;
const texts = { type: 'array', maxItems: 1000, uniqueItems: true, items: text } as const;

const esl = {
  description:
    "FreeSWITCH's event socket (mod_event_socket). The password comes from passwordFile or from the environment (CALLBACKD_ESL_PASSWORD).",
  type: 'object',
  additionalProperties: false,
  properties: {
    host: { ...text, description: 'Name or address of the machine on which FreeSWITCH runs.', default: '127.0.0.1' },
    port: {
      description: 'TCP port of the event socket.',
      type: 'integer',
      minimum: 1,
      maximum: 65535,
      default: 8021,
    },
    passwordFile: {
      ...path,
      description:
        'A file with nothing but the password of the event socket. Default: the environment variable CALLBACKD_ESL_PASSWORD.',
    },
  },
} as const satisfies Schema;

const calls = {
  description: "Which calls are clients' calls, and what is kept of them.",
  type: 'object',
  additionalProperties: false,
  properties: {
    internal: {
      description: 'Regular expression of the internal numbers: a caller whose number fits is no client.',
      type: 'string',
      minLength: 1,
      maxLength: 200,
      default: '^\\d{2,5}$',
      errorMessage: 'a regular expression such as "^\\\\d{2,5}$"',
    },
    contexts: { ...texts, description: "Dialplan contexts in which clients' calls arrive. Default: all." },
    minTalk: {
      ...duration,
      default: '0s',
      description: "A shorter conversation with an employee doesn't count as answered: the call is lost.",
    },
    variables: { ...texts, default: [], description: 'Channel variables to keep as facts for the rules.' },
  },
} as const satisfies Schema;

const limits = {
  description: 'What the rules may ask for at most, and the pauses of the dialler.',
  type: 'object',
  additionalProperties: false,
  properties: {
    minWait: { ...duration, default: '60s', description: 'The longest "minWait" that a rule may ask for.' },
    attempts: {
      description: 'The most attempts that a rule may ask for in "after".',
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 5,
    },
    maxConcurrent: {
      description: 'The most callbacks at a time that a rule may ask for.',
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 5,
    },
    settle: {
      ...duration,
      default: '60s',
      description:
        'How long an attempt that a crash or a lost link cut off waits for its CDR before it is settled. From "1s" to "1h".',
    },
    snooze: {
      description:
        'Pauses after an attempt that didn\'t reach the client\'s phone (employee busy, gateway failed), each from "1s" to "1d"; the last one is repeated.',
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: duration,
      default: ['30s', '1m', '2m', '5m', '15m'],
      errorMessage: 'a list of durations such as ["30s", "5m"]',
    },
  },
} as const satisfies Schema;

const rules = {
  description: 'How edits of the rules directory are taken.',
  type: 'object',
  additionalProperties: false,
  properties: {
    deleteGrace: {
      ...duration,
      default: '60s',
      description:
        'How long after its file has gone a rule still counts as there. Then it is deleted and its open tasks are cancelled. It keeps the save of an editor from cancelling anything. From "1s" to "7d".',
    },
  },
} as const satisfies Schema;

const employees = {
  description: 'How employees are rung for a callback.',
  type: 'object',
  additionalProperties: false,
  properties: {
    ringTimeout: {
      ...duration,
      default: '25s',
      description: 'How long an employee\'s phone may ring. From "5s" to "5m".',
    },
    queueWait: {
      ...duration,
      default: '10m',
      description:
        'How long a callback waits in a queue for a free employee before it leaves and tries again later. From "10s" to "1d".',
    },
    displayPrefix: {
      description:
        'What the employee\'s phone shows before the client\'s name, so that he sees that it is a callback. "": nothing.',
      type: 'string',
      maxLength: 30,
      pattern: '^[\\p{L}\\p{M}\\p{N} ._()-]*$',
      default: 'callback',
      errorMessage: 'at most 30 letters, digits, spaces and . _ ( ) -',
    },
  },
} as const satisfies Schema;

const requests = {
  description: 'Queues in which a waiting client may press a key to be called back.',
  type: 'object',
  additionalProperties: false,
  properties: {
    queues: {
      description: 'These queues, by their names in mod_callcenter.',
      type: 'array',
      maxItems: 1000,
      uniqueItems: true,
      default: [],
      items: target,
      errorMessage: 'a list of queues such as ["sales@default"]',
    },
    keys: {
      description: 'The keys that ask for a callback: digits, "*" or "#".',
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      default: ['1'],
      items: { type: 'string', pattern: '^[0-9*#]$', errorMessage: 'a key: a digit, "*" or "#"' },
      errorMessage: 'a list of keys such as ["1"]',
    },
  },
} as const satisfies Schema;

const backfill = {
  description: "Calls that were lost while callbackd or its link was down are found in FreeSWITCH's CDR files.",
  type: 'object',
  additionalProperties: false,
  properties: {
    dir: {
      ...path,
      description: 'The folder into which mod_json_cdr writes. Default: none, and such calls are not found.',
    },
    maxAge: {
      ...duration,
      default: '3d',
      description: 'Calls that ended longer ago when they are found are only recorded, nobody is called back.',
    },
    delete: {
      type: 'boolean',
      default: false,
      description: 'Delete CDR files ten minutes after they were written, when they have been read.',
      errorMessage: 'true or false',
    },
  },
} as const satisfies Schema;

export const configurationSchema = {
  $schema: draft,
  title: 'callbackd.json: the configuration of callbackd',
  description: 'Every key has a default: {} is valid. Relative paths are relative to this file.',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: schemaKey,
    esl,
    database: {
      ...path,
      default: 'callbackd.db',
      description: 'The SQLite file with the calls and the tasks. It is made at the first start.',
    },
    socket: {
      ...path,
      default: 'callbackd.sock',
      description: 'The unix socket through which the commands talk to the daemon; at most 107 bytes long.',
    },
    country: {
      ...country,
      description:
        "The country of numbers without a country code, and the one that may be dialled: two capital letters (ISO 3166). Default: none, and such numbers can't be called back.",
    },
    timezone: {
      ...text,
      description:
        'The time zone (IANA) of all times that commands read and show, of "today" and "this week", and of schedules that name none. Default: the time zone of the machine.',
      errorMessage: 'a time zone such as "Europe/Moscow"',
    },
    calls,
    limits,
    rules,
    outbound,
    employees,
    requests,
    backfill,
    retention: {
      ...duration,
      default: '365d',
      description:
        'Calls and closed tasks that are older are removed every night; open tasks never are. From "1d" to "36500d".',
    },
    sounds,
    labels,
  },
} as const satisfies Schema;

/** Keys with keys of their own. */
export const configurationGroups: readonly string[] = Object.entries(configurationSchema.properties)
  .filter(([, { type }]) => type === 'object')
  .map(([key]) => key);

/** The file as its schema allows it. */
export type WrittenConfiguration = FromSchema<typeof configurationSchema, { keepDefaultedPropertiesOptional: true }>;
