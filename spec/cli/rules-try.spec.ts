import { beforeEach, describe, expect, it } from '@jest/globals';
import { folderWith } from '../config/temporary-folder.js';
import { json } from './cli.js';
import { RuleOffice, salesText } from './rule-office.js';

let office: RuleOffice;

const friday = (hour: number, minute = 0): number => Date.UTC(2026, 10, 20, hour - 3, minute);

/** Two losses within office hours, one of them after 3 s, one in the evening; and one of a caller without a number. */
beforeEach(async () => {
  office = new RuleOffice();
  office.lost({ call: 'a', e164: '+74951230001', endedAt: friday(12) });
  office.lost({ call: 'b', e164: '+74951230002', endedAt: friday(13), waited: 3 });
  office.lost({ call: 'c', e164: '+74951230003', endedAt: friday(18, 20) });
  office.lost({ call: 'd', anonymous: true, endedAt: friday(14) }, { action: 'none', whyNot: 'the caller withheld his number' });
  office.inDatabase((store) => store.orderRules([]));
  await office.run('rules', 'enable', 'sales');
}); // prettier-ignore

const trial = ['rules', 'try', '--since', '2026-11-20'];

describe('rules try', () => {
  it('says when nothing would change', async () => {
    const { code, out, err } = await office.run(...trial);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      '3 lost calls since Fri 2026-11-20 03:00: 1 called back by the rules in force, 1 by those that were tried',
      'nothing would change',
      '1 skipped, because nobody could be called back',
    ]);
  });

  it('shows call by call what the rules of another folder would do', async () => {
    const evening = { name: 'Evening', lostDuring: { outside: 'office-hours' }, callback: { to: { queue: 'sales@default' }, during: 'office-hours' } }; // prettier-ignore
    const dir = folderWith({
      '10-sales.json': salesText.replace('"minWait": "10s"', '"minWait": "20s"'),
      '50-evening.json': JSON.stringify(evening),
    });
    const { code, out, err } = await office.run(...trial, '--rules', dir);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').slice(0, -1)).toEqual([
      'call 1, +74951230001, lost Fri 2026-11-20 12:00 in queue sales@default: now called back by sales through queue sales@default, first at Fri 2026-11-20 12:00; would be nobody: no rule takes it',
      'call 3, +74951230003, lost Fri 2026-11-20 18:20 in queue sales@default: now nobody: no rule takes it; would be called back by evening through queue sales@default, first at Mon 2026-11-23 09:00',
      expect.stringContaining('1 called back by the rules in force, 1 by those that were tried'),
      '2 would change: 1 called back that are not now, 1 not any more, 0 otherwise',
    ]);
    expect(office.files()).not.toContain('50-evening.json');
  });

  it('shows other settings of the same rule, and with --all what stays', async () => {
    const dir = folderWith({ '10-sales.json': salesText.replace('"during": "off', '"after": ["0s"], "during": "off') });
    const { out } = await office.run(...trial, '--rules', dir, '--all');
    expect(out).toMatch(/^call 1, .*; would be called back by sales .* \(other after\)$/m);
    expect(out).toMatch(/^call 2, .*: as now nobody: no rule takes it$/m);
    expect(out).toContain('1 would change: 0 called back that are not now, 0 not any more, 1 otherwise');
  });

  it('counts a broken file as its last good version, and shows the problem', async () => {
    office.write('10-sales.json', '{');
    const { out, err } = await office.run(...trial);
    expect(out).toContain('nothing would change');
    expect(err).toMatch(/10-sales\.json:1:2: [^]*last good version stays in force/);
  });

  it('counts a rule whose file is gone as deleted', async () => {
    office.remove('10-sales.json');
    expect((await office.run(...trial)).out).toMatch(/^call 1, .*; would be nobody: no rule takes it/);
  });

  it('gives everything as JSON', async () => {
    const dir = folderWith({ '10-none.json': '{"name": "N", "ignore": true}' });
    expect(json(await office.run(...trial, '--rules', dir, '--json'))).toMatchObject({
      calls: [
        { id: 1, client: '+74951230001', lostAt: friday(12), changed: true, now: { rule: 'sales', firstAt: friday(12) }, then: { action: 'ignore', rule: 'none' } },
        { id: 2, changed: true },
        { id: 3, changed: true },
      ],
      changed: 3,
      skipped: 1,
    }); // prettier-ignore
  });

  it('looks back a week, or as far as it is told', async () => {
    expect((await office.run('rules', 'try', '--since', '1s')).out).toContain('0 lost calls since');
    expect((await office.run(...trial, '--limit', '1')).out).toContain('the latest 1 losses; --limit takes more');
  });

  it('refuses a folder that is not there', async () => {
    expect(await office.run(...trial, '--rules', '/nowhere/rules')).toMatchObject({ code: 1, err: 'there is no folder /nowhere/rules' }); // prettier-ignore
  });
});
