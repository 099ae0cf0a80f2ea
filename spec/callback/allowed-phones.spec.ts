import { expect, it } from '@jest/globals';
import { allowedPhones } from '../../lib/callback/allowed-phones.js';
import type { Phone, Whom } from '../../lib/callback/whom.js';

const policy = {
  allow: ['RU'],
  deny: [],
  internal: /^\d{2,5}$/,
  country: 'RU',
  own: (e164: string) => (e164 === '+74951234567' ? 'clients dial it' : undefined),
};

const desk: Phone = { name: 'anna', extension: '1001', agents: [] };
const mobile: Phone = { name: 'boris', number: '84951230009', agents: [] };
const phone = (number: string): Phone => ({ name: number, number, agents: [] });
const target = (...phones: Phone[]): Whom => ({ kind: 'phones', phones, label: 'those who were tried', stepMs: 0, atOnce: 1 }); // prettier-ignore

it('extensions and numbers that may be dialled stay', () => {
  expect(allowedPhones(target(desk, mobile), policy)).toEqual(target(desk, mobile));
});

it.each(['+78095001234', '881612345678', '+380441230000', '+74951234567', '1234567', '0000000'])(
  'nobody is rung on %s',
  (number) => {
    expect(allowedPhones(target(phone(number), mobile), policy)).toEqual(target(mobile));
    expect(allowedPhones(target(phone(number)), policy)).toMatchObject({ kind: 'nobody', why: expect.stringMatching(/^nobody of those who were tried may be rung: /) }); // prettier-ignore
  },
);

it('queues and dialplan extensions are the admin’s business', () => {
  const queue: Whom = { kind: 'queue', queue: 'sales@default' };
  expect(allowedPhones(queue, policy)).toBe(queue);
});
