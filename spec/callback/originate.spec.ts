import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checked, routeTo, UnsafeValue, type Shape } from '../../lib/callback/dial-string.js';
import { describeTarget, originateCommand, type CallbackPlan } from '../../lib/callback/originate.js';

const plan: CallbackPlan = {
  attempt: 7,
  employeeLeg: 'aaaaaaaa-0000-4000-8000-000000000001',
  clientLeg: 'cccccccc-0000-4000-8000-000000000001',
  target: { queue: 'sales@default' },
  client: '+74951230001',
  route: 'sofia/gateway/trunk/{number}',
  callerId: '74951234567',
  prompt: '/usr/share/callbackd/sounds/ru/callback.wav',
  keptPlace: 41.6,
  clientRing: 30,
  employeeRing: 20,
  queueWait: 600,
};

const common =
  'origination_uuid=aaaaaaaa-0000-4000-8000-000000000001,callbackd_attempt=7,callbackd_client_uuid=cccccccc-0000-4000-8000-000000000001,' +
  'callbackd_client_number=74951230001,callbackd_route=sofia/gateway/trunk/74951230001,callbackd_caller_id=74951234567,callbackd_ring=30,' +
  'callbackd_prompt=/usr/share/callbackd/sounds/ru/callback.wav,';

describe('the originate', () => {
  it('through a queue', () => {
    expect(originateCommand(plan)).toBe(
      `originate {${common}callbackd_queue=sales@default,callbackd_score=42,origination_caller_id_number=+74951230001,origination_caller_id_name=callback,` +
        'park_timeout=600:NORMAL_CLEARING,loopback_bowout=false,loopback_bowout_on_execute=false}loopback/queue/callbackd &park',
    );
  });

  it('to an extension', () => {
    expect(originateCommand({ ...plan, target: { extension: '1001@office.example' } })).toBe(
      `originate {${common}origination_caller_id_number=+74951230001,origination_caller_id_name=callback,originate_timeout=20}` +
        'user/1001@office.example client XML callbackd',
    );
  });

  it('never has a score below nothing', () => {
    expect(originateCommand({ ...plan, keptPlace: -3 })).toContain('callbackd_score=0,');
  });
});

const bad = ['', ',x=1', "'", '}', '{', '$', '${api(1)}', '\n', 'a\nbgapi x', '\r', '\0', ' ', '%', '|', '^^:', '"', '\\', 'é', 'x'.repeat(300)]; // prettier-ignore
const fields = ['employeeLeg', 'clientLeg', 'client', 'route', 'callerId', 'prompt'] as const;
const seconds = ['attempt', 'keptPlace', 'clientRing', 'employeeRing', 'queueWait'] as const;
const withField = (field: (typeof fields)[number] | 'queue' | 'extension', value: string): CallbackPlan =>
  field === 'queue' || field === 'extension'
    ? { ...plan, target: { [field]: value } as CallbackPlan['target'] }
    : { ...plan, [field]: value };

describe('an unsafe value', () => {
  for (const field of [...fields, 'queue', 'extension'] as const) {
    it.each(bad)(`${field} = %j is refused`, (value) => {
      expect(() => originateCommand(withField(field, value))).toThrow(UnsafeValue);
      if (value !== '') expect(() => originateCommand(withField(field, `${plan.client}${value}`))).toThrow(UnsafeValue);
    });
  }

  it.each([
    ['attempt', 1.5],
    ['attempt', -1],
    ['attempt', NaN],
    ['attempt', 1e10],
    ['clientRing', Infinity],
    ['queueWait', 0.1],
    ['keptPlace', NaN],
    ['keptPlace', 1e21],
  ])('%s = %p is refused', (field, value) => {
    expect(() => originateCommand({ ...plan, [field]: value })).toThrow(UnsafeValue);
  });

  it('employeeRing of an extension is checked too', () => {
    expect(() => originateCommand({ ...plan, target: { extension: '1001' }, employeeRing: -1 })).toThrow(UnsafeValue);
  });

  it('is named in the error', () => {
    expect(() => originateCommand({ ...plan, callerId: 'a\nb' })).toThrow('"a\\nb" is no number');
  });
});

describe('whatever is put in', () => {
  // Strings that are likely to pass, so that both sides of the property are met.
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789+abcdef-@./_,={}\'"$\n {|}^[]\\:'), maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 15 }),
    fc.uuid(),
    fc.constantFrom('/a/b.wav', 'sales@default', '1001', 'sofia/gateway/t/{e164}'),
  );
  const number = fc.oneof(fc.nat(100_000), fc.double(), fc.integer());
  const target = fc.oneof(fc.record({ queue: text }), fc.record({ extension: text }));
  /** A plan that is in order but for up to three of its fields. */
  const change: fc.Arbitrary<Partial<CallbackPlan>> = fc.oneof(
    target.map((changed) => ({ target: changed })),
    fc.tuple(fc.constantFrom(...fields), text).map(([field, value]) => ({ [field]: value })),
    fc.tuple(fc.constantFrom(...seconds), number).map(([field, value]) => ({ [field]: value })),
  );
  const plans = fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => Object.assign({}, plan, ...changes) as CallbackPlan); // prettier-ignore

  it('is refused, or the command reads back as exactly that', () => {
    let accepted = 0;
    fc.assert(
      fc.property(plans, (made) => {
        let command: string;
        try {
          command = originateCommand(made);
        } catch (error) {
          expect(error).toBeInstanceOf(UnsafeValue);
          return;
        }
        accepted += 1;
        expect(command).not.toMatch(/[\n\r\0$'"\\|[\]%]/);
        expect(readBack(command)).toEqual(expectedOf(made));
      }),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

/** The variables and the rest of an originate as FreeSWITCH splits it: at the first }, at commas, at the first =. */
function readBack(command: string): { variables: Record<string, string>; rest: string } {
  const [, inner = '', rest = ''] = /^originate \{([^}]*)\}(.*)$/.exec(command) ?? [];
  const pairs = inner.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return { variables: Object.fromEntries(pairs), rest };
}

function expectedOf(wanted: CallbackPlan): ReturnType<typeof readBack> {
  const digits = wanted.client.replace(/^\+/, '');
  const queue = 'queue' in wanted.target;
  return {
    variables: {
      origination_uuid: wanted.employeeLeg,
      callbackd_attempt: String(wanted.attempt),
      callbackd_client_uuid: wanted.clientLeg,
      callbackd_client_number: digits,
      callbackd_route: wanted.route.split('{number}').join(digits).split('{e164}').join(wanted.client),
      callbackd_caller_id: wanted.callerId,
      callbackd_ring: String(wanted.clientRing),
      callbackd_prompt: wanted.prompt,
      origination_caller_id_number: wanted.client,
      origination_caller_id_name: 'callback',
      ...('queue' in wanted.target
        ? {
            callbackd_queue: wanted.target.queue,
            callbackd_score: String(Math.max(0, Math.round(wanted.keptPlace))),
            park_timeout: `${wanted.queueWait}:NORMAL_CLEARING`,
            loopback_bowout: 'false',
            loopback_bowout_on_execute: 'false',
          }
        : { originate_timeout: String(wanted.employeeRing) }),
    },
    rest: queue ? 'loopback/queue/callbackd &park' : `user/${'extension' in wanted.target ? wanted.target.extension : ''} client XML callbackd`, // prettier-ignore
  };
}

describe('routeTo', () => {
  it.each([
    ['sofia/gateway/trunk/{number}', '+74951230001', 'sofia/gateway/trunk/74951230001'],
    ['sofia/gateway/trunk/{e164}', '+74951230001', 'sofia/gateway/trunk/+74951230001'],
    ['sofia/gateway/trunk/8{number}@host:5060;user=phone', '+380441230000', 'sofia/gateway/trunk/8380441230000@host:5060;user=phone'],
    ['loopback/{number}/outbound', '74951230001', 'loopback/74951230001/outbound'],
    ['{number}-{number}-{e164}', '+7495', '7495-7495-+7495'],
  ])('%s of %s is %s', (template, number, route) => {
    expect(routeTo(template, number)).toBe(route);
  }); // prettier-ignore

  it.each([
    ['sofia/gateway/trunk/{number}', '+7495,1230001'],
    ['sofia/gateway/trunk/{number}', ''],
    ['sofia/gateway/trunk/{number},loopback/1', '+74951230001'],
    ['sofia/{other}/{number}', '+74951230001'],
    ['${bad}/{number}', '+74951230001'],
    ['', '+74951230001'],
  ])('%j of %j is refused', (template, number) => {
    expect(() => routeTo(template, number)).toThrow(UnsafeValue);
  });
});

describe('the shapes', () => {
  it.each<[Shape, string | number, boolean]>([
    ['number', '+74951230001', true],
    ['number', '112', true],
    ['number', '12', false],
    ['number', '1234567890123456', false],
    ['number', '+7 495', false],
    ['uuid', plan.employeeLeg, true],
    ['uuid', plan.employeeLeg.toUpperCase(), false],
    ['uuid', `${plan.employeeLeg}\n`, false],
    ['digits', 0, true],
    ['digits', 999_999_999, true],
    ['digits', 1e9, false],
    ['file', '/a/b-c_d.wav', true],
    ['file', 'a/b.wav', false],
    ['file', '/a b.wav', false],
    ['name', 'sales@default', true],
    ['name', 'отдел', false],
    ['name', 'a:b', false],
    ['route', 'sofia/gateway/t/1;x=y', true],
    ['route', 'a,b', false],
  ])('%s takes %j: %p', (shape, value, ok) => {
    if (ok) expect(checked(shape, value)).toBe(String(value));
    else expect(() => checked(shape, value)).toThrow(UnsafeValue);
  });
});

it.each([
  [{ queue: 'sales@default' }, 'queue:sales@default'],
  [{ extension: '1001' }, 'extension:1001'],
] as const)('the target %j is kept as %s', (target, kept) => {
  expect(describeTarget(target)).toBe(kept);
});
