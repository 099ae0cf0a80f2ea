import { describe, expect, it } from '@jest/globals';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEmployees } from '../../lib/config/employees.js';
import { packageFile } from '../../lib/config/package-root.js';
import { checkAll } from '../../lib/rules/check.js';
import { folderWith } from './temporary-folder.js';

function load(text: string) {
  const file = join(folderWith({ 'employees.json': text }), 'employees.json');
  const { employees, problems } = loadEmployees(file);
  return { employees, problems, messages: problems.map(({ line, column, message }) => `${line}:${column} ${message}`) };
}

const anna = '{"extension": "1001", "numbers": ["+74951230101"], "agents": ["1001@default"], "groups": ["sales"]}';

describe('the employees', () => {
  const { employees, problems } = load(
    `{"anna": ${anna}, "boris": {"name": "Boris", "extension": "1002", "groups": ["sales", "support"]}}`,
  );

  it.each(['anna', '1001', '1001@default', '+74951230101', '74951230101'])('are found by %s', (name) => {
    expect(problems).toEqual([]);
    expect(employees.find(name)).toMatchObject({ id: 'anna', numbers: ['+74951230101'] });
  });

  it('are not found by what is nobody', () => {
    for (const name of ['', '1003', 'toString', '1001@other']) expect(employees.find(name)).toBeUndefined();
  });

  it.each([
    [['1001', '1002'], 'sales'],
    [['1002', '74951230101'], 'sales'],
    [['1002'], 'support'],
    [['1001'], undefined],
    [['1001', '1002', '1003'], undefined],
    [[], undefined],
  ])('with the phones %j are the group %p', (phones, group) => {
    expect(employees.groupOf(phones)).toBe(group);
  });

  it('make the groups', () => {
    expect(employees.groups).toEqual(['sales', 'support']);
    expect(employees.members('sales').map(({ id }) => id)).toEqual(['anna', 'boris']);
    expect(employees.members('nobody')).toEqual([]);
  });
});

describe('employees.json', () => {
  it('may be missing', () => {
    expect(loadEmployees('/nowhere/employees.json')).toMatchObject({ problems: [] });
  });

  it('has all its problems shown at once, with their places', () => {
    const { messages, employees } = load(`{
  "anna": {"extention": "1001"},
  "Boris": {},
  "vera": {"numbers": ["12 34"], "name": ""}
}`);
    expect(messages).toEqual([
      '2:12 unknown key "extention"; did you mean "extension"?',
      expect.stringMatching(/^3:3 .*"Boris"/),
      expect.stringMatching(/^4:24 expected a number such as/),
      expect.stringMatching(/^4:42 expected a name of 1 to 100 characters/),
    ]);
    expect(employees.all).toEqual([]);
  });

  it('names an extension, a number and an agent once', () => {
    const { messages, employees } = load(
      `{"anna": ${anna}, "boris": {"extension": "1001", "numbers": ["74951230101"]}}`,
    );
    expect(messages).toEqual([
      expect.stringContaining('"1001" belongs to "anna" already'),
      expect.stringContaining('"74951230101" belongs to "anna" already'),
    ]);
    expect(employees.all).toEqual([]);
  });

  it('warns of somebody whom nobody can ring, and knows him', () => {
    const { problems, employees } = load('{"anna": {"agents": ["1001@default"]}}');
    expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('nobody can ring') }]);
    expect(employees.find('1001@default')?.id).toBe('anna');
  });

  it('that is no JSON is one problem', () => {
    expect(load('{"anna": ').problems.length).toBeGreaterThan(0);
  });

  it('is checked with the rest of the configuration, beside whose file it lies', () => {
    const folder = folderWith({ 'callbackd.json': '{}', 'employees.json': '{"anna": 5}' });
    const { problems, employees } = checkAll(join(folder, 'callbackd.json'), {});
    expect(problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('expected an object'));
    expect(employees?.all).toEqual([]);
  });

  it('as it is shipped is valid', () => {
    const folder = folderWith({});
    copyFileSync(packageFile('rules', 'employees.json'), join(folder, 'employees.json'));
    const { employees, problems } = loadEmployees(join(folder, 'employees.json'));
    expect(problems).toEqual([]);
    expect(employees.groupOf(['1001', '1002'])).toBe('sales');
  });
});
