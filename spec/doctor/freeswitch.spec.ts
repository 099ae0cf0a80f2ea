import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../../lib/doctor/ask.js';
import { judgeDialplan } from '../../lib/doctor/dialplan.js';
import type { Finding } from '../../lib/doctor/finding.js';
import { gatewayOf, judgeGateway, routesOf } from '../../lib/doctor/gateway.js';
import { judgeEvents, judgeLink } from '../../lib/doctor/link.js';
import { judgeModules, judgeSpeech, modulesNeeded, speechModule } from '../../lib/doctor/modules.js';
import { judgeQueues, queueNames, queuesNamed, type NamedQueue } from '../../lib/doctor/queues.js';

import { defaultConfiguration } from '../../lib/config/configuration.js';
import { defaultCallback } from '../../lib/rules/callback-defaults.js';
import { context, rule } from '../rules/rule-context.js';

const none: Answer = { none: 'no link' };
const state = ({ state }: Finding): string => state;

describe('the link', () => {
  it('is well with the version, and otherwise says what the link says', () => {
    const up = judgeLink(
      { up: true, where: '127.0.0.1:8021' },
      { text: 'FreeSWITCH Version 1.11.3-dev~64bit ( 64bit)' },
    );
    expect([up.state, up.found]).toEqual(['ok', expect.stringContaining('FreeSWITCH Version 1.11.3-dev')]);
    const why = { message: 'refused', hint: 'Is it running?' };
    expect(judgeLink({ up: false, why }, none)).toEqual({
      name: 'link',
      state: 'problem',
      found: 'refused',
      remedy: 'Is it running?',
    });
  });

  it('delivers events only when the test event and the job came back', () => {
    const facts = { custom: true, job: true, waitedMs: 3_000 };
    expect(judgeEvents(facts).state).toBe('ok');
    expect(judgeEvents({ ...facts, custom: false }).found).toMatch(/^the test event did not come back within 3 s/);
    expect(judgeEvents({ ...facts, job: false }).found).toMatch(/^the background job's result did not/);
    expect(judgeEvents({ ...facts, custom: false, refused: 'not permitted' }).state).toBe('warning');
  });
});

describe('modules', () => {
  const all = (text: string): Map<string, Answer> => new Map(modulesNeeded.map(({ name }) => [name, { text }]));

  it('are one line when all are loaded, and one each when not', () => {
    expect(judgeModules(all('true'), new Set()).map(state)).toEqual(['ok']);
    const findings = judgeModules(all('true').set('mod_json_cdr', { text: 'false' }), new Set());
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ state: 'problem', remedy: expect.stringContaining("load mod_json_cdr'") });
  });

  it('are only a warning when no rule needs them', () => {
    const answers = all('true').set('mod_callcenter', { text: 'false' });
    expect(judgeModules(answers, new Set(['mod_callcenter'])).map(state)).toEqual(['warning']);
  });

  it('speak texts: one for the engine of the configuration', () => {
    const tts = { engine: 'flite', voice: 'kal' };
    expect(speechModule(tts)).toBe('mod_flite');
    expect([judgeSpeech(tts, { text: 'true' }), judgeSpeech(tts, none)]).toEqual([[], []]);
    expect(judgeSpeech(tts, { text: 'false' })).toMatchObject([
      { state: 'warning', found: expect.stringContaining('mod_flite is not loaded') },
    ]);
  });

  it('are not checked without a link', () => {
    expect(judgeModules(new Map([['mod_sofia', none]]), new Set()).map(state)).toEqual(['unchecked']);
  });
});

describe('the dialplan', () => {
  const judge = (text: string): Finding => {
    const xml = '<extension name="queue">…</extension><extension name="client">…</extension>';
    return judgeDialplan({ text }, { file: '/opt/callbackd.xml', xml }, '/etc/freeswitch');
  };

  it('has the context with both extensions', () => {
    expect(
      judge(
        '<context name="callbackd"><extension name="queue"></extension><extension name="client"></extension></context>',
      ).state,
    ).toBe('ok');
  });

  it('lacks the context, or an extension of it', () => {
    expect(judge("can't find anything")).toMatchObject({
      state: 'problem',
      remedy: '"sudo cp /opt/callbackd.xml /etc/freeswitch/dialplan/", then "fs_cli -x reloadxml"',
    });
    expect(judge('<context name="callbackd"><extension name="queue"></extension></context>').found).toContain(
      'lacks the extension "client"',
    );
  });
});

describe('the gateway', () => {
  const route = 'sofia/gateway/trunk/{number}';
  const status = (state: string, status: string): Answer => ({
    text: `====\nName    \ttrunk\nPingState\t0/0/0\nState   \t${state}\nStatus  \t${status}\nUptime  \t1s\n====`,
  });

  it('is taken from the route', () => {
    expect(gatewayOf(route)).toBe('trunk');
    expect(gatewayOf('sofia/gateway/external::trunk/{e164}')).toBe('external::trunk');
    expect(gatewayOf('user/{number}')).toBeUndefined();
  });

  it('is looked at once, whichever routes go through it', () => {
    const { outbound } = defaultConfiguration('/c.json');
    const routes = { '200': 'sofia/gateway/trunk/9{national}', '300': 'sofia/gateway/sales/{number}', '400': 'user/1' };
    expect(routesOf(outbound)).toEqual([]);
    expect(routesOf({ ...outbound, route, routes }).map((each) => gatewayOf(each))).toEqual(['trunk', 'sales', undefined]); // prettier-ignore
  });

  it.each([
    ['NOREG', 'UP', 'ok'],
    ['REGED', 'UP', 'ok'],
    ['TRYING', 'UP', 'warning'],
    ['NOREG', 'DOWN', 'problem'],
    ['FAIL_WAIT', 'DOWN', 'problem'],
  ])('%s and %s: %s', (state, up, expected) => {
    expect(judgeGateway(route, status(state, up)).state).toBe(expected);
  });

  it('is unknown, or not to be looked at', () => {
    expect(judgeGateway(route, { text: 'Invalid Gateway!' })).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('does not know the gateway "trunk"'),
    });
    expect(judgeGateway(route, none).state).toBe('unchecked');
    expect(judgeGateway(undefined, none).state).toBe('unchecked');
    expect(judgeGateway('user/{number}', none).state).toBe('ok');
  });
});

describe('queues', () => {
  const list: Answer = { text: 'name|strategy\nsales@default|top-down\nhelp@default|ring-all\n+OK' };
  const agents = (rows: string[]): ReadonlyMap<string, Answer> =>
    new Map([['sales@default', { text: ['name|status', ...rows, '+OK'].join('\n') }]]);
  const rung: NamedQueue = { queue: 'sales@default', as: 'rung', by: 'rule "sales"' };

  it('are read from the table of mod_callcenter', () => {
    expect(queueNames('name|strategy\nsales@default|top-down\n+OK')).toEqual(['sales@default']);
  });

  it('are those of all targets of a rule', () => {
    const to = { byDialled: { '200': { queue: 'help@default' }, '300': { extension: '1001' } }, else: { queue: 'sales@default' } }; // prettier-ignore
    const calling = rule('r', { action: defaultCallback(to, context) });
    const named = queuesNamed([calling, { ...calling, enabled: false }], []);
    expect(named.map(({ queue, as }) => [queue, as])).toEqual([
      ['help@default', 'rung'],
      ['sales@default', 'rung'],
    ]);
  });

  it('are there, with their agents', () => {
    const findings = judgeQueues([rung], list, agents(['1001@default|Available', '1002@default|Logged Out']));
    expect(findings).toEqual([{ name: 'queues', state: 'ok', found: 'sales@default (2 agents, 1 logged in now)' }]);
  });

  it('have no agents', () => {
    expect(judgeQueues([rung], list, agents([]))).toMatchObject([
      { state: 'problem', found: expect.stringContaining('has no agents') },
    ]);
  });

  it('do not exist: a problem when their agents are to be rung, else a warning', () => {
    const lost: NamedQueue = { queue: 'gone@default', as: 'lost', by: 'rule "rest"' };
    const findings = judgeQueues([{ ...rung, queue: 'sale@default' }, lost], list, new Map());
    expect(findings.map(state)).toEqual(['problem', 'warning']);
    expect(findings[0]?.found).toBe(
      'rule "sales" calls back through the queue "sale@default", which mod_callcenter does not have (it has sales@default, help@default)',
    );
  });

  it('are not checked without a link or a mod_callcenter', () => {
    expect(judgeQueues([rung], none, new Map()).map(state)).toEqual(['unchecked']);
    expect(judgeQueues([rung], { text: '-ERR callcenter_config Command not found!' }, new Map()).map(state)).toEqual([
      'unchecked',
    ]);
    expect(judgeQueues([], none, new Map()).map(state)).toEqual(['ok']);
  });
});
