/**
 * Everything an admin can get wrong in his files, each with the lines that he is told. In spec/fixtures/broken: the office around
 * it, and beside each broken file, or in each folder of files, a .txt with these lines.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { longestFile } from '../../lib/config/text-file.js';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', 'broken');

type Files = Record<string, string | Uint8Array>;

export interface BrokenFiles {
  /** e.g. rules/trailing-comma */
  name: string;
  /** The broken ones, by path below the folder of callbackd.json. */
  files: Files;
  /** Those of the office and the broken ones. */
  all: Files;
  /** `file:line:column: path: message`, file relative to that folder. */
  expected: string[];
  /** Where `expected` stands; absent for those that are made here. */
  expectedFile?: string;
}

/** An office without problems, by path. */
export const goodOffice: Files = filesIn(join(fixtures, 'office'));

/** Where a single broken file belongs. */
const placeOf: Record<string, (name: string) => string> = {
  rules: (name) => `rules/10-${name}.json`,
  schedules: () => 'schedules.json',
  holidays: () => 'holidays.json',
  employees: () => 'employees.json',
  configuration: () => 'callbackd.json',
};

/** What the office needs besides for the broken file to be looked at. */
const alongWith: Record<string, Files> = {
  holidays: {
    'schedules.json': '{ "office-hours": { "weekly": { "mon-fri": ["09:00-18:00"] }, "holidays": ["holidays.json"] } }',
  },
};

export const brokenFiles: readonly BrokenFiles[] = [
  ...Object.entries(placeOf).flatMap(([kind, place]) => singleFiles(kind, place)),
  ...foldersOfFiles(),
  ...madeHere(),
];

function singleFiles(kind: string, place: (name: string) => string): BrokenFiles[] {
  const folder = join(fixtures, kind);
  return namesIn(folder, '.json').map((name) => {
    const files = { ...alongWith[kind], [place(name)]: readFileSync(join(folder, `${name}.json`)) };
    return broken(`${kind}/${name}`, files, join(folder, `${name}.txt`));
  });
}

function foldersOfFiles(): BrokenFiles[] {
  const folder = join(fixtures, 'folders');
  return namesIn(folder, '.txt').map((name) =>
    broken(`folders/${name}`, filesIn(join(folder, name)), join(folder, `${name}.txt`)),
  );
}

/** Too large to be kept. */
function madeHere(): BrokenFiles[] {
  const deep = `{ "name": "Deep", "when": ${'{ "not": '.repeat(100_000)}${'}'.repeat(100_001)}`;
  const large = `{ "name": "Large", "comment": "${'x'.repeat(longestFile)}", "ignore": true }`;
  const file = 'rules/10-made.json';
  return [
    withLines('made/nested-too-deep', { [file]: deep }, [`${file}:1:594: nested more than 64 levels deep`]),
    withLines('made/too-large', { [file]: large }, [
      `${file}:1:1: too large: ${large.length} bytes, at most ${longestFile} are read`,
    ]),
  ];
}

function broken(name: string, files: Files, expectedFile: string): BrokenFiles {
  const lines = existsSync(expectedFile) ? readFileSync(expectedFile, 'utf8').trimEnd().split('\n') : [];
  return { ...withLines(name, files, lines), expectedFile };
}

function withLines(name: string, files: Files, expected: string[]): BrokenFiles {
  // A file may stand where the office has a folder, and the other way round.
  const stays = (path: string): boolean =>
    !Object.keys(files).some((each) => each === path || path.startsWith(`${each}/`) || each.startsWith(`${path}/`));
  const kept = Object.entries(goodOffice).filter(([path]) => stays(path));
  return { name, files, all: { ...Object.fromEntries(kept), ...files }, expected };
}

function filesIn(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
}

function namesIn(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}
