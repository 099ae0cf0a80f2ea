/** employees.json */
import type { FromSchema } from 'json-schema-to-ts';
import type { Schema } from './schema.js';
import { draft, schemaKey } from './schema-parts.js';

const employeeSchema = {
  description: 'An employee, by the id that calls, rules and commands show.',
  type: 'object',
  additionalProperties: false,
  properties: {
    name: {
      description: 'For people: what the employee is called.',
      type: 'string',
      minLength: 1,
      maxLength: 100,
      errorMessage: 'a name of 1 to 100 characters',
    },
    extension: {
      description: 'The user in FreeSWITCH\'s directory, such as "1001".',
      type: 'string',
      pattern: '^[A-Za-z0-9_.-]{1,60}$',
      errorMessage: 'an extension such as "1001"',
    },
    registers: {
      description:
        'false: the phone of his extension never registers, FreeSWITCH has its address in the directory; it counts as there. Default: true.',
      type: 'boolean',
      default: true,
      errorMessage: 'true or false',
    },
    numbers: {
      description: 'Further numbers on which he is reached, such as a mobile. Default: none.',
      type: 'array',
      maxItems: 20,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^\\+?[0-9]{3,15}$',
        errorMessage: 'a number such as "+74951230001"',
      },
      errorMessage: 'a list of numbers such as ["+74951230001"]',
    },
    agents: {
      description: 'Agents of mod_callcenter that are this employee, such as "1001@default". Default: none.',
      type: 'array',
      maxItems: 20,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^[^\\s\\u0000-\\u001f]{1,100}$',
        errorMessage: 'an agent such as "1001@default"',
      },
      errorMessage: 'a list of agents such as ["1001@default"]',
    },
    groups: {
      description: 'Groups whose phones ring together, such as "sales". Rules name them in "lostAt". Default: none.',
      type: 'array',
      maxItems: 50,
      uniqueItems: true,
      items: {
        type: 'string',
        pattern: '^[^\\u0000-\\u001f]{1,100}$',
        errorMessage: 'the name of a group such as "sales"',
      },
      errorMessage: 'a list of groups such as ["sales"]',
    },
  },
  errorMessage: 'an object {"name", "extension", "registers", "numbers", "agents", "groups"}',
} as const satisfies Schema;

export const employeesSchema = {
  $schema: draft,
  title: 'employees.json: the employees by id',
  type: 'object',
  properties: { $schema: schemaKey },
  patternProperties: { '^[a-z0-9][a-z0-9._-]{0,59}$': employeeSchema },
  additionalProperties: false,
  errorMessage: 'employees by id: small letters, digits and . _ -',
} as const satisfies Schema;

/** One employee as he is written. */
export type WrittenEmployee = FromSchema<typeof employeeSchema>;
