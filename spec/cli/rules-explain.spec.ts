import { beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { lockForWriting } from '../../lib/store/database.js';
import { json } from './cli.js';
import { RuleOffice } from './rule-office.js';

let office: RuleOffice;

beforeEach(() => {
  office = new RuleOffice();
});

const inSales = ['rules', 'explain', '--place', 'queue:sales@default'];

describe('rules explain of an invented call', () => {
  it('says for each rule whether it takes it, or what fails; which wins, and when he is called', async () => {
    const { code, out, err } = await office.run(...inSales, '--at', '2026-11-20 17:59', '--waited', '20s');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^an invented call: lost in queue sales@default after 20 s; Fri 2026-11-20 17:59\n/);
    expect(out).toMatch(/sales +YES +lost at queue:sales@default, everything holds/);
    expect(out).toMatch(/vip +no +when: variable vip is not known, needs 1/);
    expect(out).toMatch(/none +no +disabled; else: /);
    expect(out).toMatch(/\nrule sales \(Sales\) takes it: calls back through queue sales@default, first at Fri 2026-11-20 17:59; given up at Mon 2026-11-23 16:59$/); // prettier-ignore
  });

  it.each([
    [
      'the place',
      ['--place', 'queue:support@default'],
      /sales +no +lost at queue:support@default, the rule takes queue:sales@default/,
    ],
    ['the hours', ['--at', '2026-11-20 18:20'], /sales +no +lost Fri 18:20, outside office-hours/],
    ['the wait', ['--at', '2026-11-20 12:00', '--waited', '3'], /sales +no +waited 3 s, needs 10 s/],
  ])('names %s when it fails', async (_, options, reason) => {
    const { out } = await office.run(...inSales, ...options);
    expect(out).toMatch(reason);
    expect(out).toContain('no rule takes it: nobody is called back');
  });

  it('takes the other facts of a call', async () => {
    office.write(
      '05-facts.json',
      JSON.stringify({
        name: 'Facts',
        lostAt: 'transfer',
        ignore: true,
        when: {
          all: [
            { fact: 'requested', operator: 'equal', value: true },
            { fact: 'endedBy', operator: 'equal', value: 'timeout' },
            { fact: 'timesLostToday', operator: 'equal', value: 3 },
            { fact: 'name', operator: 'equal', value: 'Anna' },
            { fact: 'number', operator: 'equal', value: '+74951230001' },
            { fact: 'dialled', operator: 'equal', value: '+74951234567' },
          ],
        },
      }),
    );
    const all = ['--number', '8 495 123-00-01', '--dialled', '84951234567', '--name', 'Anna', '--requested', '--ended-by', 'timeout', '--transferred', '1002', '--times-lost-today', '3'];
    expect((await office.run(...inSales, ...all)).out).toContain('rule facts (Facts) takes it and ignores it: nobody is called back');
    expect((await office.run(...inSales, ...all.slice(0, -2))).out).toMatch(/facts +no +when: timesLostToday is 1, needs 3/);
  }); // prettier-ignore

  it('shows the rules after the winner, and variables', async () => {
    const { out } = await office.run(...inSales, '--at', '2026-11-20 12:00', '--waited', '20', '--variable', 'vip=1');
    expect(out).toMatch(/sales +YES/);
    expect(out).toMatch(/vip +yes, but comes later/);
    const later = await office.run(...inSales, '--at', '2026-11-20 18:20', '--variable', 'vip=1');
    expect(later.out).toContain('rule vip (VIP) takes it: calls back through extension 1001, first at Mon 2026-11-23 09:00'); // prettier-ignore
  });

  it('counts the first interval of the rule', async () => {
    const { out } = await office.run(
      'rules',
      'explain',
      '--place',
      'ivr',
      '--at',
      '2026-11-20 12:00',
      '--variable',
      'vip=1',
    );
    expect(out).toContain('calls back through extension 1001, first at Fri 2026-11-20 12:01');
  });

  it('says that some numbers are never called back', async () => {
    expect((await office.run(...inSales, '--number', 'withheld')).out).toContain('whatever the rules say: the caller withheld his number'); // prettier-ignore
    expect((await office.run(...inSales, '--number', '+15550100')).out).toMatch(/whatever the rules say: .*15550100/);
  });

  it('a request that no rule takes is called back by where he asked', async () => {
    for (const name of office.files()) office.remove(name);
    const { out } = await office.run(...inSales, '--requested', '--at', '2026-11-21T10:00:00Z');
    expect(out).toContain('rule request (The client asked to be called back) takes it: calls back through queue sales@default, first at Sat 2026-11-21 13:00'); // prettier-ignore
  });

  it('gives everything as JSON', async () => {
    const answer = json(await office.run(...inSales, '--at', '2026-11-20T09:00:00Z', '--waited', '20s', '--json'));
    expect(answer).toMatchObject({
      facts: { place: 'queue', queue: 'sales@default', lostAt: Date.UTC(2026, 10, 20, 9), waited: 20 },
      rules: [{ rule: 'sales', matched: true }, { rule: 'vip', matched: false }, { rule: 'none' }],
      outcome: { action: 'callback', rule: 'sales', firstAt: Date.UTC(2026, 10, 20, 9) },
    });
  });

  it('looks at the rules on disk, and says so, while the database can’t be used', async () => {
    const lock = lockForWriting(office.database);
    const { code, out, err } = await office.run(...inSales, '--at', '2026-11-20 12:00', '--waited', '20');
    lock.release();
    expect([code, err]).toEqual([0, expect.stringContaining('the rules are looked at as they are on disk')]);
    expect(out).toContain('rule sales (Sales) takes it');
  });

  it('says that callbackd is switched off', async () => {
    await office.run('off');
    expect((await office.run(...inSales)).out).toMatch(/^callbackd is switched off since /);
  });

  it.each([
    ['nothing', [], '--place for an invented one'],
    ['no time', ['--place', 'ivr', '--at', 'noon'], '"noon" is no time'],
    ['a variable that is not kept', ['--place', 'ivr', '--variable', 'vib=1'], '"vib" is not kept; did you mean "vip"?'],
    ['a variable without a value', ['--place', 'ivr', '--variable', 'vip'], 'name=value'],
    ['an ending that there is not', ['--place', 'ivr', '--ended-by', 'timeot'], 'did you mean "timeout"?'],
    ['no count', ['--place', 'ivr', '--times-lost-today', '0'], 'at least 1'],
    ['no wait', ['--place', 'ivr', '--waited', 'long'], 'a span such as 20s'],
    ['a stored call that is changed', ['1', '--times-lost-today', '3'], 'goes without --times-lost-today'],
  ])('refuses %s (exit code 2)', async (_, options, why) => {
    expect(await office.run('rules', 'explain', ...options)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(why) });
  }); // prettier-ignore
});

describe('rules explain of a stored call', () => {
  it('takes the facts as they were when it was decided', async () => {
    office.lost({ call: 'one', e164: '+74951230002' }, { history: { timesLostToday: 4, timesLostThisWeek: 5, openTask: true } }); // prettier-ignore
    const { code, out } = await office.run('rules', 'explain', '1');
    expect(code).toBe(0);
    expect(out).toMatch(/^call 1, \+74951230002: lost in queue sales@default after 12 s: the client hung up; Fri 2026-11-20 15:00/); // prettier-ignore
    expect(out).toContain('rule sales (Sales) takes it');
    expect(out).toContain('he had an open task already');
    expect(json(await office.run('rules', 'explain', '1', '--json'))).toMatchObject({ facts: { timesLostToday: 4 } });
  });

  it('says why nobody could be called back', async () => {
    office.lost({ call: 'one', anonymous: true }, { action: 'none', whyNot: 'the caller withheld his number' });
    expect((await office.run('rules', 'explain', '1')).out).toContain('whatever the rules say: the caller withheld');
  });

  it('refuses answered calls, and calls that there are not', async () => {
    office.lost({ call: 'one', outcome: 'answered', employee: '1001' }, { action: 'none' });
    expect(await office.run('rules', 'explain', '1')).toMatchObject({ code: 1, err: 'call 1 was answered by 1001: rules are asked about lost calls only' }); // prettier-ignore
    expect(await office.run('rules', 'explain', '9')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no call 9'),
    });
  });

  it('needs the database', async () => {
    const lock = lockForWriting(office.database);
    expect(await office.run('rules', 'explain', '1')).toMatchObject({ code: 4 });
    lock.release();
  });
});

it('a folder of rules that is gone takes nothing', async () => {
  rmSync(office.rulesDir, { recursive: true });
  expect((await office.run(...inSales)).out).toContain('no rule takes it');
});
