/** What only FreeSWITCH knows is looked up there, and told with its place in the admin's files. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { formatProblem } from '../../lib/config/problem.js';
import { parseJson } from '../../lib/config/json-file.js';
import type { Answer } from '../../lib/doctor/ask.js';
import { checkNames } from '../../lib/doctor/check-names.js';
import { gatewayNames, knowsGateway } from '../../lib/doctor/gateway.js';
import { askKnownNames, unknownNames } from '../../lib/doctor/known-names.js';
import type { NamedThing } from '../../lib/doctor/names.js';
import { SimulatedFreeswitch } from '../../lib/simulator/simulated-freeswitch.js';
import { checkAll } from '../../lib/rules/check.js';
import { ManualClock, systemClock } from '../../lib/time/clock.js';
import { cli, json } from '../cli/cli.js';
import { folderWith } from '../config/temporary-folder.js';

const password = 'only-in-specs';
let freeswitch: SimulatedFreeswitch | undefined;

afterEach(async () => {
  await freeswitch?.stop();
  freeswitch = undefined;
});

async function start(): Promise<number> {
  freeswitch = new SimulatedFreeswitch({
    clock: systemClock,
    password,
    queues: [{ name: 'sales@default' }, { name: 'office@default' }],
    agents: [{ name: '1001@default', queues: ['sales@default'] }],
  });
  freeswitch.phone('1001');
  return (await freeswitch.start()).port;
}

/** An office with these files beside a configuration that names this port. */
function office(port: number, files: Record<string, string> = {}, gateway = 'trunk'): string {
  const folder = folderWith({
    'callbackd.json': `{
  "esl": { "port": ${port}, "passwordFile": "password" },
  "country": "RU",
  "outbound": { "route": "sofia/gateway/${gateway}/{number}" },
  "backfill": { "dir": "cdr" }
}`,
    password: `${password}\n`,
    'rules/10-sales.json':
      '{ "name": "Sales", "lostAt": "queue:sales@default", "callback": { "to": { "queue": "sales@default" } } }',
    ...files,
  });
  chmodSync(join(folder, 'password'), 0o600);
  return folder;
}

async function check(folder: string, ...options: string[]): Promise<{ code: number; lines: string[] }> {
  const { code, out } = await cli('check', '--config', join(folder, 'callbackd.json'), ...options);
  return { code, lines: out.split('\n').map((line) => line.replaceAll(`${folder}/`, '')) };
}

describe('callbackd check beside a FreeSWITCH', () => {
  it('says nothing when everything is there', async () => {
    const { code, lines } = await check(office(await start()));
    expect([code, lines]).toEqual([0, ['callbackd.json: no errors; 1 rule in force']]);
  });

  it('warns of each name that is not there, with its place and the nearest known one', async () => {
    const folder = office(
      await start(),
      {
        'employees.json': '{\n  "anna": { "extension": "1009", "agents": ["1001@defualt"] }\n}',
        'rules/10-sales.json': `{
  "name": "Sales",
  "lostAt": ["queue:sale@default", "extension:1001", "queue:fifo:hotline"],
  "when": { "any": [{ "fact": "queue", "operator": "oneOf", "value": ["office@default", "offic@default"] }] },
  "callback": { "to": { "queue": "quite-another" } }
}`,
        'rules/20-phone.json': '{ "name": "Phone", "callback": { "to": { "extension": "2000" } } }',
        'rules/30-off.json': '{ "name": "Off", "enabled": false, "callback": { "to": { "extension": "2000" } } }',
      },
      'trunc',
    );
    const { code, lines } = await check(folder);
    const hasQueues = 'mod_callcenter does not have';
    expect([code, lines]).toEqual([
      0,
      [
        `callbackd.json:4:26: warning: outbound.route: "outbound.route" names the gateway "trunc", which FreeSWITCH does not have; did you mean "trunk"?`,
        `employees.json:2:26: warning: anna.extension: employee "anna" names the extension "1009", which FreeSWITCH's directory does not have; did you mean "1001"?`,
        `employees.json:2:45: warning: anna.agents[0]: employee "anna" names the agent "1001@defualt", which ${hasQueues}; did you mean "1001@default"?`,
        `rules/10-sales.json:3:14: warning: lostAt[0]: rule "sales" names the queue "sale@default", which ${hasQueues}; did you mean "sales@default"?`,
        `rules/10-sales.json:4:89: warning: when.any[0].value[1]: rule "sales" names the queue "offic@default", which ${hasQueues}; did you mean "office@default"?`,
        `rules/10-sales.json:5:34: warning: callback.to.queue: rule "sales" names the queue "quite-another", which ${hasQueues}; it has sales@default, office@default`,
        `rules/20-phone.json:1:55: warning: callback.to.extension: rule "phone" names the extension "2000", which FreeSWITCH's directory does not have`,
        'callbackd.json: no errors; 2 rules in force',
      ],
    ]);
  });

  it.each([
    ['extension', '{ "anna": { "extension": 1002 } }', '1:26: anna.extension: expected an extension such as "1001", found 1002'],
    ['agents', '{ "anna": { "agents": "1002@default" } }', '1:23: anna.agents: expected a list of agents such as ["1001@default"], found "1002@default"'],
    ['an agent', '{ "anna": { "agents": [1002] } }', '1:24: anna.agents[0]: expected an agent such as "1001@default", found 1002'],
  ])('tells what is wrong in employees.json, and asks for no name of it: %s', async (_, employees, wrong) => {
    const { code, lines } = await check(office(await start(), { 'employees.json': employees }));
    expect([code, lines[0]]).toEqual([1, `employees.json:${wrong}`]);
  }); // prettier-ignore

  it('warns of the names in targets by dialled number, in labels and in routes', async () => {
    const port = await start();
    const folder = office(port, {
      'sounds/en/callback.wav': '',
      'callbackd.json': `{
  "esl": { "port": ${port}, "passwordFile": "password" },
  "country": "RU",
  "outbound": {
    "route": "sofia/gateway/trunk/{number}",
    "routes": { "+74951234567": "sofia/gateway/trunc/{number}" }
  },
  "backfill": { "dir": "cdr" },
  "sounds": { "dir": "sounds" },
  "labels": { "sale@default": { "file": "callback.wav" }, "200": { "file": "callback.wav" } }
}`,
      'rules/10-sales.json': `{
  "name": "Sales",
  "callback": {
    "to": {
      "byDialled": { "+74951234567": { "queue": "salse@default" }, "200": { "extension": "1001" } },
      "else": { "extension": "1009" }
    }
  }
}`,
    });
    const { lines } = await check(folder);
    expect(lines.map((line) => line.replace(/, which.*; did/, '; did'))).toEqual([
      'callbackd.json:6:33: warning: outbound.routes."+74951234567": "outbound.routes" names the gateway "trunc"; did you mean "trunk"?',
      'callbackd.json:10:31: warning: labels."sale@default": "labels" names the queue "sale@default"; did you mean "sales@default"?',
      'rules/10-sales.json:5:49: warning: callback.to.byDialled."+74951234567".queue: rule "sales" names the queue "salse@default"; did you mean "sales@default"?',
      'rules/10-sales.json:6:30: warning: callback.to.else.extension: rule "sales" names the extension "1009"; did you mean "1001"?',
      'callbackd.json: no errors; 1 rule in force',
    ]);
  });

  it('does not ask with --offline', async () => {
    const { code, lines } = await check(office(await start(), {}, 'trunc'), '--offline');
    expect([code, lines]).toEqual([0, ['callbackd.json: no errors; 1 rule in force']]);
  });
});

describe('callbackd check without a FreeSWITCH', () => {
  it('says so in one line, and that is no error', async () => {
    const port = await start();
    await freeswitch!.stop();
    const { code, lines } = await check(office(port, {}, 'trunc'));
    expect([code, lines]).toEqual([
      0,
      [
        expect.stringMatching(/^FreeSWITCH was not asked: cannot connect to the event socket at 127\.0\.0\.1:\d+/),
        'callbackd.json: no errors; 1 rule in force',
      ],
    ]);
  });

  it('nor is a wrong password, or none', async () => {
    const folder = office(await start());
    writeFileSync(join(folder, 'password'), 'another\n');
    expect((await check(folder)).lines[0]).toMatch(/^FreeSWITCH was not asked: .*does not accept the password/);
    writeFileSync(join(folder, 'callbackd.json'), '{"country": "RU"}');
    const { code, lines } = await check(folder);
    expect([code, lines.at(-2)]).toEqual([0, 'FreeSWITCH was not asked: its password is not known']);
  });

  it('one that takes the connection and says nothing is left after 2 s', async () => {
    const clock = new ManualClock(0);
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const file = join(office((silent.address() as AddressInfo).port), 'callbackd.json');
    const asked = checkNames(checkAll(file, {}), {}, clock);
    const [socket] = (await once(silent, 'connection')) as [Socket];
    clock.advance(2_000);
    expect(await asked).toEqual({ notAsked: expect.stringContaining('2 s') });
    socket.destroy();
    silent.close();
  });

  it('in JSON the problems stand alone, and the line goes to standard error', async () => {
    const folder = office(1);
    const seen = await cli('check', '--config', join(folder, 'callbackd.json'), '--json');
    expect([seen.code, json(seen)]).toEqual([0, { ok: true, rules: ['sales'], problems: [] }]);
    expect(seen.err).toMatch(/^FreeSWITCH was not asked: /);
  });
});

describe('what FreeSWITCH answers', () => {
  const file = parseJson('f', '{"a": "x"}').json!;
  const thing = (kind: NamedThing['kind'], name: string): NamedThing => ({
    kind,
    name,
    by: 'rule "r"',
    json: file,
    path: ['a'],
  });
  const judged = async (answers: Record<string, string>, ...named: NamedThing[]): Promise<string[]> => {
    const asked = (command: string): Promise<Answer> =>
      Promise.resolve(
        answers[command] === undefined ? { text: '-ERR Command not found!' } : { text: answers[command] },
      );
    return unknownNames(named, await askKnownNames(asked, named)).map(formatProblem);
  };

  it('a user that no file of XML names is asked for; registered is enough', async () => {
    const users = 'userid|context\n1001|default\n\n+OK';
    const domain = { list_users: users, 'global_getvar domain': 'office.example' };
    expect(await judged(domain, thing('extension', '1001'), thing('extension', '1001@office.example'))).toEqual([]);
    const exists = { ...domain, 'user_exists id 1002 office.example': 'true' };
    expect(await judged(exists, thing('extension', '1002'))).toEqual([]);
    const away = { ...domain, 'user_exists id 1002 office.example': 'false' };
    expect(await judged(away, thing('extension', '1002'))).toHaveLength(1);
    const registered = { ...away, 'sofia_contact */1002@office.example': 'sofia/internal/sip:1002@10.0.0.5' };
    expect(await judged(registered, thing('extension', '1002'))).toEqual([]);
  });

  it('what a FreeSWITCH without the module can not tell is not told', async () => {
    const kinds = ['queue', 'agent', 'extension', 'gateway'] as const;
    expect(await judged({}, ...kinds.map((kind) => thing(kind, 'x')))).toEqual([]);
  });

  it('no queue at all', async () => {
    expect(await judged({ 'callcenter_config queue list': 'name|strategy\n+OK' }, thing('queue', 'sales'))).toEqual([
      'f:1:7: warning: a: rule "r" names the queue "sales", which mod_callcenter does not have; it has none',
    ]);
  });

  it('the gateways of mod_sofia', () => {
    const table =
      '                     Name\t   Type\n=====\n           127.0.0.1\tprofile\t  sip:mod_sofia@127.0.0.1:5060\tRUNNING (0)\n     external::trunk\tgateway\t  sip:u@127.0.0.1\tNOREG\n';
    expect(gatewayNames(table)).toEqual(['trunk']);
    expect(knowsGateway('Invalid Gateway!')).toBe(false);
  });
});
