import { describe, expect, it } from '@jest/globals';
import { asStorageProblem, StorageProblem } from '../../lib/store/problem.js';

describe('an error of SQLite', () => {
  it.each([
    ['SQLITE_BUSY', 'locked'],
    ['SQLITE_BUSY_SNAPSHOT', 'locked'],
    ['SQLITE_LOCKED_SHAREDCACHE', 'locked'],
    ['SQLITE_READONLY', 'read-only'],
    ['SQLITE_READONLY_DIRECTORY', 'read-only'],
    ['SQLITE_READONLY_DBMOVED', 'read-only'],
    ['SQLITE_PERM', 'read-only'],
    ['SQLITE_CORRUPT_INDEX', 'corrupt'],
    ['SQLITE_NOTADB', 'corrupt'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_IOERR_WRITE', 'full'],
    ['SQLITE_IOERR_FSYNC', 'full'],
    ['SQLITE_IOERR_READ', 'unreadable'],
    ['SQLITE_CANTOPEN', 'unreadable'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'conflict'],
    ['SQLITE_ERROR', 'unreadable'],
  ])('%s is %s: it says which file, what is wrong, and what to do', (code, kind) => {
    const error = Object.assign(new Error('text of SQLite'), { code });
    const problem = asStorageProblem(error, '/var/lib/callbackd.db') as StorageProblem;
    expect(problem).toBeInstanceOf(StorageProblem);
    expect(problem).toMatchObject({ kind, cause: error });
    expect(problem.message).toMatch(new RegExp(`^/var/lib/callbackd\\.db .*\\(${code}\\)$`));
    expect(problem.hint).toMatch(/\w+ \w+/);
    expect(problem.hint).not.toContain('FILE');
  });

  it.each([new Error('x'), new TypeError('x'), 'x', undefined, null, { code: 5 }, { code: 'ENOENT' }])(
    'is not %p: that is given back as it is',
    (error) => expect(asStorageProblem(error, 'f')).toBe(error),
  );

  it('that is a problem already stays it', () => {
    const problem = new StorageProblem('full', 'm', 'h');
    expect(asStorageProblem(problem, 'f')).toBe(problem);
  });
});
