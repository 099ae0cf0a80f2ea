import { describe, expect, it } from '@jest/globals';
import { checked, displayText, routeTo, UnsafeValue, type Shape } from '../../lib/callback/dial-string.js';
import { describeTarget, originateCommand, type CallbackPlan, type Reachable } from '../../lib/callback/originate.js';
import { readOriginate } from './dial-string-reader.js';

const leg = (n: number): string => `aaaaaaaa-0000-4000-8000-00000000000${n}`;

const plan: CallbackPlan = {
  attempt: 7,
  employeeLegs: [leg(1), leg(2), leg(3)],
  clientLeg: 'cccccccc-0000-4000-8000-000000000001',
  whom: { kind: 'queue', queue: 'sales@default' },
  client: '+74951230001',
  route: 'sofia/gateway/trunk/74951230001',
  employeeRoute: (number) => routeTo('sofia/gateway/trunk/{number}', number),
  callerId: '74951234567',
  display: 'callback Иван (Ltd.)',
  prompt: '/usr/share/callbackd/sounds/ru/callback.wav',
  sounds: '/usr/share/callbackd/sounds/ru',
  afterwards: false,
  keptPlace: 41.6,
  clientRing: 30,
  employeeRing: 20,
  queueWait: 600,
};

const common =
  'callbackd_attempt=7,callbackd_client_uuid=cccccccc-0000-4000-8000-000000000001,' +
  'callbackd_client_number=74951230001,callbackd_route=sofia/gateway/trunk/74951230001,callbackd_caller_id=74951234567,callbackd_ring=30,' +
  'callbackd_prompt=/usr/share/callbackd/sounds/ru/callback.wav,callbackd_sounds=/usr/share/callbackd/sounds/ru,callbackd_afterwards=false,playback_delimiter=!';
const shown = "origination_caller_id_number=+74951230001,origination_caller_id_name='callback Иван (Ltd.)'";

const phones = (count: number, stepMs = 10_000, atOnce = 2): Reachable => ({
  kind: 'phones',
  phones: ['1001', '1002', '1003'].slice(0, count).map((extension) => ({ name: extension, extension, agents: [] })),
  label: 'group sales',
  stepMs,
  atOnce,
});

describe('the originate', () => {
  it('through a queue', () => {
    expect(originateCommand(plan)).toBe(
      `originate {origination_uuid=${leg(1)},${common},callbackd_queue=sales@default,callbackd_score=42,${shown},` +
        'park_timeout=600:NORMAL_CLEARING,loopback_bowout=false,loopback_bowout_on_execute=false}loopback/queue/callbackd &park',
    );
  });

  it('to one phone, which rings until the originate gives up', () => {
    expect(originateCommand({ ...plan, whom: phones(1, 0, 1) })).toBe(
      `originate {${common},ignore_early_media=true,originate_timeout=20}[origination_uuid=${leg(1)},${shown}]user/1001 client XML callbackd`,
    );
  });

  it('to a group: each joins after the step, and stops before one too many would ring', () => {
    expect(originateCommand({ ...plan, whom: phones(3, 7_000) })).toBe(
      `originate {${common},ignore_early_media=true,originate_timeout=34}` +
        `[origination_uuid=${leg(1)},leg_timeout=14,${shown}]user/1001,` +
        `[origination_uuid=${leg(2)},leg_delay_start=7,leg_timeout=20,${shown}]user/1002,` +
        `[origination_uuid=${leg(3)},leg_delay_start=14,leg_timeout=20,${shown}]user/1003 client XML callbackd`,
    );
  });

  it('to a group of which one rings at a time: each has its turn when the one before it has ended', () => {
    expect(originateCommand({ ...plan, whom: phones(3, 7_000, 1) })).toBe(
      `originate {${common},ignore_early_media=true,fail_on_single_reject=MANAGER_REQUEST,originate_timeout=20}` +
        `[origination_uuid=${leg(1)},leg_timeout=7,${shown}]user/1001|` +
        `[origination_uuid=${leg(2)},leg_timeout=7,${shown}]user/1002|` +
        `[origination_uuid=${leg(3)},leg_timeout=20,${shown}]user/1003 client XML callbackd`,
    );
  });

  it('a mobile is shown our own number, an agent is tracked', () => {
    const whom: Reachable = {
      ...phones(1),
      kind: 'phones',
      phones: [{ name: 'ivan', number: '+74951230055', agents: ['1001@default', '1001@other'] }],
      label: 'number +74951230055',
      stepMs: 0,
      atOnce: 1,
    };
    expect(originateCommand({ ...plan, whom })).toContain(
      `[origination_uuid=${leg(1)},origination_caller_id_number=74951234567,origination_caller_id_name=74951234567,callbackd_agent=1001@default,` +
        "execute_on_ring='execute_extension track XML callbackd',execute_on_answer='execute_extension track XML callbackd']sofia/gateway/trunk/74951230055 client",
    );
    expect(() => originateCommand({ ...plan, whom, employeeRoute: () => 'a,b' })).toThrow(UnsafeValue);
  });

  it('to an extension of the dialplan', () => {
    expect(originateCommand({ ...plan, whom: { kind: 'dialplan', extension: '*55', context: 'office' } })).toBe(
      `originate {origination_uuid=${leg(1)},${common},${shown},ignore_early_media=true,originate_timeout=20,absolute_codec_string=^^:PCMA:PCMU,` +
        'export_vars=absolute_codec_string,loopback_bowout=false,loopback_bowout_on_execute=false}loopback/*55/office client XML callbackd',
    );
  });

  it('with a key that a phone must press: the prompt and the words come before it', () => {
    const { variables } = readOriginate(
      originateCommand({ ...plan, whom: phones(2), accept: { key: '#', seconds: 8 } }),
    ).alternatives[0]![1]!;
    expect(variables).toMatchObject({
      callbackd_confirmed: 'true',
      group_confirm_key: '#',
      group_confirm_file: `${plan.prompt}!${plan.sounds}/accept.wav!${plan.sounds}/digits/pound.wav`,
      group_confirm_read_timeout: '8000',
      group_confirm_timeout: '8',
      originate_timeout: '38',
    });
  });

  it('with a key in a queue: the dialplan asks for it', () => {
    const { variables } = readOriginate(originateCommand({ ...plan, accept: { key: '1', seconds: 8 } })).alternatives[0]![0]!; // prettier-ignore
    expect(variables).toMatchObject({
      callbackd_accept: '1',
      callbackd_accept_ms: '8000',
      callbackd_accept_sound: `${plan.sounds}/digits/1.wav`,
    });
    expect(variables).not.toHaveProperty('group_confirm_key');
  });

  it('with a text that is spoken', () => {
    const command = originateCommand({
      ...plan,
      prompt: '/a.wav!say:Sales Moscow!/b.wav',
      speech: { engine: 'flite', voice: 'kal' },
    });
    expect(command).toContain("callbackd_prompt='/a.wav!say:Sales Moscow!/b.wav',");
    expect(readOriginate(command).alternatives[0]![0]!.variables).toMatchObject({
      callbackd_prompt: '/a.wav!say:Sales Moscow!/b.wav',
      tts_engine: 'flite',
      tts_voice: 'kal',
    });
  });

  it('never has a score below nothing', () => {
    expect(originateCommand({ ...plan, keptPlace: -3 })).toContain('callbackd_score=0,');
  });

  it('has no UUID for a phone: refused', () => {
    expect(() => originateCommand({ ...plan, whom: phones(3), employeeLegs: [leg(1)] })).toThrow(UnsafeValue);
  });
});

const bad = ['', ',x=1', "'", '}', '{', '$', '${api(1)}', '\n', 'a\nbgapi x', '\r', '\0', '  ', '%', '|', '^^:', '"', '\\', ':_:', 'x'.repeat(300)]; // prettier-ignore
const fields = ['clientLeg', 'client', 'route', 'callerId', 'display', 'prompt', 'sounds'] as const;

describe('an unsafe value', () => {
  for (const field of fields) {
    it.each(bad)(`${field} = %j is refused`, (value) => {
      expect(() => originateCommand({ ...plan, [field]: value })).toThrow(UnsafeValue);
      if (value !== '')
        expect(() => originateCommand({ ...plan, [field]: `${plan[field]}${value}` })).toThrow(UnsafeValue);
    });
  }

  it.each(bad)('queue, extension, context, engine = %j is refused', (value) => {
    const whoms: Reachable[] = [
      { kind: 'queue', queue: value },
      { kind: 'dialplan', extension: value, context: 'office' },
      { kind: 'dialplan', extension: '1001', context: value },
      { ...phones(1), kind: 'phones', phones: [{ name: 'a', extension: value, agents: [] }], label: '', stepMs: 0, atOnce: 1 },
      { ...phones(1), kind: 'phones', phones: [{ name: 'a', number: value, agents: [] }], label: '', stepMs: 0, atOnce: 1 },
    ]; // prettier-ignore
    for (const whom of whoms) expect(() => originateCommand({ ...plan, whom })).toThrow(UnsafeValue);
    expect(() => originateCommand({ ...plan, speech: { engine: value, voice: 'kal' } })).toThrow(UnsafeValue);
    expect(() => originateCommand({ ...plan, accept: { key: value, seconds: 5 } })).toThrow(UnsafeValue);
  });

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

  it('employeeRing of a phone is checked too', () => {
    expect(() => originateCommand({ ...plan, whom: phones(1), employeeRing: -1 })).toThrow(UnsafeValue);
  });

  it('an agent whose name may not be sent is not tracked', () => {
    const whom: Reachable = { ...phones(1), kind: 'phones', phones: [{ name: 'a', extension: '1', agents: ['Анна@default'] }], label: '', stepMs: 0, atOnce: 1 }; // prettier-ignore
    expect(originateCommand({ ...plan, whom })).not.toContain('track');
  });

  it('is named in the error', () => {
    expect(() => originateCommand({ ...plan, callerId: 'a\nb' })).toThrow('"a\\nb" is no number');
  });
});

describe('displayText', () => {
  it.each([
    ['callback Иван Петров', 'callback Иван Петров'],
    ['  "Ivan", O\'Neil <x>;  ', 'Ivan O Neil x'],
    ['${uuid_kill(1)}', 'uuid_kill(1)'],
    ['a\nb\0c', 'a b c'],
    ['\u0301 \u0301x', 'x'],
    ['x'.repeat(80), 'x'.repeat(60)],
    ['"\'', undefined],
    ['', undefined],
  ])('%j is shown as %j', (text, shownAs) => {
    expect(displayText(text)).toBe(shownAs);
  });
});

describe('routeTo', () => {
  it.each([
    ['sofia/gateway/trunk/{number}', '+74951230001', 'sofia/gateway/trunk/74951230001'],
    ['sofia/gateway/trunk/{e164}', '+74951230001', 'sofia/gateway/trunk/+74951230001'],
    ['sofia/gateway/trunk/8{number}@host:5060;user=phone', '+380441230000', 'sofia/gateway/trunk/8380441230000@host:5060;user=phone'],
    ['loopback/{number}/outbound', '74951230001', 'loopback/74951230001/outbound'],
    ['{number}-{number}-{e164}', '+7495', '7495-7495-+7495'],
    ['sofia/gateway/trunk/{national}', '+74951230001', 'sofia/gateway/trunk/84951230001'],
    ['sofia/gateway/trunk/9{national}', '+380441230000', 'sofia/gateway/trunk/90441230000'],
  ])('%s of %s is %s', (template, number, route) => {
    expect(routeTo(template, number)).toBe(route);
  }); // prettier-ignore

  it.each([
    ['sofia/gateway/trunk/{number}', '+7495,1230001'],
    ['sofia/gateway/trunk/{number}', ''],
    ['sofia/gateway/trunk/{number},loopback/1', '+74951230001'],
    ['sofia/{other}/{number}', '+74951230001'],
    ['sofia/{number}:_:user/1', '+74951230001'],
    ['sofia/gateway/trunk/{national}', '112'],
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
    ['uuid', leg(1), true],
    ['uuid', leg(1).toUpperCase(), false],
    ['uuid', `${leg(1)}\n`, false],
    ['key', '*', true],
    ['key', '12', false],
    ['display', 'Иван (Ltd.) _-1', true],
    ['display', ' Иван', false],
    ['display', 'Иван ', false],
    ['display', 'a, b', false],
    ['playback', '/a.wav!say:a b!/c.wav', true],
    ['playback', '/a.wav!', false],
    ['playback', 'say: a', false],
    ['playback', '/a.wav!tone_stream://x', false],
    ['dialled', '*55', true],
    ['dialled', '5/5', false],
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

it.each<[Reachable, string]>([
  [{ kind: 'queue', queue: 'sales@default' }, 'queue:sales@default'],
  [{ kind: 'dialplan', extension: '*55', context: 'office' }, 'dialplan:*55 XML office'],
  [phones(2), 'group:sales'],
  [{ ...phones(1), kind: 'phones', label: 'extension 1001' } as Reachable, 'extension:1001'],
  [{ ...phones(1), kind: 'phones', label: 'number +74951230055' } as Reachable, 'number:+74951230055'],
  [{ ...phones(1), kind: 'phones', label: 'those who were tried' } as Reachable, 'tried'],
  [{ ...phones(1), kind: 'phones', label: 'those of the last phase' } as Reachable, 'last-phase'],
])('the target %j is kept as %s', (target, kept) => {
  expect(describeTarget(target)).toBe(kept);
});
