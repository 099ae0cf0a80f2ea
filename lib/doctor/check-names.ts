import { readEslPassword } from '../config/esl-password.js';
import { hasErrors, type Problem } from '../config/problem.js';
import type { Checked } from '../rules/check.js';
import type { Clock } from '../time/clock.js';
import { askOver } from './ask.js';
import { askKnownNames, unknownNames } from './known-names.js';
import type { Environment } from './machine.js';
import { namesIn } from './names.js';
import { OwnLink } from './own-link.js';

/** How long FreeSWITCH may take for the connection, and for each answer, ms: a check of files must not hang. */
const patience = 2_000;

/**
 * Looks in FreeSWITCH for what the admin's files name: queues, agents, extensions, the gateway. Always ends, and is never an error:
 * a check must be possible before FreeSWITCH is there.
 * @returns warnings with their places, sorted like the files; or why FreeSWITCH was not asked
 */
export async function checkNames(
  { configuration, rules }: Checked,
  environment: Environment,
  clock: Clock,
): Promise<{ problems: Problem[] } | { notAsked: string }> {
  if (configuration === undefined) return { notAsked: 'the configuration has errors' };
  const named = namesIn(configuration, rules);
  if (named.length === 0) return { problems: [] };
  const { password, problems } = readEslPassword(configuration, environment);
  if (password === undefined || hasErrors(problems)) return { notAsked: 'its password is not known' };
  const link = new OwnLink(configuration.esl, password, clock, { patience, events: false });
  try {
    const opened = await link.open();
    if (!opened.up) return { notAsked: opened.why.message };
    return { problems: unknownNames(named, await askKnownNames(askOver(link), named)) };
  } finally {
    await link.close();
  }
}
