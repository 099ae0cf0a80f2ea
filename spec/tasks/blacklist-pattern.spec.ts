import { describe, expect, it } from '@jest/globals';
import { readBlacklist } from '../../lib/tasks/blacklist-file.js';
import { blacklistPattern, spellings } from '../../lib/tasks/blacklist-pattern.js';

describe('what an admin writes for the blacklist', () => {
  it.each([
    ['+7 (495) 123-00-01', 'RU', '+74951230001'],
    ['8 495 123.00.01', 'RU', '+74951230001'],
    ['7495 1230001', 'RU', '+74951230001'],
    ['+74951230001', undefined, '+74951230001'],
    ['380440000001', 'RU', '+380440000001'],
    ['044 000 00 01', 'UA', '+380440000001'],
    [' +7495* ', 'RU', '+7495*'],
    ['*00-01', 'RU', '*0001'],
    ['8800**', 'RU', '8800*'],
  ])('"%s" in %s is %s', (text, country, pattern) => {
    expect(blacklistPattern(text, country)).toEqual({ pattern });
  });

  it.each([
    ['', 'RU', /found nothing/],
    ['+', 'RU', /no number/],
    ['Anna', 'RU', /"Anna" is no number/],
    ['*', 'RU', /take every caller/],
    ['+*', 'RU', /take every caller/],
    ['[0-9]*', 'RU', /no number and no pattern/],
    ['112', 'RU', /no valid number$/],
    ['4951230001', undefined, /needs its \+ and country code/],
    ['1'.repeat(33) + '*', 'RU', /no number/],
  ])('"%s" in %s is refused', (text, country, problem) => {
    expect(blacklistPattern(text, country)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('is compared with E.164 and with the number as received', () => {
    expect(spellings({ e164: '+74951230001', number: '84951230001' })).toEqual(['+74951230001', '84951230001']);
    expect(spellings({ number: '380440000001' })).toEqual(['380440000001', '+380440000001']);
    expect([spellings({ number: '12' }), spellings({})]).toEqual([['12'], []]);
  });
});

describe('a file of the blacklist', () => {
  it('may have a heading in its first line only', () => {
    const text = 'phone number;name\n+74951230001;Anna\nname;x\n';
    expect(readBlacklist('f', text, 'RU')).toMatchObject({ patterns: ['+74951230001'], problems: [{ file: 'f', line: 3 }] }); // prettier-ignore
    expect(readBlacklist('f', 'phone\n', 'RU').problems).toHaveLength(1);
  });

  it('may be empty', () => {
    expect(readBlacklist('f', '\n# nothing\n', 'RU')).toEqual({ patterns: [], problems: [] });
  });
});
