/** The JSON Schemas for editors, by the file in rules/ that each becomes: `npm run schemas` writes them. */
import { configurationSchema } from '../config/configuration-schema.js';
import { employeesSchema } from '../config/employees-schema.js';
import { holidaysSchema } from '../config/holidays-schema.js';
import type { Schema } from '../config/schema.js';
import { schedulesSchema } from '../config/schedules-schema.js';
import { ruleSchema } from './rule-schema.js';

export const schemaFiles: Readonly<Record<string, Schema>> = {
  'callbackd.schema.json': made(configurationSchema),
  'employees.schema.json': made(employeesSchema),
  'holidays.schema.json': made(holidaysSchema),
  'rule.schema.json': made(ruleSchema),
  'schedules.schema.json': made(schedulesSchema),
};

function made({ $schema, ...rest }: Schema): Schema {
  return { $schema, $comment: 'Made by "npm run schemas" from the code: not to be edited here.', ...rest };
}
