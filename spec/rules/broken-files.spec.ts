import { describe, expect, it, test } from '@jest/globals';
import { join } from 'node:path';
import { formatProblem } from '../../lib/config/problem.js';
import { checkAll } from '../../lib/rules/check.js';
import { cli } from '../cli/cli.js';
import { folderWith } from '../config/temporary-folder.js';
import { brokenFiles, goodOffice, type BrokenFiles } from './broken-files.js';

const environment = { CALLBACKD_ESL_PASSWORD: 'only-in-specs' };

function linesOf(files: BrokenFiles['all']): string[] {
  const folder = folderWith(files);
  const { problems } = checkAll(join(folder, 'callbackd.json'), environment);
  return problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''));
}

const isWarning = (line: string): boolean => / warning: /.test(line);

test('the office around them has no problem', () => {
  expect(linesOf(goodOffice)).toEqual([]);
});

test('there are many of them, of every kind', () => {
  expect(brokenFiles.length).toBeGreaterThan(170);
  expect(new Set(brokenFiles.map(({ name }) => name.split('/')[0]))).toEqual(
    new Set(['rules', 'schedules', 'holidays', 'employees', 'configuration', 'folders', 'made']),
  );
});

describe('what the admin is told', () => {
  it.each(brokenFiles.map((each) => [each.name, each] as const))('%s', (_, { all, expected }) => {
    expect(expected.join('\n')).toMatch(/^\S.*:\d+:\d+: /);
    expect(linesOf(all)).toEqual(expected);
  });
});

describe('callbackd check', () => {
  const errors = brokenFiles.filter(({ expected }) => !expected.every(isWarning));

  it('ends with 1 and shows just these lines, without a stack trace', async () => {
    for (const { name, all, expected } of errors) {
      const folder = folderWith(all);
      const { code, out, err } = await cli('check', '--offline', '--config', join(folder, 'callbackd.json'));
      const shown = out.split('\n').filter((line) => !line.includes('no ESL password'));
      const told = shown.map((line) => line.replaceAll(`${folder}/`, ''));
      expect([name, code, told]).toEqual([name, 1, expected.map((line) => line.replace(/[\u007f-\u009f]/g, '·'))]);
      expect(err).toMatch(/^\d+ errors?$/);
    }
  });

  it('ends with 0 when there are only warnings', async () => {
    const warnings = brokenFiles.filter(({ expected }) => expected.every(isWarning));
    expect(warnings.length).toBeGreaterThan(10);
    for (const { name, all, expected } of warnings) {
      const file = join(folderWith(all), 'callbackd.json');
      const { code, out } = await cli('check', '--offline', '--config', file);
      expect([name, code]).toEqual([name, 0]);
      expect(out.split('\n').length).toBeGreaterThan(expected.length);
    }
  });
});
