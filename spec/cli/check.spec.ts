import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { folderWith } from '../config/temporary-folder.js';
import { cli, json } from './cli.js';

const rule = { name: 'All', lostAt: 'any', callback: { to: { extension: '1001' } } };

function office(files: Record<string, string>): string {
  return join(folderWith({ 'callbackd.json': '{}', ...files }), 'callbackd.json');
}

describe('callbackd check', () => {
  it('finds no errors in {}', async () => {
    const { code, out } = await cli('check', '--config', office({}));
    expect([code, out]).toEqual([0, expect.stringContaining('callbackd.json: no errors; 0 rules in force')]);
  });

  it('counts the rules in force', async () => {
    const file = office({
      'rules/10-all.json': JSON.stringify(rule),
      'rules/20-off.json': JSON.stringify({ ...rule, enabled: false }),
    });
    const { code, out } = await cli('check', '--config', file);
    expect([code, out]).toEqual([0, expect.stringContaining('no errors; 1 rule in force')]);
    const printed = json(await cli('check', '--config', file, '--json'));
    expect(printed).toMatchObject({ ok: true, rules: ['all', 'off'] });
  });

  it('shows every problem of every file with file:line:column, and ends with 1', async () => {
    const file = office({
      'callbackd.json': '{\n  "esl": { "prot": 8021 }\n}',
    });
    const { code, out, err } = await cli('check', '--config', file);
    expect(code).toBe(1);
    expect(out).toMatch(/callbackd\.json:2:\d+: .*"?prot"?.*"port"/);
    expect(err).toBe('1 error');
  });

  it('shows the problems of several rules at once', async () => {
    const file = office({
      'rules/10-a.json': '{\n  "name": "A",\n  "lostAt": "any",\n  "callback": { "to": { "extension": "1001" }, "after": ["0x"] }\n}',
      'rules/20-b.json': '{ "name": ',
      'rules/30-c.json': JSON.stringify(rule),
    }); // prettier-ignore
    const { code, out, err } = await cli('check', '--config', file);
    expect(code).toBe(1);
    expect(out).toMatch(/10-a\.json:4:\d+:/);
    expect(out).toMatch(/20-b\.json:1:\d+:/);
    expect(out).not.toContain('30-c.json:');
    expect(out).not.toContain('no errors');
    expect(err).toMatch(/^\d+ errors$/);
  });

  it('gives them as JSON too', async () => {
    const file = office({ 'rules/10-a.json': '{\n  "nam": "A"\n}' });
    const seen = await cli('check', '--config', file, '--json');
    expect(seen.code).toBe(1);
    const { ok, rules, problems } = json(seen) as { ok: boolean; rules: string[]; problems: Record<string, unknown>[] };
    expect([ok, rules]).toEqual([false, []]);
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const problem of errors)
      expect(problem).toMatchObject({ file: expect.stringContaining('10-a.json'), line: expect.any(Number), column: expect.any(Number), message: expect.any(String) }); // prettier-ignore
  });

  it('shows what stands in a file without its control characters', async () => {
    const file = office({ 'rules/10-a.json': '{ "na\\u001b[2Jme": 1 }' });
    const { out } = await cli('check', '--config', file);
    expect(out).not.toContain('\u001b');
  });

  it('and the other commands stop at errors with 3', async () => {
    const file = office({ 'callbackd.json': '{ "contry": "RU" }' });
    const { code, err } = await cli('tasks', 'list', '--config', file);
    expect([code, err]).toEqual([3, expect.stringMatching(/callbackd\.json:1:\d+: [^]*callbackd check/)]);
  });
});
