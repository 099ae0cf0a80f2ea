/** Whatever comes from outside: the originate reads back as the plan, by FreeSWITCH's rules, or it is refused. CASES=1000000 tries more. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { displayText, routeTo, UnsafeValue } from '../../lib/callback/dial-string.js';
import { originateCommand, type CallbackPlan } from '../../lib/callback/originate.js';
import { playback, type SpokenCall } from '../../lib/callback/prompt.js';
import type { Phone } from '../../lib/callback/whom.js';
import type { PromptPart } from '../../lib/rules/rule.js';
import { readOriginate, Unreadable, type ReadLeg } from './dial-string-reader.js';

const cases = Number(process.env['CASES'] ?? 8_000);

const uuid = (n: number): string => `aaaaaaaa-0000-4000-8000-00000000000${n}`;

const plan: CallbackPlan = {
  attempt: 7,
  clientLeg: 'cccccccc-0000-4000-8000-000000000001',
  employeeLegs: [uuid(1), uuid(2), uuid(3), uuid(4)],
  whom: { kind: 'queue', queue: 'sales@default' },
  client: '+74951230001',
  route: 'sofia/gateway/trunk/74951230001',
  callerId: '+74951234567',
  display: 'callback',
  prompt: '/sounds/en/callback.wav',
  sounds: '/sounds/en',
  afterwards: false,
  keptPlace: 42,
  clientRing: 30,
  employeeRing: 20,
  queueWait: 600,
};

/** What has a meaning somewhere on the way: in originate, in {} and [], in the event socket, in variables. */
const pieces = [
  ',', "'", '"', '\\', '{', '}', '[', ']', '<', '>', '|', ':_:', '^^:', '^^', '$', '${', '$${', '${uuid_kill(x)}', '\n', '\r\n\r\n', '\0',
  ' ', '  ', '=', '!', '&', '&park()', '\\n', '\\s', '\\,', '%', '@', ';', '/', '..', 'undef', 'say:', 'a=b', '{x=1}', '[y=2]', '\u0001',
  '+74951230001', '112', '1001', 'sales@default', '/a/b.wav', 'Иван', 'Ünal', '李', '\u0301', '\u202e', '(', ')', 'Ltd.', '-', '_', '{number}',
  '{e164}', '{national}', 'sofia/gateway/trunk/', 'tone_stream://', 'exec:', 'user/', 'loopback/', '\u2028', '😀', "''", ' XML default',
]; // prettier-ignore

const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 15 }),
  fc.string({ unit: fc.constantFrom(...'abcXYZ0189._@-'), minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'абвÄö09 ._()-'), minLength: 1, maxLength: 40 }),
  fc.constantFrom('/a/b.wav', 'sales@default', 'sofia/gateway/t/1', '/a/b.wav!say:Hello there!/c.wav', '1'),
);
const number = fc.oneof(fc.nat(100_000), fc.integer(), fc.double(), fc.nat(60));

const phone = fc.record({
  name: text,
  extension: fc.option(text, { nil: undefined, freq: 3 }),
  number: fc.option(text, { nil: undefined, freq: 3 }),
  agents: fc.array(text, { maxLength: 2 }),
}) as fc.Arbitrary<Phone>;
const goodPhone = fc.constantFrom<Phone>(
  { name: 'anna', extension: '1001', agents: ['1001@default'] },
  { name: 'boris', extension: '1002', agents: [] },
  { name: 'ivan', number: '+74951230055', agents: [] },
);
const whom: fc.Arbitrary<CallbackPlan['whom']> = fc.oneof(
  text.map((queue) => ({ kind: 'queue' as const, queue })),
  fc.record({ kind: fc.constant('dialplan' as const), extension: text, context: text }),
  fc.constant({ kind: 'dialplan' as const, extension: '*55', context: 'default' }),
  fc.record({
    kind: fc.constant('phones' as const),
    phones: fc.array(fc.oneof({ weight: 4, arbitrary: goodPhone }, { weight: 1, arbitrary: phone }), { minLength: 1, maxLength: 4 }),
    label: text,
    stepMs: fc.nat(30_000),
    atOnce: fc.integer({ min: 1, max: 5 }),
  }),
); // prettier-ignore

const part = fc.oneof(
  text.map((file): PromptPart => ({ file })),
  text.map((spoken): PromptPart => ({ text: spoken })),
  fc.constantFrom<PromptPart>({ say: 'dialled' }, { say: 'queue' }, { say: 'waited' }, { say: 'timesLost' }, { say: 'number' }),
); // prettier-ignore
const call = fc.record({ dialled: text, queue: text, waited: number, timesLost: number, number: text }) as fc.Arbitrary<SpokenCall>; // prettier-ignore
const labels = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), fc.oneof(text.map((file) => ({ file })), text.map((spoken) => ({ text: spoken })))); // prettier-ignore

/** Made within the property: where the code that makes a value out of what came from outside refuses it, that is as good. */
const change: fc.Arbitrary<() => Partial<CallbackPlan>> = fc.oneof(
  whom.map((changed) => () => ({ whom: changed })),
  whom.map((changed) => () => ({ whom: changed })),
  fc.tuple(fc.constantFrom('clientLeg', 'client', 'route', 'callerId', 'display', 'prompt', 'sounds'), text).map(([field, value]) => () => ({ [field]: value })),
  text.map((name) => () => ({ display: displayText(name) ?? 'callback' })),
  fc.tuple(text, text).map(([template, client]) => () => ({ route: routeTo(template, client) })),
  fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), call, labels).map(([parts, facts, known]) => () => ({ prompt: playback(parts, facts, { sounds: '/sounds/en', labels: known }) })),
  text.map((template) => () => ({ employeeRoute: (mobile: string) => routeTo(template, mobile) })),
  fc.constant(() => ({ employeeRoute: (mobile: string) => routeTo('sofia/gateway/trunk/{number}', mobile) })),
  fc.record({ engine: text, voice: text }).map((speech) => () => ({ speech })),
  fc.record({ key: fc.oneof(text, fc.constantFrom('1', '*', '#')), seconds: number }).map((accept) => () => ({ accept })),
  fc.boolean().map((afterwards) => () => ({ afterwards })),
  fc.tuple(fc.constantFrom('attempt', 'keptPlace', 'clientRing', 'employeeRing', 'queueWait'), number).map(([field, value]) => () => ({ [field]: value })),
  fc.array(text, { maxLength: 4 }).map((employeeLegs) => () => ({ employeeLegs })),
); // prettier-ignore

describe('whatever comes from outside', () => {
  it('the originate reads back as exactly the legs and variables of the plan, or is refused', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const refused = Symbol('refused');
        const result = attempt(() => {
          const whole = Object.assign({}, plan, ...changes.map((make) => make())) as CallbackPlan;
          return { whole, command: originateCommand(whole) };
        }, refused);
        if (result === refused) return;
        accepted += 1;
        const read = readOriginate(result.command);
        const wanted = expectedOf(result.whole);
        if (JSON.stringify(read.rest) !== JSON.stringify(wanted.rest)) throw new Error(`rest: ${result.command}`);
        if (canonical(read.alternatives) !== canonical(wanted.turns)) throw new Error(`legs: ${result.command}`);
      }),
      { numRuns: cases },
    );
    // Both sides of the property are met.
    expect(accepted).toBeGreaterThan(cases / 20);
    expect(accepted).toBeLessThan(cases);
  }, 3_600_000);

  it.each([
    ["originate {a='b,c',d=e}user/1 &park", [{ variables: { a: 'b', d: 'e' }, address: 'user/1' }]],
    ["originate {a='b c',d=e}user/1 &park", [{ variables: { a: 'b c', d: 'e' }, address: 'user/1' }]],
    ['originate {a=1}[b=2,c=3]user/1,[b=4]user/2 &park', [{ variables: { a: '1', b: '2', c: '3' }, address: 'user/1' }, { variables: { a: '1', b: '4' }, address: 'user/2' }]],
    ['originate {^^:a=1:b=2,3}user/1 &park', [{ variables: { a: '1', b: '2,3' }, address: 'user/1' }]],
    ['originate {a=1}{b=x\\,y}user/1 &park', [{ variables: { a: '1', b: 'x,y' }, address: 'user/1' }]],
    ['originate {a=1}[a=2]user/1 &park', [{ variables: { a: '1' }, address: 'user/1' }]],
  ])('the reader reads %s', (line, legs) => {
    expect(readOriginate(line).alternatives).toEqual([legs]);
  }); // prettier-ignore

  it.each(['originate {a=1user/1 &park', 'originate user/1', 'originate {a=1}user/1:_:user/2 &park', 'originate {a=1}user/1 &park\nuuid_kill x', 'status'])(
    'the reader refuses %j',
    (line) => expect(() => readOriginate(line)).toThrow(Unreadable),
  ); // prettier-ignore
});

function attempt<T, R>(make: () => T, otherwise: R): T | R {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnsafeValue) return otherwise;
    throw error;
  }
}

function canonical(turns: readonly (readonly ReadLeg[])[]): string {
  const told = ({ variables, address }: ReadLeg): unknown => [address, Object.entries(variables).sort()];
  return JSON.stringify(turns.map((legs) => legs.map(told)));
}

function expectedOf(wanted: CallbackPlan): { turns: ReadLeg[][]; rest: string[] } {
  const { whom: target, accept, speech } = wanted;
  const sound = accept === undefined ? '' : `${wanted.sounds}/digits/${accept.key === '*' ? 'star' : accept.key === '#' ? 'pound' : accept.key}.wav`; // prettier-ignore
  const common = {
    callbackd_attempt: String(wanted.attempt),
    callbackd_client_uuid: wanted.clientLeg,
    callbackd_client_number: wanted.client.replace(/^\+/, ''),
    callbackd_route: wanted.route,
    callbackd_caller_id: wanted.callerId,
    callbackd_ring: String(wanted.clientRing),
    callbackd_prompt: wanted.prompt,
    callbackd_sounds: wanted.sounds,
    callbackd_afterwards: String(wanted.afterwards),
    playback_delimiter: '!',
    ...(speech && { tts_engine: speech.engine, tts_voice: speech.voice }),
    ...(accept && { callbackd_accept: accept.key, callbackd_accept_ms: String(accept.seconds * 1_000), callbackd_accept_sound: sound }), // prettier-ignore
  };
  const shown = { origination_caller_id_number: wanted.client, origination_caller_id_name: wanted.display };
  const [A = ''] = wanted.employeeLegs;
  const middle = { loopback_bowout: 'false', loopback_bowout_on_execute: 'false' };
  if (target.kind === 'queue') {
    const score = String(Math.max(0, Math.round(wanted.keptPlace)));
    const own = { origination_uuid: A, callbackd_queue: target.queue, callbackd_score: score, park_timeout: `${wanted.queueWait}:NORMAL_CLEARING` }; // prettier-ignore
    return { turns: [[{ variables: { ...common, ...own, ...shown, ...middle }, address: 'loopback/queue/callbackd' }]], rest: ['&park'] }; // prettier-ignore
  }
  const rest = ['client', 'XML', 'callbackd'];
  const media = { ignore_early_media: 'true' };
  if (target.kind === 'dialplan') {
    const own = { origination_uuid: A, originate_timeout: String(wanted.employeeRing), absolute_codec_string: '^^:PCMA:PCMU', export_vars: 'absolute_codec_string' }; // prettier-ignore
    return { turns: [[{ variables: { ...common, ...own, ...shown, ...middle, ...media }, address: `loopback/${target.extension}/${target.context}` }]], rest }; // prettier-ignore
  }
  const count = target.phones.length;
  const step = Math.max(1, Math.round(target.stepMs / 1_000));
  const ring = (index: number): number => index + target.atOnce < count ? Math.min(target.atOnce * step, wanted.employeeRing) : wanted.employeeRing; // prettier-ignore
  const oneByOne = target.atOnce === 1 && count > 1;
  const delay = (index: number): number => (oneByOne ? 0 : index * step);
  const end = Math.max(...target.phones.map((_, index) => delay(index) + ring(index)));
  const confirm = accept && {
    callbackd_confirmed: 'true',
    group_confirm_key: accept.key,
    group_confirm_file: `${wanted.prompt}!${wanted.sounds}/accept.wav!${sound}`,
    group_confirm_read_timeout: String(accept.seconds * 1_000),
    group_confirm_timeout: String(accept.seconds),
  };
  const legs = target.phones.map(({ extension, number: mobile, agents }, index) => ({
    variables: {
      ...common,
      ...media,
      ...confirm,
      originate_timeout: String(end + (accept?.seconds ?? 0)),
      origination_uuid: wanted.employeeLegs[index] ?? '',
      ...(count === 1 && !accept ? {} : { leg_timeout: String(ring(index)) }),
      ...(delay(index) > 0 && { leg_delay_start: String(delay(index)) }),
      ...(oneByOne && { fail_on_single_reject: 'MANAGER_REQUEST' }),
      ...(extension === undefined ? { origination_caller_id_number: wanted.callerId, origination_caller_id_name: wanted.callerId } : shown),
      ...tracked(agents.find((agent) => /^[A-Za-z0-9_.@-]{1,100}$/.test(agent))),
    },
    address: extension === undefined ? wanted.employeeRoute!(mobile!) : `user/${extension}`,
  })); // prettier-ignore
  return { turns: oneByOne ? legs.map((each) => [each]) : [legs], rest };
}

function tracked(agent: string | undefined): Record<string, string> {
  const track = 'execute_extension track XML callbackd';
  return agent === undefined ? {} : { callbackd_agent: agent, execute_on_ring: track, execute_on_answer: track };
}
