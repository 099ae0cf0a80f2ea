import { existsSync } from 'node:fs';
import type { Configuration } from '../config/configuration.js';
import { formatProblem, hasErrors, type Problem } from '../config/problem.js';
import { checkAll, type Checked } from '../rules/check.js';
import type { RuleContext } from '../rules/rule.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { showTimesIn, type Output } from './output.js';

/** Where the configuration is looked for when --config is not given. */
const usualConfigFiles = ['./callbackd.json', '/etc/callbackd/callbackd.json'];

/** The configuration file that a command means. @throws CommandFailure when there is none. */
export function configFile(given: string | undefined, usual: readonly string[] = usualConfigFiles): string {
  const file = given ?? usual.find((each) => existsSync(each));
  if (file !== undefined) return file;
  throw new CommandFailure(
    exitCodes.configuration,
    `no configuration: neither ${usual.join(' nor ')} exists`,
    'name one with --config FILE; an empty one, "{}", is valid to begin with',
  );
}

export type Ready = Checked & { configuration: Configuration; context: RuleContext };

/** Loads everything that the admin wrote. @throws CommandFailure when it has errors; they have been shown then. */
export function load(given: string | undefined, output: Output): Ready {
  const checked = checkAll(configFile(given));
  return hasErrors(checked.problems)
    ? refuse(checked.problems, output)
    : (loaded(checked) ?? refuse(checked.problems, output));
}

/**
 * For commands that only look at tasks or ask the daemon: a broken rule, or a password file that only the daemon may
 * read, is not their business.
 */
export function loadLeniently(given: string | undefined, output: Output): Ready {
  const checked = checkAll(configFile(given));
  return loaded(checked) ?? refuse(checked.problems, output);
}

function loaded(checked: Checked): Ready | undefined {
  const { configuration, context } = checked;
  if (configuration !== undefined) showTimesIn(configuration.timezone);
  return configuration === undefined || context === undefined ? undefined : { ...checked, configuration, context };
}

function refuse(problems: readonly Problem[], output: Output): never {
  for (const problem of problems) output.err(formatProblem(problem));
  throw new CommandFailure(
    exitCodes.configuration,
    'the configuration has errors',
    'correct the lines above; "callbackd check" looks again',
  );
}
