import { describe, expect, it } from '@jest/globals';
import { callerOf } from '../../lib/calls/caller.js';
import { isAnonymous, toE164, whyNotDialled } from '../../lib/calls/phone-number.js';

describe('toE164', () => {
  it.each<[number: string | undefined, country: string | undefined, e164: string | undefined]>([
    ['+74951230001', undefined, '+74951230001'],
    ['+7 (495) 123-00-01', undefined, '+74951230001'],
    ['+7.495.123.00.01', 'RU', '+74951230001'],
    ['74951230001', 'RU', '+74951230001'],
    ['84951230001', 'RU', '+74951230001'],
    ['4951230001', 'RU', '+74951230001'],
    ['810380441230000', 'RU', '+380441230000'],
    ['0074951230001', undefined, '+74951230001'],
    ['0441230000', 'UA', '+380441230000'],
    ['00380441230000', 'DE', '+380441230000'],
    ['+12025550123', 'RU', '+12025550123'],
    ['2025550123', 'US', '+12025550123'],
    ['380441230000', 'RU', '+380441230000'], // trunks leave out the plus of foreign numbers too
    ['74951230001', 'US', '+74951230001'],
    // An extension belongs to the same client.
    ['+74951230001;ext=101', 'RU', '+74951230001'],
    ['8 (495) 123-00-01 ext. 101', 'RU', '+74951230001'],
    ['84951230001x12', 'RU', '+74951230001'],
    ['84951230001,101', 'RU', '+74951230001'],
    // Without a country a number is read only when it says its own.
    ['74951230001', undefined, undefined],
    ['4951230001', undefined, undefined],
    // No numbers that anybody can be called back on.
    ['+15550100', undefined, undefined],
    ['+1555012345678901234', undefined, undefined],
    ['1001', 'RU', undefined],
    ['112', 'RU', undefined],
    ['101', 'DE', undefined],
    ['12345', 'AT', undefined], // the library takes it for +43 12345
    ['+7', 'RU', undefined],
    ['anonymous', 'RU', undefined],
    ['', 'RU', undefined],
    [undefined, 'RU', undefined],
    ['7495123000x', 'RU', undefined],
    ['+7495123,0001', 'RU', undefined],
    ['7495\n1230001', 'US', undefined],
    ['++74951230001', 'RU', undefined],
    ['sip:74951230001', 'RU', undefined],
  ])('%p in %p is %p', (number, country, e164) => {
    expect(toE164(number, country)).toBe(e164);
  });
});

describe('isAnonymous', () => {
  it.each([undefined, '', ' ', 'anonymous', 'ANONYMOUS', 'unknown', 'restricted', 'private', 'unavailable', '0'])(
    '%p is withheld',
    (number) => expect(isAnonymous(number)).toBe(true),
  );
  it.each(['74951230001', '1001', '00', 'anonymous.invalid'])('%p is not', (number) =>
    expect(isAnonymous(number)).toBe(false),
  );
});

describe('whyNotDialled', () => {
  it.each<[e164: string, allow: string[], why: RegExp | undefined]>([
    ['+74951230001', ['RU'], undefined],
    ['+79161234567', ['UA', 'RU'], undefined],
    ['+74951230001', [], /no country may be dialled/],
    ['+380441230000', ['UA'], undefined],
    ['+74951230001', ['UA'], /is in RU, allowed: UA/],
    ['+380441230000', ['RU'], /is in UA, allowed: RU/],
    ['+12025550123', ['RU'], /is in US, allowed: RU/],
    ['+78095001234', ['RU'], /premium rate/],
    ['+19005550123', ['US'], /premium rate/],
    ['+88312345678', ['RU'], /allowed: RU|no valid number/],
    ['+15550100', ['US'], /no valid number/],
    ['74951230001', ['RU'], /no E.164 number/],
    ['+112', ['RU'], /no E.164 number/],
    ['+0049301234567', ['DE'], /no E.164 number/],
    ['+7495123000x', ['RU'], /no E.164 number/],
    ['+74951230001\n', ['RU'], /no E.164 number/],
    ['', [], /no E.164 number/],
  ])('%p with %p allowed: %p', (e164, allow, why) => {
    const found = whyNotDialled(e164, allow);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(why);
  });
});

describe('callerOf', () => {
  const call = { call: 'u', outcome: 'lost', number: '74951230001' } as const;

  it('gives the number of a client who can be called back', () => {
    expect(callerOf({ ...call, e164: '+74951230001' }, ['RU'])).toEqual({ e164: '+74951230001' });
  });

  it.each([
    [{ ...call, anonymous: true }, ['RU'], { e164: undefined, whyNot: 'the caller withheld his number' }],
    [call, ['RU'], { e164: undefined, whyNot: expect.stringMatching(/"74951230001" is no number .*"country"/) }],
    [{ ...call, e164: '+74951230001' }, [], { e164: '+74951230001', whyNot: expect.stringContaining('no country') }],
    [{ ...call, e164: '+380441230000' }, ['RU'], { e164: '+380441230000', whyNot: expect.stringContaining('UA') }],
  ])('says why nobody can be called back: %j, %j', (lost, allow, caller) => {
    expect(callerOf(lost, allow)).toEqual(caller);
  });
});
