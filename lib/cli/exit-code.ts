/** Exit codes of `callbackd`, documented in the README. Only bin/ ends the process with them. */
export const exitCodes = {
  ok: 0,
  /** `check` found errors, a task or a rule could not be changed, `status` sees no link, the demo found a difference. */
  problem: 1,
  usage: 2,
  /** The configuration or the rules have errors: `callbackd check` lists them. */
  configuration: 3,
  /** The database is in use by another daemon, locked, read-only, corrupt or full. */
  database: 4,
  /** The daemon was expected to answer on its socket, and did not. */
  daemon: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a sentence for the admin and an exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
