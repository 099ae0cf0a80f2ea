/** A setting that is well written, and still the daemon can't start with it; `hint` says what to do. */
export class StartupProblem extends Error {
  override readonly name = 'StartupProblem';
  constructor(
    message: string,
    readonly hint: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}
