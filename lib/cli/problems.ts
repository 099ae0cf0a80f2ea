import { formatProblem, hasErrors, type Problem } from '../config/problem.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { plain, type Output } from './output.js';

/** A line for each problem: `file:line:column: path: message`. */
export function showProblems(problems: readonly Problem[], output: Output): void {
  for (const problem of problems) output.out(plain(formatProblem(problem)));
}

/** Ends the command when there are errors, with their number. @throws CommandFailure, exit code 1 */
export function failOnErrors(problems: readonly Problem[]): void {
  if (!hasErrors(problems)) return;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  throw new CommandFailure(exitCodes.problem, count(errors, 'error'));
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
