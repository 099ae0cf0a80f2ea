/** `outbound` of callbackd.json. */
import type { Schema } from './schema.js';
import { country, duration, shownNumber } from './schema-parts.js';

const route = {
  type: 'string',
  maxLength: 200,
  pattern:
    '^(?!.*:_:)(?=.*\\{(number|e164|national)\\})([A-Za-z0-9_./@:;=+-]|\\{number\\}|\\{e164\\}|\\{national\\})+$',
  errorMessage:
    'a dial string such as "sofia/gateway/trunk/{number}": letters, digits, _ . / @ : ; = + - and {number}, {e164} or {national}',
} as const;

function most(description: string, fallback: number) {
  return {
    description,
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: fallback,
    errorMessage: 'a whole number from 1 to 1000000',
  } as const;
}

export const outbound = {
  description: 'How clients are dialled.',
  type: 'object',
  additionalProperties: false,
  properties: {
    route: {
      ...route,
      description:
        'Dial string of the client\'s leg, such as "sofia/gateway/trunk/{number}". {number}: E.164 digits, {e164}: the same with a plus, {national}: as it is dialled within its country, digits only. Default: none, and nobody can be dialled.',
    },
    routes: {
      description:
        'Dial strings for clients who had dialled these numbers, such as {"+74951234567": "sofia/gateway/sales/{number}"}. Default: none, and all go by "route".',
      type: 'object',
      additionalProperties: false,
      patternProperties: {
        '^\\+?[0-9]{2,15}$': { ...route, description: 'By a number that clients dial: the dial string for them.' },
      },
      errorMessage: 'dial strings by the dialled number, such as {"+74951234567": "sofia/gateway/sales/{number}"}',
    },
    callerId: {
      ...shownNumber,
      description: 'Number shown to the client. Default: the one that he had dialled. A rule may name another.',
    },
    ringTimeout: {
      ...duration,
      default: '45s',
      description: 'How long the client\'s phone may ring. From "5s" to "5m".',
    },
    pace: {
      ...duration,
      default: '1s',
      description:
        'The least time between the starts of two callbacks, so that a backlog is not dialled all at once. "0s": as fast as the limits allow; at most "1h".',
    },
    allow: {
      description:
        'Countries that may be dialled, by their two capital letters (ISO 3166). Default: the one of "country".',
      type: 'array',
      maxItems: 300,
      uniqueItems: true,
      items: country,
      errorMessage: 'a list of countries such as ["RU", "KZ"]',
    },
    deny: {
      description:
        'Numbers that are never dialled, in E.164; "*" stands for any digits: ["+7900*"]. Default: none beside those that never are (premium, emergency, internal and such).',
      type: 'array',
      maxItems: 10_000,
      uniqueItems: true,
      default: [],
      items: {
        type: 'string',
        pattern: '^(?=.*[0-9])[+*][0-9*]{1,30}$',
        errorMessage: 'a number or a pattern with its country code, such as "+7900*"',
      },
      errorMessage: 'a list of numbers or patterns such as ["+7900*"]',
    },
    perClient: {
      description: 'How often one client is dialled at most, whatever the rules say.',
      type: 'object',
      additionalProperties: false,
      properties: {
        hour: most('Calls to one client within any 60 minutes.', 5),
        day: most('Calls to one client within any 24 hours.', 10),
      },
      errorMessage: 'an object such as {"hour": 5, "day": 10}',
    },
    overall: {
      description: 'How much is dialled at most over all rules.',
      type: 'object',
      additionalProperties: false,
      properties: {
        hour: most('Calls to clients within any 60 minutes.', 100),
        day: most('Calls to clients within any 24 hours.', 1_000),
        concurrent: most('Callbacks at a time, those of all rules together.', 10),
      },
      errorMessage: 'an object such as {"hour": 100, "day": 1000, "concurrent": 10}',
    },
  },
} as const satisfies Schema;
