import { describe, expect, it, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { packageFile } from '../../lib/config/package-root.js';
import { factMeanings } from '../../lib/rules/fact-meanings.js';
import { factTypes } from '../../lib/rules/facts.js';
import { operatorMeanings, operatorsOf } from '../../lib/rules/operators.js';
import { schemaFiles } from '../../lib/rules/schema-files.js';

const names = Object.keys(schemaFiles);

test.each(names)('rules/%s is what the code gives; "npm run schemas" writes it', async (name) => {
  const file = packageFile('rules', name);
  const options = { ...(await resolveConfig(file)), filepath: file };
  expect(readFileSync(file, 'utf8')).toBe(await format(JSON.stringify(schemaFiles[name]), options));
});

test('there is no other schema', () => {
  const there = readdirSync(packageFile('rules')).filter((name) => name.endsWith('.schema.json'));
  expect(there.sort()).toEqual([...names].sort());
});

describe.each(names)('an editor explains every key of %s', (name) => {
  const keys = keysOf(schemaFiles[name]!);

  it.each(keys)('%s', (_, { description, $ref, ...schema }) => {
    expect(description).toMatch(/^[A-Z"{].{20,}|^(true|false): .{20,}/);
    // What a key may hold is said by one of these.
    expect($ref ?? schema.type ?? schema.enum ?? schema.const).toBeDefined();
  });

  it.each(keys.filter(([, { pattern }]) => pattern !== undefined))('%s says what fits', (_, { errorMessage }) => {
    expect(errorMessage).toMatch(/^\S.{3,}/);
  });
});

test('every fact and operator has a meaning, and every operator a fact', () => {
  expect(Object.keys(factMeanings)).toEqual(Object.keys(factTypes));
  expect([...new Set(Object.values(operatorsOf).flat())].sort()).toEqual(Object.keys(operatorMeanings).sort());
});

interface AnySchema {
  description?: string;
  errorMessage?: string;
  $ref?: string;
  type?: unknown;
  enum?: unknown;
  const?: unknown;
  pattern?: string;
  items?: AnySchema;
  properties?: Record<string, AnySchema>;
  patternProperties?: Record<string, AnySchema>;
  definitions?: Record<string, AnySchema>;
}

/** Every key and every kind of key, however deep, with what it may hold. */
function keysOf(schema: AnySchema, path = ''): [string, AnySchema][] {
  const own = Object.entries({ ...schema.properties, ...schema.patternProperties, ...schema.definitions });
  return own.flatMap(([key, value]): [string, AnySchema][] => [
    [`${path}${key}`, value],
    ...keysOf(value, `${path}${key}.`),
    ...keysOf(value.items ?? {}, `${path}${key}[].`),
  ]);
}
