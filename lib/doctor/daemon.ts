import { about, type Finding } from './finding.js';

/** Who works on the database now. */
export type DaemonFacts =
  | { state: 'runs'; version: string; link: 'stopped' | 'connecting' | 'up'; since: number }
  /** Something is at its socket that can't be talked to. */
  | { state: 'silent'; message: string; hint?: string }
  /** Nobody listens; `held`: the right to write is taken all the same. */
  | { state: 'none'; held: boolean };

/** @param own the version of this program */
export function judgeDaemon(
  facts: DaemonFacts,
  { own, socket, database }: { own: string; socket: string; database: string },
): Finding {
  const report = about('daemon');
  switch (facts.state) {
    case 'silent':
      return report.problem(facts.message, facts.hint ?? 'see its log: "journalctl -u callbackd"');
    case 'none':
      return facts.held
        ? report.problem(
            `something works on ${database}, but nothing listens at ${socket}`,
            `does a second configuration name the same database? "sudo fuser -v ${database}.lock" shows who it is`,
          )
        : report.warning(
            'callbackd does not run, so nobody is called back',
            'when all else here is well: "sudo systemctl enable --now callbackd"',
          );
    case 'runs':
      if (facts.version !== own)
        return report.warning(
          `callbackd ${facts.version} runs, but ${own} is installed`,
          '"sudo systemctl restart callbackd"',
        );
      if (facts.link !== 'up')
        return report.problem(
          `callbackd runs, but its own link to FreeSWITCH is not up`,
          '"callbackd status" tells why; a changed password or configuration needs "sudo systemctl restart callbackd"',
        );
      return report.ok(`callbackd ${facts.version} runs, its link to FreeSWITCH is up`);
  }
}
