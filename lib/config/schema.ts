/** Checks a file against one of the shipped JSON Schemas: all problems at once, in the admin's words. */
import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';
import type { JsonFile } from './json-file.js';
import { didYouMean } from './nearest.js';
import { packageFile } from './package-root.js';
import { formatFound, formatPath, type JsonPath, type Problem } from './problem.js';

export type SchemaName = 'callbackd' | 'employees' | 'rule' | 'schedules';

/** Sentences for keys that somebody will try although they don't exist, by path. */
export type KeyHints = Readonly<Record<string, string>>;

const validators = new Map<SchemaName, ValidateFunction>();

/** All problems of the file; an empty list means that its value has the schema's type. */
export function checkSchema(json: JsonFile, name: SchemaName, hints: KeyHints = {}): Problem[] {
  const validate = validatorOf(name);
  if (validate(json.value)) return [];
  return (validate.errors ?? [])
    .map((error) => schemaProblem(json, error, hints))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function validatorOf(name: SchemaName): ValidateFunction {
  let validate = validators.get(name);
  if (validate === undefined) {
    const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
    // "errorMessage" is what editors show instead of their own sentence; here it says what is expected.
    ajv.addKeyword('errorMessage');
    validate = ajv.compile(
      JSON.parse(readFileSync(packageFile('rules', `${name}.schema.json`), 'utf8')) as AnySchemaObject,
    );
    validators.set(name, validate);
  }
  return validate;
}

function schemaProblem(json: JsonFile, error: ErrorObject, hints: KeyHints): Problem {
  const path = pathOf(error.instancePath, json.value);
  const params = error.params as Record<string, unknown>;
  const schema: AnySchemaObject = error.parentSchema ?? {};
  if (error.keyword === 'additionalProperties') {
    const key = String(params.additionalProperty);
    const keyPath = [...path, key];
    const known = Object.keys((schema.properties ?? {}) as object).filter((name) => !name.startsWith('$'));
    const hint = hints[formatPath(keyPath)];
    const allowed = known.length > 0 ? known.join(', ') : (schema.errorMessage as string | undefined);
    return json.problem(keyPath, hint ?? unknownKey(key, known, schema), {
      atKey: true,
      ...(allowed === undefined ? {} : { expected: allowed }),
    });
  }
  if (error.keyword === 'required') {
    const key = String(params.missingProperty);
    return json.problem(path, `the key "${key}" is missing`, { expected: key });
  }
  const expected = (schema.errorMessage as string | undefined) ?? expectation(error, params);
  const guess =
    error.keyword === 'enum' && typeof error.data === 'string'
      ? didYouMean(error.data, (params.allowedValues as unknown[]).map(String))
      : '';
  return json.problem(path, `expected ${expected}, found ${formatFound(error.data)}${guess}`, { expected });
}

function unknownKey(key: string, known: readonly string[], schema: AnySchemaObject): string {
  if (known.length === 0 && typeof schema.errorMessage === 'string') {
    return `expected ${schema.errorMessage}, found the key ${formatFound(key)}`;
  }
  const guess = didYouMean(key, known);
  return `unknown key ${formatFound(key)}${guess === '' ? `; known are ${known.join(', ')}` : guess}`;
}

function expectation(error: ErrorObject, params: Record<string, unknown>): string {
  switch (error.keyword) {
    case 'type':
      return [params.type].flat().map(withArticle).join(' or ');
    case 'enum':
      return `one of ${(params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'const':
      return JSON.stringify(params.allowedValue);
    case 'minimum':
      return `at least ${String(params.limit)}`;
    case 'maximum':
      return `at most ${String(params.limit)}`;
    case 'minItems':
      return `at least ${String(params.limit)} in the list`;
    case 'maxItems':
      return `at most ${String(params.limit)} in the list`;
    case 'uniqueItems':
      return 'no value twice';
    default:
      return `something that ${error.message ?? 'fits the schema'}`;
  }
}

function withArticle(type: unknown): string {
  const names: Record<string, string> = {
    string: 'text in double quotes',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list [...]',
    object: 'an object {...}',
  };
  return names[String(type)] ?? String(type);
}

/** ajv's JSON pointer as a path; list indexes become numbers where the value there is a list. */
function pathOf(pointer: string, root: unknown): JsonPath {
  let value = root;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(value) ? Number(key) : key;
      value = (value as Record<string | number, unknown> | undefined)?.[step];
      return step;
    });
}
