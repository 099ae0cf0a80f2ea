/** Checks a file against a JSON Schema: all problems at once, in the admin's words. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { JsonFile } from './json-file.js';
import { didYouMean } from './nearest.js';
import { meantExample, meantKey, meantWord } from './likely-meant.js';
import { formatFound, formatPath, type JsonPath, type Problem } from './problem.js';

/**
 * A JSON Schema (draft 07) from which a type is derived and a file in rules/ is made. `errorMessage` says what is expected, here
 * and in editors; every key has a description.
 */
export interface Schema {
  readonly description?: string;
  readonly errorMessage?: string;
  readonly properties?: Readonly<Record<string, Schema & { readonly description: string }>>;
  readonly patternProperties?: Readonly<Record<string, Schema & { readonly description: string }>>;
  readonly [keyword: string]: unknown;
}

/** Sentences for keys that somebody will try although they don't exist, by path. */
export type KeyHints = Readonly<Record<string, string>>;

const validators = new WeakMap<Schema, ValidateFunction>();

/** All problems of the file; an empty list means that its value has the schema's type. */
export function checkSchema(json: JsonFile, schema: Schema, hints: KeyHints = {}): Problem[] {
  const validate = validatorOf(schema);
  if (validate(json.value)) return [];
  return firstOfEach(validate.errors ?? [])
    .map((error) => schemaProblem(json, error, hints))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Compiling costs some milliseconds: only what is used is compiled, and once. */
function validatorOf(schema: Schema): ValidateFunction {
  let validate = validators.get(schema);
  if (validate === undefined) {
    const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true });
    // These two are for editors, which show "errorMessage" instead of their own sentence.
    ajv.addKeyword('errorMessage');
    ajv.addKeyword('enumDescriptions');
    validate = ajv.compile(schema);
    validators.set(schema, validate);
  }
  return validate;
}

/** A value of the wrong type often breaks further rules of its schema: the first one says enough. */
function firstOfEach(errors: readonly ErrorObject[]): ErrorObject[] {
  const aboutKeys = ['additionalProperties', 'required'];
  const seen = new Set<string>();
  return errors.filter(({ instancePath, keyword }) => {
    if (aboutKeys.includes(keyword)) return true;
    const first = !seen.has(instancePath);
    seen.add(instancePath);
    return first;
  });
}

function schemaProblem(json: JsonFile, error: ErrorObject, hints: KeyHints): Problem {
  const path = pathOf(error.instancePath, json.value);
  const params = error.params as Record<string, unknown>;
  const schema: Schema = error.parentSchema ?? {};
  if (error.keyword === 'additionalProperties') {
    const key = String(params.additionalProperty);
    const keyPath = [...path, key];
    const known = Object.keys((schema.properties ?? {}) as object).filter((name) => !name.startsWith('$'));
    const hint = Object.hasOwn(hints, formatPath(keyPath)) ? hints[formatPath(keyPath)] : undefined;
    const allowed = known.length > 0 ? known.join(', ') : schema.errorMessage;
    return json.problem(keyPath, hint ?? unknownKey(key, known, schema), {
      atKey: true,
      ...(allowed === undefined ? {} : { expected: allowed }),
    });
  }
  if (error.keyword === 'required') {
    const key = String(params.missingProperty);
    return json.problem(path, `the key "${key}" is missing`, { expected: key });
  }
  if (error.keyword === 'uniqueItems') return twice(json, path, error);
  const expected = schema.errorMessage ?? expectation(error, params);
  const guess = typeof error.data === 'string' ? guessed(error.data, error.keyword, params, schema) : '';
  return json.problem(path, `expected ${expected}, found ${formatFound(error.data)}${guess}`, { expected });
}

function guessed(found: string, keyword: string, params: Record<string, unknown>, schema: Schema): string {
  const refused = keyword === 'pattern' ? refusedCharacter(found, String(schema.pattern)) : undefined;
  if (refused !== undefined) return refused;
  if (keyword === 'enum') return meantWord(found, (params.allowedValues as unknown[]).map(String));
  return keyword === 'pattern' && Array.isArray(schema.examples)
    ? meantExample(found, schema.examples as string[])
    : '';
}

/** Patterns of texts in any script: the eye doesn't find the one character that is too many. */
function refusedCharacter(found: string, pattern: string): string | undefined {
  const characters = /(\[\\p\{L\}[^\]]+\])[+*]\$$/.exec(pattern)?.[1];
  const fits = characters === undefined ? undefined : new RegExp(characters, 'u');
  const refused = fits && [...found].find((character) => !fits.test(character));
  if (refused === undefined) return undefined;
  const code = refused.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `: ${/[\p{C}\p{Z}]/u.test(refused) ? `the character U+${code}` : JSON.stringify(refused)} may not stand in it`;
}

function twice(json: JsonFile, path: JsonPath, error: ErrorObject): Problem {
  const { i } = error.params as { i: number };
  const expected = 'no value twice';
  return json.problem([...path, i], `${formatFound((error.data as unknown[])[i])} stands in this list twice`, {
    expected,
  });
}

function unknownKey(key: string, known: readonly string[], schema: Schema): string {
  const patterns = Object.keys(schema.patternProperties ?? {});
  if (patterns.length > 0 && schema.errorMessage !== undefined) {
    return `expected ${schema.errorMessage}, found the key ${formatFound(key)}${meantKey(key, patterns)}`;
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
