import { expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../../lib/config/configuration.js';
import { RuleKeeper } from '../../lib/tasks/rule-keeper.js';
import { ManualClock } from '../../lib/time/clock.js';
import { folderWith } from '../config/temporary-folder.js';

const employees = '{ "anna": { "extension": "1001", "groups": ["sales"] } }';
const rule = '{ "name": "Sales", "callback": { "to": { "group": "sales" } } }';

/** An office whose database remembers what it is told. */
function office(files: Record<string, string>, remembered = new Map<string, string>()) {
  const folder = folderWith({
    'callbackd.json': '{"country": "RU"}',
    'employees.json': employees,
    'rules/10-sales.json': rule,
    ...files,
  });
  const { configuration } = loadConfiguration(join(folder, 'callbackd.json'));
  const store = {
    recall: (key: string) => remembered.get(key),
    remember: (key: string, value: string) => void remembered.set(key, value),
  };
  const parts = { configuration: configuration!, store, clock: new ManualClock(0), offPeriods: () => [] };
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  return { keeper: new RuleKeeper(parts), write, remembered };
}

const messages = ({ problems }: RuleKeeper): string[] =>
  problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);

test('a group that is gone from employees.json stays in force for the rule that rings it, and is told', () => {
  const { keeper, write } = office({});
  keeper.put(keeper.look());
  expect(messages(keeper)).toEqual([]);
  write('employees.json', '{ "anna": { "extension": "1001", "groups": ["support"] } }');
  keeper.put(keeper.look());
  expect(messages(keeper)).toEqual(['nobody of employees.json belongs to the group "sales"; its groups are support']);
  expect(keeper.book.callbackOf('sales')?.to).toMatchObject({ group: 'sales' });
});

test('while employees.json is broken, its last good version says who is in a group', () => {
  const { keeper, write } = office({});
  keeper.put(keeper.look());
  write('employees.json', '{');
  write('rules/20-support.json', rule.replace('"group": "sales"', '"group": "support"'));
  keeper.put(keeper.look());
  expect(messages(keeper)).toEqual([
    'nobody of employees.json belongs to the group "support"; its groups are sales',
    expect.stringContaining('not valid JSON'),
  ]);
  expect([...keeper.inForce.kept.keys()]).toEqual([]);
});

test('what a former version of callbackd has kept is still in force', () => {
  const kept = {
    format: 1,
    rules: [
      { rule: { id: 'quiet', order: 5, file: '', name: 'q', enabled: true, lostAt: [], minWaitMs: 0, action: { kind: 'ignore' } } },
      {
        rule: {
          ...{ id: 'sales', order: 10, file: '', name: 'Sales', enabled: true, lostAt: [{ kind: 'any' }], minWaitMs: 0 },
          action: { kind: 'callback', to: { extension: '1001' }, promptFile: '/s/own.wav', afterMs: [0], maxConcurrent: 1, successAfterMs: 1, expireAfterMs: 'never' },
        },
      },
    ],
    schedules: [],
    employees: [],
  }; // prettier-ignore
  const { keeper } = office({ 'rules/10-sales.json': '{', 'rules/05-quiet.json': '{' }, new Map([['last good files', JSON.stringify(kept)]])); // prettier-ignore
  expect(keeper.book.callbackOf('sales')).toEqual({
    ...{ kind: 'callback', to: { extension: '1001' }, prompt: [{ file: '/s/own.wav' }] },
    ...{ afterwards: false, priority: 'keepPlace', afterMs: [0], maxConcurrent: 1, successAfterMs: 1 },
    expireAfterMs: 'never',
  });
  expect(keeper.book.rules.map(({ action }) => action.kind)).toEqual(['ignore', 'callback']);
});
