import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callerOf } from '../../lib/calls/caller.js';
import { diallingPolicy, whyNotDialled, type DiallingPolicy } from '../../lib/calls/dialling-policy.js';
import { toE164 } from '../../lib/calls/phone-number.js';
import { defaultConfiguration, type Configuration } from '../../lib/config/configuration.js';

interface Written {
  outbound?: Partial<Configuration['outbound']>;
  labels?: Configuration['labels'];
  internal?: RegExp;
  dialled?: string[];
}

function policy({ outbound, labels = {}, internal, dialled = [] }: Written = {}): DiallingPolicy {
  const usual = defaultConfiguration('/nowhere/callbackd.json');
  return diallingPolicy(
    {
      country: 'RU',
      calls: { ...usual.calls, ...(internal !== undefined && { internal }) },
      outbound: { ...usual.outbound, allow: ['RU'], ...outbound },
      labels,
    },
    (e164) => (dialled.includes(e164) ? 'clients dial it' : undefined),
  );
}

const allowing = (...allow: string[]): DiallingPolicy => policy({ outbound: { allow } });

describe('whyNotDialled', () => {
  it.each<[e164: string, allow: string[], why: RegExp | undefined]>([
    ['+74951230001', ['RU'], undefined],
    ['+79161234567', ['UA', 'RU'], undefined],
    ['+74951230001', [], /no country may be dialled/],
    ['+380441230000', ['UA'], undefined],
    ['+74951230001', ['UA'], /is in RU, allowed: UA \(outbound\.allow\)/],
    ['+380441230000', ['RU'], /is in UA, allowed: RU/],
    ['+12025550123', ['RU'], /is in US, allowed: RU/],
    // One country code, several countries.
    ['+77172123456', ['RU'], /is in KZ, allowed: RU/],
    ['+77012345678', ['RU'], /is in KZ, allowed: RU/],
    ['+77012345678', ['KZ'], undefined],
    ['+74951230001', ['KZ'], /is in RU, allowed: KZ/],
    ['+18095550123', ['US'], /is in DO, allowed: US/],
    ['+78095001234', ['RU'], /is a premium rate number: such are never dialled/],
    ['+19005550123', ['US'], /premium rate/],
    ['+447012345678', ['GB'], /personal number/],
    ['+15550100', ['US'], /no valid number/],
    ['74951230001', ['RU'], /no E.164 number/],
    ['+112', ['RU'], /no E.164 number/],
    ['+0049301234567', ['DE'], /no E.164 number/],
    ['+7495123000x', ['RU'], /no E.164 number/],
    ['+74951230001\n', ['RU'], /no E.164 number/],
    ['', [], /no E.164 number/],
  ])('%p with %p allowed: %p', (e164, allow, why) => {
    const found = whyNotDialled(e164, allowing(...allow));
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(why);
  });

  it.each([
    '+881612345678',
    '+870773111632',
    '+88213300655',
    '+883510012345678',
    '+979123456789',
    '+80812345678',
    '+80012345678',
    '+87812345678',
  ])(
    // prettier-ignore
    '%p of satellites, international networks and services is never dialled',
    (e164) => expect(whyNotDialled(e164, allowing('RU', 'US', 'GB'))).toMatch(/ is an? .*: such are never dialled/),
  );

  it('one of outbound.deny is not dialled, and the pattern is told', () => {
    const denying = policy({ outbound: { deny: ['+7840*', '+7940*', '+74951230009'] } });
    expect(whyNotDialled('+78401234567', denying)).toBe('+78401234567 fits "+7840*" of outbound.deny');
    expect(whyNotDialled('+74951230009', denying)).toContain('outbound.deny');
    expect(whyNotDialled('+74951230001', denying)).toBeUndefined();
  });

  it('an internal number is not dialled, with or without its plus', () => {
    for (const internal of [/^7495123\d{4}$/, /^\+7495123/])
      expect(whyNotDialled('+74951230001', policy({ internal }))).toMatch(/internal number \(calls\.internal\)/);
  });

  it.each<[source: string, written: Written]>([
    ['outbound.callerId', { outbound: { callerId: '+74951234567' } }],
    ['outbound.callerId', { outbound: { callerId: '74951234567' } }],
    ['outbound.callerId', { outbound: { callerId: '84951234567' } }],
    ['outbound.routes', { outbound: { routes: { '+74951234567': 'sofia/gateway/trunk/{number}' } } }],
    ['labels', { labels: { '+74951234567': { text: 'sales' } } }],
    ['the gateway of outbound.route', { outbound: { route: 'sofia/gateway/74951234567/{number}' } }],
    ['clients dial it', { dialled: ['+74951234567'] }],
  ])('one of our own is not dialled: %s', (source, written) => {
    expect(whyNotDialled('+74951234567', policy(written))).toBe(`+74951234567 is a number of our own (${source})`);
    expect(whyNotDialled('+74951230001', policy(written))).toBeUndefined();
  });

  it('one of our own that is written without its plus is known without a country too', () => {
    const { calls, outbound, labels } = defaultConfiguration('/nowhere/callbackd.json');
    const own = diallingPolicy({ calls, labels, outbound: { ...outbound, callerId: '74951234567', allow: ['RU'] } });
    expect(whyNotDialled('+74951234567', own)).toContain('(outbound.callerId)');
  });

  it('for any caller ID: what may be dialled is a plus and digits of an allowed country', () => {
    const digits = fc.stringMatching(/^(\+|00|011|810|8|7|\+7|\+881)?[0-9]{0,16}([,;@#*pwx][0-9]{0,4})?$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.string({ maxLength: 30 }), fc.string({ unit: 'binary' })), (number) => {
        const e164 = toE164(number, 'RU');
        if (e164 === undefined || whyNotDialled(e164, policy()) !== undefined) return;
        expect(e164).toMatch(/^\+7[3489]\d{9}$/);
        expect(number.replace(/\D/g, '')).toContain(e164.slice(2));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('callerOf', () => {
  const call = { call: 'u', outcome: 'lost', number: '74951230001' } as const;

  it('gives the number of a client who can be called back', () => {
    expect(callerOf({ ...call, e164: '+74951230001' }, policy())).toEqual({ e164: '+74951230001' });
  });

  it.each([
    [{ ...call, anonymous: true }, ['RU'], { e164: undefined, whyNot: 'the caller withheld his number' }],
    [call, ['RU'], { e164: undefined, whyNot: expect.stringMatching(/"74951230001" is no number .*"country"/) }],
    [{ ...call, e164: '+74951230001' }, [], { e164: '+74951230001', whyNot: expect.stringContaining('no country') }],
    [{ ...call, e164: '+380441230000' }, ['RU'], { e164: '+380441230000', whyNot: expect.stringContaining('UA') }],
  ])('says why nobody can be called back: %j, %j', (lost, allow, caller) => {
    expect(callerOf(lost, allowing(...allow))).toEqual(caller);
  });

  it.each(['74951234567', '+74951234567', '84951234567'])(
    'knows the number that he dialled (%s) as one of our own',
    (dialled) => {
      const { whyNot } = callerOf({ ...call, e164: '+74951234567', dialled }, policy());
      expect(whyNot).toBe('+74951234567 is a number of our own: he sent the number that he dialled');
    },
  );

  it('shows only the beginning of what is no number', () => {
    const { whyNot } = callerOf({ ...call, number: '7'.repeat(10_000) }, policy());
    expect(whyNot?.length).toBeLessThan(120);
  });
});
