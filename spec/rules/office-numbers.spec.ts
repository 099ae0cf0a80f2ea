import { expect, it } from '@jest/globals';
import { officeNumbers } from '../../lib/rules/office-numbers.js';
import { defaultCallback } from '../../lib/rules/callback-defaults.js';
import { context, rule } from './rule-context.js';

const callback = defaultCallback({ queue: 'sales@default' }, context);

it('are those that clients dial and those that they are shown, of every rule', () => {
  const rules = [
    rule('sales', {
      lostAt: [
        { kind: 'dialled', name: '+74951234567' },
        { kind: 'queue', name: '74951230001' },
      ],
    }),
    rule('fax', { lostAt: [{ kind: 'dialled', name: '84951234568' }], action: { kind: 'ignore' } }),
    rule('shown', { action: { ...callback, callerId: '74951234569' } }),
    rule('split', { action: { ...callback, to: { byDialled: { '+74951234560': { queue: 'sales@default' } } } } }),
  ];
  expect([...officeNumbers(rules, 'RU')]).toEqual([
    ['+74951234567', 'rule "sales"'],
    ['+74951234568', 'rule "fax"'],
    ['+74951234569', 'rule "shown"'],
    ['+74951234560', 'rule "split"'],
  ]);
  expect(officeNumbers(rules, 'RU')).toBe(officeNumbers(rules, 'RU'));
});
