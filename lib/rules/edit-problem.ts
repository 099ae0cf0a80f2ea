/** Why a rule file could not be edited, for the admin. */
export class EditProblem extends Error {
  override readonly name = 'EditProblem';
  constructor(
    message: string,
    /** What to do about it. */
    readonly hint?: string,
  ) {
    super(message);
  }
}
