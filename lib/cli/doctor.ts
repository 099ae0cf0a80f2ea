import type { Command } from 'commander';
import type { DaemonFacts } from '../doctor/daemon.js';
import { examine } from '../doctor/examine.js';
import type { Finding, FindingState } from '../doctor/finding.js';
import type { Status } from '../tasks/status.js';
import { systemClock } from '../time/clock.js';
import { askDaemon } from './control-client.js';
import { CommandFailure, exitCodes } from './exit-code.js';
import { plain, type Output } from './output.js';
import { configFile } from './setup.js';

/** callbackd doctor: can it work here? A line for each thing, and what to do. */
export function doctorCommand(program: Command, output: Output): void {
  program
    .command('doctor')
    .description(
      'Look whether callbackd can work here: configuration, FreeSWITCH, trunk, CDR files, sounds, database. It changes nothing; exit code 1 when there is a problem',
    )
    .option('--config <file>', 'the configuration file')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      "\nRun it as callbackd's user, who may read the password, the CDR files and the database; also while the daemon runs.\n\nExamples:\n  sudo -u callbackd callbackd doctor\n  sudo -u callbackd callbackd doctor --json",
    )
    .action(async (options: { config?: string; json?: boolean }) => {
      const findings: Finding[] = [];
      for await (const finding of examine({
        configFile: configFile(options.config),
        version: program.version() ?? '',
        clock: systemClock,
        environment: process.env,
        askDaemon: daemonAt,
      })) {
        findings.push(finding);
        if (options.json !== true) output.out(line(finding));
      }
      const ok = count(findings, 'problem') === 0;
      if (options.json === true) output.out(JSON.stringify({ ok, findings }));
      else output.out('');
      if (!ok) throw new CommandFailure(exitCodes.problem, summary(findings));
      if (options.json !== true) output.out(summary(findings));
    });
}

async function daemonAt(socket: string): Promise<DaemonFacts | undefined> {
  try {
    const answer = await askDaemon<Status>(socket, { do: 'status' });
    if (answer === undefined) return undefined;
    const { version, link } = answer.ok;
    return { state: 'runs', version, link: link.state, since: link.since };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { state: 'silent', message: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
}

const words: Record<FindingState, string> = {
  ok: 'ok',
  warning: 'warning',
  problem: 'PROBLEM',
  unchecked: '-',
};

/** `PROBLEM  gateway        what was found`, and below it what to do. */
function line({ name, state, found, remedy }: Finding): string {
  const said = state === 'unchecked' ? `not checked: ${found}` : found;
  const first = `${words[state].padEnd(8)} ${name.padEnd(13)} ${plain(said)}`;
  return remedy === undefined ? first : `${first}\n${' '.repeat(23)}-> ${plain(remedy)}`;
}

function summary(findings: readonly Finding[]): string {
  const unchecked = count(findings, 'unchecked');
  const parts = [
    [count(findings, 'problem'), 'to be put right'],
    [count(findings, 'warning'), 'to be looked at'],
    [unchecked, 'not checked'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return said.length === 0 ? 'All is well.' : said.join(', ');
}

function count(findings: readonly Finding[], state: FindingState): number {
  return findings.filter((each) => each.state === state).length;
}
