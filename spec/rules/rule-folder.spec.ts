import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EditProblem } from '../../lib/rules/edit-problem.js';
import { enableRule, moveRule, removeRuleFile, ruleFiles } from '../../lib/rules/rule-folder.js';
import { readForEditing, replaceText, whyUnwritable } from '../../lib/rules/write-file.js';
import { folderWith } from '../config/temporary-folder.js';

const rule = '{\n  "name": "A", // ours\n  "ignore": true\n}\n';

let dir: string;

beforeEach(() => {
  dir = folderWith({
    '10-a.json': rule,
    '20-b.json': rule,
    '20-c.json': rule,
    'rule.schema.json': '{}',
    'notes.txt': '',
  });
});

function names(): string[] {
  return ruleFiles(dir).map(({ name }) => name);
}

/** As somebody who may not write there; root is nobody for that long. */
function asStranger<T>(work: () => T): T {
  const { geteuid, seteuid } = process;
  const isRoot = geteuid?.() === 0;
  chmodSync(dir, 0o555);
  if (isRoot) seteuid?.(65_534);
  try {
    return work();
  } finally {
    if (isRoot) seteuid?.(0);
    chmodSync(dir, 0o755);
  }
}

describe('the files of a folder', () => {
  it('are those that are named as rules, in their order', () => {
    writeFileSync(join(dir, '.30-d.json.swp'), '');
    writeFileSync(join(dir, '020-aa.json'), '');
    expect(names()).toEqual(['10-a.json', '020-aa.json', '20-b.json', '20-c.json']);
  });

  it('can’t be looked at in a folder that is not there', () => {
    expect(() => ruleFiles('/nowhere/rules')).toThrow('the rules folder /nowhere/rules can\'t be read: no such file'); // prettier-ignore
  });
});

describe('enabling and disabling', () => {
  it('writes the file, and leaves nothing beside it', () => {
    expect(enableRule(dir, 'a', false)).toBe(true);
    expect(readFileSync(join(dir, '10-a.json'), 'utf8')).toBe(rule.replace('// ours\n', '// ours\n  "enabled": false,\n'));
    expect(enableRule(dir, 'a', false)).toBe(false);
    expect(readdirSync(dir).sort()).toEqual(['10-a.json', '20-b.json', '20-c.json', 'notes.txt', 'rule.schema.json']);
  }); // prettier-ignore

  it('keeps mode and owner', () => {
    const file = join(dir, '10-a.json');
    chmodSync(file, 0o640);
    const before = statSync(file);
    enableRule(dir, 'a', false);
    const after = statSync(file);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect(after.ino).not.toBe(before.ino);
  });

  it('of a symbolic link writes the file behind it', () => {
    const elsewhere = folderWith({ 'sales.json': rule });
    symlinkSync(join(elsewhere, 'sales.json'), join(dir, '30-sales.json'));
    enableRule(dir, 'sales', false);
    expect(lstatSync(join(dir, '30-sales.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(elsewhere, 'sales.json'), 'utf8')).toContain('"enabled": false');
    expect(readdirSync(elsewhere)).toEqual(['sales.json']);
  });

  it('names the nearest id when there is none', () => {
    mkdirSync(join(dir, 'empty'));
    expect(() => enableRule(dir, 'aa', true)).toThrow(`there is no rule "aa" in ${dir}; did you mean "a"?`);
    expect(() => enableRule(join(dir, 'empty'), 'a', true)).toThrow(EditProblem);
  });

  it('refuses an id that two files have', () => {
    writeFileSync(join(dir, '40-a.json'), rule);
    expect(() => enableRule(dir, 'a', true)).toThrow('have the id "a": 10-a.json, 40-a.json');
  });

  it('refuses what is no UTF-8', () => {
    writeFileSync(join(dir, '10-a.json'), Buffer.from([0x7b, 0xff, 0x7d]));
    expect(() => enableRule(dir, 'a', false)).toThrow('not UTF-8 text');
  });

  it('says that the folder can’t be written to, and changes nothing', () => {
    expect(() => asStranger(() => enableRule(dir, 'a', false))).toThrow(`this user may not write in ${dir}: nothing was changed`); // prettier-ignore
    expect(readFileSync(join(dir, '10-a.json'), 'utf8')).toBe(rule);
  });

  it.each([
    ['EROFS', 'read-only file system'],
    ['ENOSPC', 'no space is left'],
    ['EIO', 'can\'t be written to: EIO'], // prettier-ignore
  ])('tells %s in words', (code, words) => {
    expect(whyUnwritable('/etc', Object.assign(new Error(code), { code })).message).toContain(words);
  });
});

describe('moving', () => {
  it('renames the file and nothing else', () => {
    expect(moveRule(dir, 'c', { before: 'b' })).toEqual([{ from: '20-c.json', to: '15-c.json' }]);
    expect(names()).toEqual(['10-a.json', '15-c.json', '20-b.json']);
    expect(readFileSync(join(dir, '15-c.json'), 'utf8')).toBe(rule);
  });

  it('refuses rules that there are not, and itself', () => {
    expect(() => moveRule(dir, 'a', { after: 'bb' })).toThrow('no rule "bb"');
    expect(() => moveRule(dir, 'x1', 'first')).toThrow('no rule "x1"');
    expect(() => moveRule(dir, 'a', { after: 'a' })).toThrow('before or after itself');
    expect(names()).toEqual(['10-a.json', '20-b.json', '20-c.json']);
  });

  it('renames nothing in a folder that can’t be written to', () => {
    expect(() => asStranger(() => moveRule(dir, 'a', 'last'))).toThrow('may not write');
    expect(names()).toEqual(['10-a.json', '20-b.json', '20-c.json']);
  });
});

it('removing a file says why it can’t be removed', () => {
  expect(() => asStranger(() => removeRuleFile(dir, '10-a.json'))).toThrow('may not write');
  removeRuleFile(dir, '10-a.json');
  expect(names()).toEqual(['20-b.json', '20-c.json']);
});

it('the byte order mark survives reading and writing', () => {
  const file = join(dir, '10-a.json');
  writeFileSync(file, `\uFEFF${rule}`);
  replaceText(file, readForEditing(file));
  expect(readFileSync(file)).toEqual(Buffer.from(`\uFEFF${rule}`));
});
