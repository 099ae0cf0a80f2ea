import { beforeEach, describe, expect, it } from '@jest/globals';
import { taskOf } from '../store/contract.js';
import { json } from './cli.js';
import { RuleOffice } from './rule-office.js';

let office: RuleOffice;

beforeEach(() => {
  office = new RuleOffice();
});

describe('callbackd off and on', () => {
  it('say what they mean, and how many tasks wait', async () => {
    office.inDatabase((store) => taskOf(store, '+74951230001', { rule: 'sales' }));
    expect(await office.run('off')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^callbackd is switched off: lost calls are recorded and never become tasks, nobody is called back\n1 open task rests and loses no time/),
    });
    expect((await office.run('off')).out).toMatch(/^callbackd is switched off already since .*\d:\d\d:\d\d:/);
    office.inDatabase((store) => taskOf(store, '+74951230002', { rule: 'sales' }));
    expect((await office.run('on')).out).toBe('callbackd is switched on: lost calls are called back as the rules say\n2 open tasks go on');
    expect((await office.run('on')).out).toMatch(/^callbackd is switched on already since /);
  }); // prettier-ignore

  it('say so when it never was switched, and no task is open', async () => {
    expect((await office.run('on')).out).toBe('callbackd is switched on already: lost calls are called back as the rules say\nno task is open'); // prettier-ignore
  });

  it('--json', async () => {
    expect(json(await office.run('off', '--json'))).toEqual({ on: false, since: expect.any(Number), openTasks: 0 });
  });
});

describe('every list says that callbackd is switched off', () => {
  const lists = [['tasks', 'list'], ['calls', 'list'], ['calls', 'list', '--unanswered'], ['rules', 'list'], ['blacklist', 'list']]; // prettier-ignore
  const line = /^callbackd is switched off since .*: nobody is called back; "callbackd on" turns it on\n/;

  it.each(lists)('%s %s %s', async (...words) => {
    const list = words.filter((word) => typeof word === 'string');
    expect((await office.run(...list)).out).not.toContain('switched off');
    await office.run('off');
    expect((await office.run(...list)).out).toMatch(line);
    expect(json(await office.run(...list, '--json'))).toEqual(expect.any(Array));
    await office.run('on');
    expect((await office.run(...list)).out).not.toContain('switched off');
  });
});
