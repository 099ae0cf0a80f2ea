/** The README says what is there: its examples are checked, its commands executed, its tables compared. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { exitCodes } from '../../lib/cli/exit-code.js';
import { packageFile } from '../../lib/config/package-root.js';
import { factTypes } from '../../lib/rules/facts.js';
import { folderWith } from '../config/temporary-folder.js';
import { codeBlocks, codeIn, tableRows, textOf } from './markdown.js';

const readme = textOf('README.md');
const blocks = codeBlocks(readme);
const shell = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
const packageJson = JSON.parse(textOf('package.json')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The built executable, as an admin would run it; the password only where it is asked for. */
function callbackd(folder: string, args: readonly string[], password?: string): Promise<Ran> {
  const env = { ...process.env, CALLBACKD_ESL_PASSWORD: password ?? '' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [packageFile('dist', 'bin', 'callbackd.js'), ...args],
      { cwd: folder, env, timeout: 20_000 },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
}

describe('the files in the README', () => {
  const files = Object.fromEntries(
    blocks.flatMap(({ file, text }): [string, string][] => (file === undefined ? [] : [[file, text]])),
  );

  it('are a configuration, schedules and rules', () => {
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['callbackd.json', 'schedules.json']));
    expect(Object.keys(files).filter((file) => file.startsWith('rules/')).length).toBeGreaterThanOrEqual(3);
    expect(blocks.filter(({ language, file }) => language === 'json' && file === undefined)).toEqual([]);
  });

  it('pass callbackd check together, without a warning', async () => {
    const { code, out } = await callbackd(folderWith(files), ['check', '--json'], 'secret');
    const rules = Object.keys(files).flatMap((file) => /^rules\/\d+-(.*)\.json$/.exec(file)?.[1] ?? []);
    expect(JSON.parse(out)).toEqual({ ok: true, rules: expect.arrayContaining(rules), problems: [] });
    expect(code).toBe(0);
  });

  it('are the shipped ones where they have their names', () => {
    expect(files['rules/10-sales.json']).toBe(textOf('rules', '10-sales.json'));
  });

  it('and the shipped samples pass callbackd check as well', async () => {
    const samples = {
      'callbackd.json': textOf('rules', 'callbackd.json'),
      'schedules.json': textOf('rules', 'schedules.json'),
      'holidays-ru.json': textOf('rules', 'holidays-ru.json'),
      'rules/10-sales.json': textOf('rules', '10-sales.json'),
      'rules/rule.schema.json': textOf('rules', 'rule.schema.json'),
    };
    const { out } = await callbackd(folderWith(samples), ['check', '--json'], 'secret');
    expect(JSON.parse(out)).toEqual({ ok: true, rules: ['sales'], problems: [] });
  });
});

describe('the commands in the README', () => {
  /** Words after `callbackd`, whoever runs it; the configuration of a real office is never touched. */
  const lines = shell.flatMap((line) => /^(?:sudo (?:-u \S+ )?)?callbackd (.*)$/.exec(line)?.[1] ?? []);
  const commands = [...new Set(lines)].map((line): [string, string[]] => [
    line,
    line.split(' ').map((word, index, all) => (all[index - 1] === '--config' ? 'callbackd.json' : word)),
  ]);
  const ran = new Map<string, Ran>();

  beforeAll(async () => {
    const left = [...commands];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [line, words] = next;
        // The demo takes its time and has a spec of its own; `run` ends at once for want of a password.
        const args = words[0] === 'demo' ? ['demo', '--help'] : words;
        ran.set(line, await callbackd(folderWith({ 'callbackd.json': '{}' }), args));
      }
    };
    // A few at a time: each is a process of its own.
    await Promise.all([work(), work(), work()]);
  }, 90_000);

  it.each(commands)('callbackd %s is understood', (line) => {
    const { code, err } = ran.get(line)!;
    expect([line, Object.values(exitCodes).filter((each) => each !== exitCodes.usage), err]).toEqual([
      line,
      expect.arrayContaining([code]),
      err,
    ]);
  });

  it('are every command that there is', async () => {
    const folder = folderWith({});
    const namesIn = ({ out }: Ran): string[] =>
      [...(/^Commands:\n((?: .*\n)+)/m.exec(out)?.[1] ?? '').matchAll(/^ {2}(\w+)/gm)]
        .map(([, name = '']) => name)
        .filter((name) => name !== 'help');
    const [all, ofTasks] = await Promise.all([callbackd(folder, ['--help']), callbackd(folder, ['tasks', '--help'])]);
    const there = namesIn(all).flatMap((name) =>
      name === 'tasks' ? namesIn(ofTasks).map((sub) => `callbackd tasks ${sub}`) : `callbackd ${name}`,
    );
    const told = tableRows(readme, 'command').map(([command]) => codeIn(command));
    expect(told.sort()).toEqual(there.sort());
  });

  it('of npm are scripts of package.json', () => {
    const scripts = [...readme.matchAll(/npm (?:run ([\w:]+)|(test))/g)].map(([, script, test]) => script ?? test);
    expect(scripts).toContain('demo');
    for (const script of scripts) expect(Object.keys(packageJson.scripts)).toContain(script);
  });

  it('for a newcomer are these two, and .ci/run does the same', () => {
    expect(shell).toEqual(expect.arrayContaining(['npm ci && npm run demo', 'npm ci && npm test']));
    const steps = [...textOf('.ci', 'run').matchAll(/^step (.*)$/gm)].map(([, step]) => step);
    expect(steps).toEqual(['npm ci', 'npm run demo', 'npm test']);
  });

  it('copy only files that are there', () => {
    const copied = shell
      .flatMap((line) => /^sudo cp (.*) \S+$/.exec(line)?.[1]?.split(' ') ?? [])
      .filter((file) => !isThere(file));
    expect(copied).toEqual([]);
  });

  /** As a shell would find it: `*` stands for anything in a name. */
  function isThere(file: string): boolean {
    if (!/[*[]/.test(file)) return existsSync(packageFile(file));
    const pattern = new RegExp(`^${basename(file).replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
    return readdirSync(packageFile(dirname(file))).some((name) => pattern.test(name));
  }
});

describe('the tables in the README', () => {
  it('the exit codes are those of the code', () => {
    const told = tableRows(readme, 'exit code', 'name').map(([code, name]) => [codeIn(name), Number(code)]);
    expect(Object.fromEntries(told)).toEqual(exitCodes);
  });

  it.each([
    ['callbackd', ['key', 'default', 'what it says']],
    ['rule', ['rule key', 'default', 'what it says']],
  ])('the keys and defaults are those of %s.schema.json', (schema, head) => {
    const told = tableRows(readme, ...head).map(([key, value]) => [codeIn(key), jsonOf(codeIn(value))]);
    expect(Object.fromEntries(told)).toStrictEqual(
      keysOf(JSON.parse(textOf('rules', `${schema}.schema.json`)) as Schema),
    );
  });

  it('the facts are those of the code', () => {
    const told = tableRows(readme, 'fact', 'value').map(([fact]) => codeIn(fact));
    expect(told).toEqual(Object.keys(factTypes));
  });

  it('the folders are those of lib/, in the order of the architecture rules', () => {
    const told = tableRows(readme, 'folder', 'what it does').map(([folder]) => codeIn(folder));
    const { forbidden } = createRequire(import.meta.url)(packageFile('.dependency-cruiser.cjs')) as {
      forbidden: { name: string }[];
    };
    const layers = forbidden.flatMap(({ name }) => (name.startsWith('layer-') ? [`lib/${name.slice(6)}`] : []));
    expect(told).toEqual(layers);
    expect([...told].sort()).toEqual(readdirSync(packageFile('lib')).map((name) => `lib/${name}`));
  });

  it('every dependency has a line', () => {
    const told = tableRows(readme, 'package', 'why').map(([name]) => codeIn(name));
    const there = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies });
    expect(told.sort()).toEqual(there.sort());
  });
});

it('the documents link only to files that are there', () => {
  const documents = ['README.md', 'CHANGELOG.md', ...markdownIn('docs'), ...markdownIn(join('docs', 'decisions'))];
  const dead = documents.flatMap((file) =>
    [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(packageFile(join(file, '..', target))))
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});

interface Schema {
  $ref?: string;
  type?: string | string[];
  default?: unknown;
  const?: unknown;
  properties?: Record<string, Schema>;
}

/** Every key that holds a value, with its default; undefined where the schema names none. */
function keysOf({ properties = {} }: Schema, path = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(properties)
      .filter(([key]) => key !== '$schema')
      .map(([key, schema]) =>
        // The keys of a value that may also be text or a list, of a target, and those that the admin chooses, are explained with it.
        schema.type === 'object' && schema.properties !== undefined && key !== 'to'
          ? keysOf(schema, `${path}${key}.`)
          : { [path + key]: schema.default },
      ),
  ) as Record<string, unknown>;
}

function jsonOf(text: string | undefined): unknown {
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function markdownIn(folder: string): string[] {
  return readdirSync(packageFile(folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}
