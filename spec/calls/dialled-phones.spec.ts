import { expect, it } from '@jest/globals';
import { dialledPhones } from '../../lib/calls/dialled-phones.js';

it.each([
  ['user/1001@pbx.office', { users: ['1001'], together: true }],
  ['user/1001', { users: ['1001'], together: true }],
  ['user/1001@a,user/1002@a', { users: ['1001', '1002'], together: true }],
  ['user/1001@a|user/1002@a', { users: ['1001', '1002'], together: false }],
  ['user/1001@a:_:user/1002@a', { users: ['1001', '1002'], together: true }],
  ['{a=b,c=d|e}[leg_timeout=5,x=1]user/1001@a,[leg_delay_start=10]user/1001@a', { users: ['1001'], together: true }],
  ['group/sales@office', { users: [], group: 'sales', together: true }],
  ['sofia/gateway/trunk/74951230001', { users: [], together: true }],
  ['error/user_busy', { users: [], together: true }],
  ['', { users: [], together: true }],
  [undefined, { users: [], together: true }],
])('%p rings %j', (dialString, expected) => {
  expect(dialledPhones(dialString)).toEqual(expected);
});
