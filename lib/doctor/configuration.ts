import { formatProblem, hasErrors, type Problem } from '../config/problem.js';
import { about, type Finding } from './finding.js';

export interface ConfigurationFacts {
  file: string;
  problems: readonly Problem[];
  /** Rules that can take a call. */
  rulesInForce: number;
}

/** What the admin wrote: each of his mistakes is a line. */
export function judgeConfiguration({ file, problems, rulesInForce }: ConfigurationFacts): Finding[] {
  const report = about('configuration');
  const findings = problems.map((problem) => {
    // The line says itself which it is.
    const found = formatProblem({ ...problem, severity: 'error' });
    return problem.severity === 'error'
      ? report.problem(found, 'correct this line; "callbackd check --offline" looks at the files alone')
      : report.warning(
          found,
          'correct or add it, if you need it; "callbackd check --offline" looks at the files alone',
        );
  });
  if (rulesInForce === 0 && !hasErrors(problems))
    findings.push(
      report.warning(
        `${file}: no rule is in force, so nobody is called back`,
        'copy a sample rule into the folder "rules" beside it, for example 10-sales.json',
      ),
    );
  return findings.length > 0
    ? findings
    : [report.ok(`${file}: no errors; ${rulesInForce} ${rulesInForce === 1 ? 'rule' : 'rules'} in force`)];
}
