import { describe, expect, it } from '@jest/globals';
import { examine } from '../../lib/daemon/freeswitch.js';
import type { Link, Reply } from '../../lib/esl/link.js';
import type { Rule } from '../../lib/rules/rule.js';

/** A link whose FreeSWITCH gives prepared answers. */
function answering(answers: Record<string, Reply>): Link {
  return {
    state: 'up',
    start: () => undefined,
    stop: () => Promise.resolve(),
    on: () => undefined,
    bgapi: () => Promise.resolve({ kind: 'not-sent', text: 'not in this spec' }),
    api: (command) => Promise.resolve(answers[command] ?? { kind: 'error', text: 'Command not found!' }),
  };
}

const ok = (text: string): Reply => ({ kind: 'ok', text });

const rule = {
  id: 'sales',
  enabled: true,
  action: { kind: 'callback', to: { queue: 'sales@default' } },
} as unknown as Rule;

const usual = {
  'global_getvar core_uuid': ok('8c49ab04-4075-48a8-8182-02d181155360'),
  'module_exists mod_callcenter': ok('true'),
  'callcenter_config queue list': ok('name|strategy\nsales@default|longest-idle-agent\n+OK'),
  'show channels as json': ok('{"row_count":1,"rows":[{"uuid":"a1"}]}'),
};

describe('what is found at the other end of a new link', () => {
  it('a FreeSWITCH with all that the rules need', async () => {
    const found = await examine(answering(usual), [rule]);
    expect(found).toMatchObject({ coreUuid: '8c49ab04-4075-48a8-8182-02d181155360', callcenter: true, problems: [] });
    expect([...found!.channels]).toEqual(['a1']);
  });

  it('without channels FreeSWITCH leaves the rows out', async () => {
    const found = await examine(answering({ ...usual, 'show channels as json': ok('{"row_count": 0}') }), [rule]);
    expect(found?.channels.size).toBe(0);
  });

  it('without mod_callcenter it says what to do, and asks no further', async () => {
    const without = {
      ...usual,
      'module_exists mod_callcenter': ok('false'),
      'callcenter_config queue list': { kind: 'error', text: 'callcenter_config Command not found!' } as const,
    };
    const found = await examine(answering(without), [rule]);
    expect(found?.problems).toEqual([expect.stringMatching(/no mod_callcenter.*load mod_callcenter/)]);
  });

  it('a queue that a rule names and mod_callcenter does not have', async () => {
    const found = await examine(
      answering({ ...usual, 'callcenter_config queue list': ok('name|strategy\nsupport@default|x\n+OK') }),
      [rule],
    );
    expect(found?.problems).toEqual([expect.stringMatching(/rule "sales".*sales@default.*it has support@default/)]);
  });

  it('nothing, when the link breaks meanwhile', async () => {
    expect(
      await examine(answering({ ...usual, 'show channels as json': { kind: 'unknown', text: '' } }), [rule]),
    ).toBeUndefined();
  });
});
