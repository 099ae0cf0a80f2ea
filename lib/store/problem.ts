/** Something is wrong with the database; `hint` says what to do. */
export class StorageProblem extends Error {
  override readonly name = 'StorageProblem';
  constructor(
    readonly kind: StorageProblemKind,
    message: string,
    readonly hint: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}

export type StorageProblemKind =
  | 'in-use' // another callbackd has it
  | 'locked' // some other program writes to it
  | 'read-only'
  | 'corrupt'
  | 'full'
  | 'unreadable'
  | 'too-new'
  | 'conflict';

const kinds: [code: RegExp, kind: StorageProblemKind, message: string, hint: string][] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    'locked',
    'is locked by another program',
    'find it with "fuser FILE" and end it; callbackd tries again',
  ],
  [
    /^SQLITE_(READONLY|PERM|AUTH)/,
    'read-only',
    'cannot be written',
    "give callbackd's user write access to the file and to its folder",
  ],
  [
    /^SQLITE_(CORRUPT|NOTADB)/,
    'corrupt',
    'is no intact SQLite database',
    'restore it from a copy, or move it away: callbackd then starts with an empty one',
  ],
  [
    /^SQLITE_(FULL|IOERR_WRITE|IOERR_FSYNC)/,
    'full',
    'cannot grow: the disk is full',
    'free some disk space; callbackd tries again',
  ],
  [/^SQLITE_CONSTRAINT/, 'conflict', 'refused a change that breaks its rules', 'please report this as a bug'],
  [
    /^SQLITE_/,
    'unreadable',
    'cannot be read',
    "check that the folder exists, and that callbackd's user may read and write there",
  ],
];

/**
 * Turns an error of SQLite into a StorageProblem; other errors (bugs) are thrown on as they are.
 * Looked at by `code`: `instanceof` fails across the module copies of a test runner.
 */
export function asStorageProblem(error: unknown, file: string): unknown {
  if (error instanceof StorageProblem) return error;
  const code = codeOf(error);
  const found = kinds.find(([pattern]) => pattern.test(code));
  if (found !== undefined)
    return new StorageProblem(found[1], `${file} ${found[2]} (${code})`, found[3].replace('FILE', file), {
      cause: error,
    });
  if (error instanceof TypeError && /directory does not exist/.test(error.message))
    return new StorageProblem(
      'unreadable',
      `${file}: its folder does not exist`,
      'make the folder, or correct "database" in the configuration',
      {
        cause: error,
      },
    );
  return error;
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
