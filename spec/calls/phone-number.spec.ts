import { describe, expect, it } from '@jest/globals';
import { isAnonymous, toE164 } from '../../lib/calls/phone-number.js';

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
    // What somebody tries who wants the office to dial what he likes.
    ['911', 'US', undefined],
    ['103', 'RU', undefined],
    ['0112', 'DE', undefined],
    ['+7112', 'RU', undefined],
    ['112,74951230001', 'RU', undefined],
    ['+74951230001w1', 'RU', undefined],
    ['+74951230001p1', 'RU', undefined],
    ['+74951230001,,,101', 'RU', undefined],
    ['+74951230001@evil.example', 'RU', undefined],
    ['+74951230001;phone-context=+881', 'RU', undefined],
    ['+74951230001;ext=101;isub=1', 'RU', undefined],
    ['*#06#', 'RU', undefined],
    ['*21*74951230001#', 'RU', undefined],
    ['74951230001|881612345678', 'RU', undefined],
    ['sofia/gateway/trunk/74951230001', 'RU', undefined],
    ['trunk', 'RU', undefined],
    ['7'.repeat(60), 'RU', undefined],
    [`+7495123000${'1'.repeat(50)}`, 'RU', undefined],
    ['\uff17\uff14\uff19\uff15\uff11\uff12\uff13\uff10\uff10\uff10\uff11', 'RU', undefined], // fullwidth digits
    ['\u0667\u0664\u0669\u0665\u0661\u0662\u0663\u0660\u0660\u0660\u0661', 'RU', undefined], // Arabic ones
    ['\uff0b74951230001', 'RU', undefined],
    ['74951230001\u0000', 'RU', undefined],
    ['\u000074951230001', 'RU', undefined],
    ['74951230001\napi hupall', 'RU', undefined],
    ['74951230001\r', 'RU', undefined],
    ['${uuid}', 'RU', undefined],
    // They are read as what they are, and refused by the policy.
    ['0088112345678', undefined, undefined],
    ['00881612345678', 'DE', '+881612345678'],
    ['011881612345678', 'US', '+881612345678'],
    ['810881612345678', 'RU', '+881612345678'],
    ['881612345678', 'RU', '+881612345678'],
    ['0117 809 500-12-34', 'US', '+78095001234'],
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
