/** Small pieces that several schemas share. */
import { durationPattern } from '../time/duration.js';

export const draft = 'http://json-schema.org/draft-07/schema#';

export const schemaKey = {
  type: 'string',
  description: 'Where editors find the schema of this file, to complete and explain its keys while you type.',
} as const;

export const comment = {
  description:
    'Free text for people: why this is as it is, who asked for it. A text or a list of texts; callbackd does not read it.',
  type: ['string', 'array'],
  maxItems: 1000,
  items: { type: 'string', errorMessage: 'text in double quotes' },
  errorMessage: 'a text or a list of texts',
} as const;

export const duration = {
  type: 'string',
  pattern: durationPattern,
  errorMessage: 'a duration such as "90s", "5m" or "8h"',
} as const;

export const path = {
  type: 'string',
  minLength: 1,
  maxLength: 1000,
  pattern: '^[^\\u0000-\\u001f]+$',
  errorMessage: 'a path',
} as const;

export const country = {
  type: 'string',
  pattern: '^[A-Z]{2}$',
  errorMessage: 'a country by its two capital letters, such as "RU"',
} as const;

/** A queue or an extension that is dialled: it becomes part of a dial string. */
export const target = {
  type: 'string',
  maxLength: 100,
  pattern: '^[A-Za-z0-9_.@-]+$',
  errorMessage: 'a name of letters, digits, _ . @ -',
} as const;

/** A number that a phone shows. */
export const shownNumber = {
  type: 'string',
  pattern: '^\\+?\\d{3,15}$',
  errorMessage: 'a number such as "+74951234567"',
} as const;

/** A sound file: FreeSWITCH gets its path. */
export const soundFile = {
  description: 'A sound file, relative to the sounds folder of the language; or a full path.',
  type: 'string',
  maxLength: 200,
  pattern: '^[A-Za-z0-9_./-]+$',
  errorMessage: 'the name of a sound file: letters, digits, _ . / -',
} as const;

/** What a text-to-speech engine speaks: FreeSWITCH gets it, so nothing that means something to it. */
export const spokenText = {
  type: 'string',
  maxLength: 200,
  pattern: '^(?=[\\p{L}\\p{N}])[\\p{L}\\p{M}\\p{N} .-]+$',
  errorMessage: 'a text of letters, digits, spaces and . -, at most 200 of them',
} as const;

/** Opening hours of a day. */
export const hours = {
  type: ['string', 'array'],
  pattern: '^closed$',
  minItems: 1,
  maxItems: 50,
  items: {
    type: 'string',
    pattern: '^([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
    errorMessage: 'a window such as "09:00-18:00" or, over midnight, "22:00-06:00"',
  },
  errorMessage: '"closed" or a list of windows such as ["09:00-13:00", "14:00-18:00"]',
} as const;

/** "2027-01-01" or "2027-01-01..2027-01-08" */
export const datesPattern = '^20\\d\\d-\\d\\d-\\d\\d(\\.\\.20\\d\\d-\\d\\d-\\d\\d)?$';
