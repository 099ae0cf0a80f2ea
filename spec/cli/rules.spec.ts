import { beforeEach, describe, expect, it } from '@jest/globals';
import { lockForWriting } from '../../lib/store/database.js';
import type { Task } from '../../lib/tasks/task.js';
import { taskOf } from '../store/contract.js';
import { json } from './cli.js';
import { RuleOffice, salesText } from './rule-office.js';

let office: RuleOffice;

beforeEach(() => {
  office = new RuleOffice();
});

/** An open task of the rule. */
function aTask(client: string, rule = 'sales'): Task {
  return office.inDatabase((store) => taskOf(store, client, { rule }));
}

describe('rules list', () => {
  it('shows the rules in their order, with open tasks and the last match', async () => {
    aTask('+74951230001');
    office.lost({ call: 'latest', endedAt: Date.UTC(2026, 10, 20, 13) });
    const { code, out, err } = await office.run('rules', 'list');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/order +on +id +name +lost at +action +open tasks +last match +problems/);
    expect(out).toMatch(/10 +on +sales +Sales +queue:sales@default +call back: queue sales@default +1 +[\d: -]*\d\d:00:00/);
    expect(out).toMatch(/20 +on +vip +VIP +any +call back: extension 1001 +0 +never/);
    expect(out).toMatch(/30 +off +none +The rest +any +ignore +0 +never/);
  }); // prettier-ignore

  it('says that there are none', async () => {
    for (const name of office.files()) office.remove(name);
    expect((await office.run('rules', 'list')).out).toBe(`there are no rules in ${office.rulesDir}`);
  });

  it('says loudly which last good versions stand in, and which rules take nothing', async () => {
    await office.run('rules', 'enable', 'sales');
    office.write('10-sales.json', '{');
    office.remove('30-none.json');
    office.write('40-new.json', '{"nam": "x"}');
    office.write('sales.json', '{}');
    const { out } = await office.run('rules', 'list');
    expect(out).toMatch(/10 +on +sales .*FILE BROKEN, 2/);
    expect(out).toMatch(/30 +off +none .*FILE GONE, 1/);
    expect(out).toMatch(/40 +no +new .*NOT IN FORCE, \d/);
    expect(out).toContain(`! rule "sales": ${office.rulesDir}/10-sales.json is broken; its last good version stays in force`);
    expect(out).toContain('! rule "none": ');
    expect(out).toContain('40-new.json is broken, and no good version of it is known: it takes no calls');
    expect(out).toMatch(/40-new\.json:1:2: .*did you mean "name"/);
    expect(out).toContain('the name of a rule file is NN-id.json');
  }); // prettier-ignore

  it('gives everything as JSON', async () => {
    const entries = json(await office.run('rules', 'list', '--json'));
    expect(entries).toMatchObject([
      { id: 'sales', state: 'good', openTasks: 0, rule: { name: 'Sales', minWaitMs: 10_000 }, problems: [] },
      { id: 'vip' },
      { id: 'none', rule: { enabled: false } },
    ]);
  });
});

describe('rules show', () => {
  it('tells a rule in words, with its defaults', async () => {
    const { code, out } = await office.run('rules', 'show', 'sales');
    expect(code).toBe(0);
    for (const part of [
      /^rule sales: Sales$/m,
      /file +.*10-sales\.json \(in force as it stands there\)/,
      /lost +during office-hours/,
      /waited +at least 10 s; after a transfer/,
      /then +call back: queue sales@default is rung first/,
      /prompt +\/.*callback\.wav/,
      /attempts +3: at once, 5 min after the end of the one before, 15 min after/,
      /at a time +2 callbacks/,
      /reached +when they have talked for 5 s/,
      /given up +8 h after the loss/,
    ])
      expect(out).toMatch(part);
  });

  it('tells conditions', async () => {
    office.write(
      '40-new.json',
      JSON.stringify({
        name: 'N',
        ignore: true,
        when: {
          any: [
            { all: [{ fact: 'waited', operator: 'lessThan', value: '5m' }, { fact: 'requested', operator: 'equal', value: true }] },
            { not: { fact: 'number', operator: 'matches', value: '+7495*' } },
          ],
        },
      }),
    ); // prettier-ignore
    expect((await office.run('rules', 'show', 'new')).out).toMatch(
      /when +\(waited is less than 5 min and requested is true\) or not \(number is like \+7495\*\)/,
    );
  });

  it('says when the version in force is not the file’s', async () => {
    await office.run('rules', 'enable', 'sales');
    office.write('10-sales.json', '{');
    const { out } = await office.run('rules', 'show', 'sales');
    expect(out).toContain('BROKEN: the last good version, below, stays in force');
    expect(out).toContain('during office-hours');
    expect(out).toMatch(/10-sales\.json:1:2: not valid JSON/);
  });

  it('--compiled gives the rule of json-rules-engine', async () => {
    const compiled = json(await office.run('rules', 'show', 'vip', '--compiled'));
    expect(compiled).toMatchObject({
      name: 'vip',
      priority: 2,
      conditions: { all: [{ name: 'lostAt', any: [{ value: 'any' }] }, { name: 'when' }] },
    });
    expect((await office.run('rules', 'show', 'vip', '--compiled', '--json')).out.split('\n')).toHaveLength(1);
  });

  it('--compiled of a rule that is not in force is refused', async () => {
    office.write('40-new.json', '{');
    expect(await office.run('rules', 'show', 'new', '--compiled')).toMatchObject({ code: 1, err: expect.stringContaining('not in force') }); // prettier-ignore
    expect((await office.run('rules', 'show', 'new')).out).toContain('no good version of it is known');
  });

  it('takes the name of the file too', async () => {
    expect((await office.run('rules', 'show', `${office.rulesDir}/10-sales.json`)).out).toMatch(/^rule sales: Sales\n/);
  });

  it('names the nearest id', async () => {
    expect(await office.run('rules', 'show', 'salse')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/no rule "salse".*did you mean "sales"\?\n"callbackd rules list"/) }); // prettier-ignore
  });
});

describe('rules check', () => {
  it('is content', async () => {
    expect(await office.run('rules', 'check')).toEqual({ code: 0, out: `${office.rulesDir}: no errors; 3 rules, 2 enabled`, err: '' }); // prettier-ignore
  });

  it('shows problems of rules only, and ends with 1', async () => {
    office.write('20-vip.json', '{"name": "VIP", "ignor": true}');
    const { code, out, err } = await office.run('rules', 'check');
    expect([code, err]).toEqual([1, '1 error']);
    expect(out.split('\n')).toEqual([expect.stringMatching(/20-vip\.json:1:17: .*ignor.*did you mean "ignore"/)]);
    expect(json(await office.run('rules', 'check', '--json'))).toMatchObject({ ok: false, rules: ['sales', 'none'] });
  });
});

describe('rules enable and disable', () => {
  it('change the file as a person would', async () => {
    expect(await office.run('rules', 'disable', 'sales')).toEqual({ code: 0, out: 'rule sales is disabled', err: '' });
    const disabled = salesText.replace('// ours\n', '// ours\n  "enabled": false,\n');
    expect(office.text('10-sales.json')).toBe(disabled);
    expect((await office.run('rules', 'disable', 'sales')).out).toBe('rule sales is already disabled');
    expect(json(await office.run('rules', 'enable', 'sales', '--json'))).toEqual({ id: 'sales', enabled: true, changed: true }); // prettier-ignore
    expect(office.text('10-sales.json')).toBe(disabled.replace('false', 'true'));
  });

  it('refuse a broken file, and say where', async () => {
    office.write('10-sales.json', '{\n  "name": "Sales"\n  "ignore": true\n}');
    const { code, out, err } = await office.run('rules', 'disable', 'sales');
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(/10-sales\.json:3:3: .*comma[^]*correct it first/)]);
  });

  it('name the nearest id', async () => {
    expect(await office.run('rules', 'disable', 'vp')).toMatchObject({ code: 1, err: expect.stringContaining('did you mean "vip"?') }); // prettier-ignore
  });

  it('tell problems that there are', async () => {
    office.write('20-vip.json', '{"name": "VIP"}');
    expect((await office.run('rules', 'enable', 'none')).err).toMatch(/20-vip\.json:1:1: .*one action/);
  });

  it('tell only some of many problems', async () => {
    for (let rule = 40; rule < 55; rule++) office.write(`${rule}-broken${rule}.json`, '{"name": "B"}');
    const { err } = await office.run('rules', 'enable', 'none');
    expect(err.split('\n')).toHaveLength(11);
    expect(err).toMatch(/and 5 more problems: "callbackd rules check" shows them$/);
  });

  it('edit the file also while the database is in use', async () => {
    const lock = lockForWriting(office.database);
    const { code, out, err } = await office.run('rules', 'disable', 'sales');
    lock.release();
    expect([code, out]).toEqual([0, 'rule sales is disabled']);
    expect(err).toContain('the file is changed, and the daemon reads it when it starts');
  });
});

describe('rules move', () => {
  it.each([
    [['--before', 'sales'], '20-vip.json is now 05-vip.json', ['05-vip.json', '10-sales.json', '30-none.json']],
    [['--after', 'none'], '20-vip.json is now 40-vip.json', ['10-sales.json', '30-none.json', '40-vip.json']],
    [['--first'], '20-vip.json is now 05-vip.json', ['05-vip.json', '10-sales.json', '30-none.json']],
    [['--last'], '20-vip.json is now 40-vip.json', ['10-sales.json', '30-none.json', '40-vip.json']],
    [['--before', 'none'], 'rule vip stands there already', ['10-sales.json', '20-vip.json', '30-none.json']],
  ])('vip %j', async (where, out, files) => {
    expect(await office.run('rules', 'move', 'vip', ...where)).toEqual({ code: 0, out, err: '' });
    expect(office.files()).toEqual(files);
  });

  it('needs to know where to, once', async () => {
    expect(await office.run('rules', 'move', 'vip')).toMatchObject({ code: 2, err: expect.stringContaining('--before ID') }); // prettier-ignore
    expect(await office.run('rules', 'move', 'vip', '--first', '--last')).toMatchObject({ code: 2 });
    expect(await office.run('rules', 'move', 'vip', '--before', 'noone')).toMatchObject({ code: 1, err: expect.stringContaining('did you mean "none"?') }); // prettier-ignore
  });

  it('gives the renamed files as JSON', async () => {
    expect(json(await office.run('rules', 'move', 'none', '--after', 'sales', '--json'))).toEqual({
      id: 'none',
      renamed: [{ from: '30-none.json', to: '15-none.json' }],
    });
  });
});

describe('rules delete', () => {
  it('shows what will be gone, asks, and cancels the open tasks', async () => {
    const { id } = aTask('+74951230001');
    const other = aTask('+74951230002', 'vip');
    const { code, out, err } = await office.answering('y', 'rules', 'delete', 'sales');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/10-sales\.json will be removed\n {2}1 open task will be cancelled:\n[^]*\+74951230001[^]*Delete rule sales\? \[y\/N\]/);
    expect(out).toMatch(/rule sales is deleted; 1 open task cancelled:\n[^]*\+74951230001 .*rule deleted/);
    expect(office.files()).toEqual(['20-vip.json', '30-none.json']);
    office.inDatabase((store) => {
      expect(store.task(id)).toMatchObject({ state: 'cancelled', reason: 'rule deleted' });
      expect(store.task(other.id)).toMatchObject({ state: 'waiting' });
    });
    expect((await office.run('rules', 'list')).out).not.toContain('sales');
  }); // prettier-ignore

  it.each(['', 'n', 'yesterday'])('does nothing on the answer "%s"', async (answer) => {
    const { id } = aTask('+74951230001');
    expect(await office.answering(answer, 'rules', 'delete', 'sales')).toMatchObject({ code: 1, err: 'nothing was deleted' }); // prettier-ignore
    expect(office.files()).toContain('10-sales.json');
    expect(office.inDatabase((store) => store.task(id)?.state)).toBe('waiting');
  });

  it('needs --yes when there is nobody to ask', async () => {
    expect(await office.run('rules', 'delete', 'vip')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--yes'),
    });
    expect(office.files()).toContain('20-vip.json');
    expect(json(await office.run('rules', 'delete', 'vip', '--yes', '--json'))).toEqual({
      id: 'vip',
      files: [`${office.rulesDir}/20-vip.json`],
      cancelled: [],
    });
    expect(office.files()).not.toContain('20-vip.json');
  });

  it('ends the grace of a rule whose file is gone', async () => {
    await office.run('rules', 'enable', 'sales');
    const { id } = aTask('+74951230001');
    office.remove('10-sales.json');
    expect((await office.run('rules', 'list')).out).toContain('FILE GONE');
    expect((await office.run('rules', 'delete', 'sales', '--yes')).out).toContain('1 open task cancelled');
    expect(office.inDatabase((store) => store.task(id)?.reason)).toBe('rule deleted');
  });

  it('removes a broken rule too', async () => {
    office.write('40-new.json', '{');
    expect((await office.run('rules', 'delete', 'new', '--yes')).out).toBe('rule new is deleted');
  });

  it('names the nearest id, and refuses an id of two files', async () => {
    expect(await office.run('rules', 'delete', 'sale', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('did you mean "sales"?') }); // prettier-ignore
    office.write('40-sales.json', '{');
    expect(await office.run('rules', 'delete', 'sales', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('10-sales.json, 40-sales.json') }); // prettier-ignore
    expect(office.files()).toContain('10-sales.json');
  });
});

it('tasks of a rule whose file is broken are tried again by its last good version', async () => {
  await office.run('rules', 'enable', 'sales');
  const { id } = aTask('+74951230001');
  office.write('10-sales.json', '{');
  expect(await office.run('tasks', 'retry', String(id))).toMatchObject({ code: 0, err: '' });
});
