import { expect, test } from '@jest/globals';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { readEslPassword } from '../../lib/config/esl-password.js';
import { folderWith } from './temporary-folder.js';

function fromFile(content: string | Uint8Array, mode = 0o600): ReturnType<typeof readEslPassword> {
  const passwordFile = join(folderWith({ secret: content }), 'secret');
  chmodSync(passwordFile, mode);
  return readEslPassword({ esl: { host: 'h', port: 1, passwordFile } }, {});
}

test('from the environment, before the file', () => {
  const esl = { host: 'h', port: 1, passwordFile: '/nowhere' };
  expect(readEslPassword({ esl }, { CALLBACKD_ESL_PASSWORD: 'ClueCon' })).toEqual({
    password: 'ClueCon',
    problems: [],
  });
});

test.each(['ClueCon', 'ClueCon\n', 'ClueCon\r\n'])('from the file: %j', (content) => {
  expect(fromFile(content)).toEqual({ password: 'ClueCon', problems: [] });
});

test('spaces belong to it', () => {
  expect(fromFile(' a b \n').password).toBe(' a b ');
});

test.each(['', '\n', 'a\nexit\n', 'a\u0000'])('what would not be one password: %j', (content) => {
  const { password, problems } = fromFile(content);
  expect(password).toBeUndefined();
  expect(problems).toMatchObject([{ severity: 'error' }]);
});

test('neither: no password, and that is no problem of a file', () => {
  expect(readEslPassword({ esl: { host: 'h', port: 1 } }, {})).toEqual({ problems: [] });
});

test('a missing file is a problem', () => {
  const esl = { host: 'h', port: 1, passwordFile: '/nowhere/secret' };
  expect(readEslPassword({ esl }, {}).problems).toMatchObject([{ file: '/nowhere/secret', severity: 'error' }]);
});

test('a file that everybody may read is a warning', () => {
  const { password, problems } = fromFile('ClueCon', 0o644);
  expect(password).toBe('ClueCon');
  expect(problems).toMatchObject([{ severity: 'warning' }]);
});
