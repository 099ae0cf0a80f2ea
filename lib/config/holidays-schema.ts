/** A file of holidays, which schedules name in "holidays". */
import type { FromSchema } from 'json-schema-to-ts';
import type { Schema } from './schema.js';
import { comment, datesPattern, draft, hours, schemaKey } from './schema-parts.js';

const holidaySchema = {
  description:
    'A holiday: its name, and the schedule is closed all day; or {"name", "hours"} for a day with hours of its own.',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: 100,
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      description: 'What the day is called.',
      type: 'string',
      minLength: 1,
      maxLength: 100,
      errorMessage: 'a name of 1 to 100 characters',
    },
    hours: {
      ...hours,
      description: '"closed", or the windows in which the schedule is open on this day. Default: closed.',
      default: 'closed',
    },
  },
  errorMessage: 'the name of the holiday, or {"name": its name, "hours": "closed" or a list of windows}',
} as const satisfies Schema;

export const holidaysSchema = {
  $schema: draft,
  title: 'Holidays for the schedules of callbackd',
  description: 'Days on which the schedules that name this file in "holidays" are closed or have other hours.',
  type: 'object',
  properties: { $schema: schemaKey, comment },
  patternProperties: { [datesPattern]: holidaySchema },
  additionalProperties: false,
  errorMessage: 'dates such as "2027-01-01" or "2027-01-01..2027-01-08"',
} as const satisfies Schema;

/** The value of a date or of a range of dates. */
export type WrittenHoliday = FromSchema<typeof holidaySchema, { keepDefaultedPropertiesOptional: true }>;
