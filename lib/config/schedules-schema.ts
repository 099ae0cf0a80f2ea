/** schedules.json */
import type { FromSchema } from 'json-schema-to-ts';
import type { Schema } from './schema.js';
import { datesPattern, draft, hours, path, schemaKey } from './schema-parts.js';

const scheduleSchema = {
  description: 'A schedule: opening hours by its name, which rules say in "lostDuring" and "during".',
  type: 'object',
  additionalProperties: false,
  properties: {
    timezone: {
      description: 'Where these hours are, such as "Europe/Moscow" (IANA). Default: "timezone" of callbackd.json.',
      type: 'string',
      maxLength: 100,
      errorMessage: 'a time zone such as "Europe/Moscow"',
    },
    weekly: {
      description:
        'Windows by weekday ("sat") or range of weekdays ("mon-fri"), each day named once. Days that are not named are closed.',
      type: 'object',
      patternProperties: {
        '^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$': {
          ...hours,
          description:
            'The hours of this weekday: windows such as "09:00-18:00". A window may go over midnight ("22:00-06:00"); it belongs to the day on which it begins.',
        },
      },
      additionalProperties: false,
      errorMessage: 'weekdays such as "mon-fri" or "sat"',
    },
    exceptions: {
      description:
        'Hours of single dates instead of the weekly ones, by date ("2027-01-01") or range of dates, both included ("2027-01-01..2027-01-08").',
      type: 'object',
      patternProperties: {
        [datesPattern]: {
          ...hours,
          description: 'The hours of this date: "closed" or windows such as "09:00-15:00".',
        },
      },
      additionalProperties: false,
      errorMessage: 'dates such as "2027-01-01" or "2027-01-01..2027-01-08"',
    },
    holidays: {
      description:
        'Files of holidays, relative to schedules.json, such as "holidays-2027.json". A date that "exceptions" names too goes by the exception. Default: none.',
      type: 'array',
      maxItems: 100,
      uniqueItems: true,
      items: { ...path, errorMessage: 'the name of a file of holidays' },
      default: [],
      errorMessage: 'a list of files such as ["holidays-2027.json"]',
    },
  },
  errorMessage: 'an object {"timezone", "weekly", "exceptions", "holidays"}',
} as const satisfies Schema;

export const schedulesSchema = {
  $schema: draft,
  title: 'schedules.json: opening hours by name',
  type: 'object',
  properties: { $schema: schemaKey },
  patternProperties: { '^[a-z0-9][a-z0-9-]{0,59}$': scheduleSchema },
  additionalProperties: false,
  errorMessage: 'schedules by name: small letters, digits and -',
} as const satisfies Schema;

/** One schedule as it is written. */
export type WrittenSchedule = FromSchema<typeof scheduleSchema, { keepDefaultedPropertiesOptional: true }>;

/** The hours of a day as they are written. */
export type WrittenHours = FromSchema<typeof hours>;
