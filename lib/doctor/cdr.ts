import type { Answer } from './ask.js';
import { about, type Finding } from './finding.js';

/** The command whose answer is `settings` below: the configuration of mod_json_cdr with its variables expanded. */
export const cdrQuestion = 'xml_locate configuration configuration name json_cdr.conf';

/** How long after a call's end its file may come, ms. */
const lateFile = 60_000;

export interface CdrFacts {
  /** backfill.dir */
  dir: string | undefined;
  /** backfill.delete */
  deletes: boolean;
  /** Of the times that are shown. */
  timezone: string;
  settings: Answer;
  /** The answer to `status`. */
  status: Answer;
  /** The answer to `uptime`: seconds. */
  uptime: Answer;
  folder: FolderFacts;
  /** True when log-dir and backfill.dir are the same folder on disk, whatever they are called. */
  sameFolder: (logDir: string) => boolean;
  /** The latest call in the database, ms since 1970 UTC. */
  latestCallEndedAt?: number;
  now: number;
  /** The shipped json_cdr.conf.xml. */
  shipped: string;
  confDir: string;
}

/** backfill.dir as this process sees it. `locked`: nothing can be deleted there. */
export type FolderFacts = { files: number; newestAt?: number; cut?: boolean; locked?: boolean } | { error: string };

/** The settings of mod_json_cdr and the folder it writes into: callbackd reads there what it missed. */
export function judgeCdrs(facts: CdrFacts): Finding[] {
  if (facts.dir === undefined) {
    const report = about('cdr');
    return [report.unchecked('no backfill.dir, so calls that are lost while callbackd does not run are not found')];
  }
  return [...judgeSettings(facts, facts.dir), judgeFolder(facts, facts.dir)];
}

function judgeSettings({ settings, sameFolder, shipped, confDir }: CdrFacts, dir: string): Finding[] {
  const report = about('cdr settings');
  if ('none' in settings) return [report.unchecked(settings.none)];
  const copy = `"sudo cp ${shipped} ${confDir}/autoload_configs/", then "fs_cli -x 'reload mod_json_cdr'"`;
  if (!settings.text.includes('<configuration '))
    return [report.problem('FreeSWITCH has no json_cdr.conf.xml, so it writes no CDR files', copy)];
  const param = (name: string): string =>
    new RegExp(`<param name="${name}" value="([^"]*)"`).exec(settings.text)?.[1] ?? '';
  const logDir = param('log-dir');
  const wrong: Finding[] = [];
  if (logDir === '')
    wrong.push(report.problem('"log-dir" of json_cdr.conf.xml is empty, so no CDR files are written', copy));
  else if (!sameFolder(logDir))
    wrong.push(
      report.problem(
        `FreeSWITCH writes its CDR files into ${logDir}, callbackd reads them from ${dir}`,
        `set "backfill": {"dir": "${logDir}"} in the configuration of callbackd`,
      ),
    );
  if (!isTrue(param('log-b-leg')))
    wrong.push(
      report.problem(
        '"log-b-leg" of json_cdr.conf.xml is not true: how a callback ended is not found after an outage',
        `set it to true, or ${copy}`,
      ),
    );
  // Its default is true.
  if (param('encode-values') === '' || isTrue(param('encode-values')))
    wrong.push(
      report.problem(
        '"encode-values" of json_cdr.conf.xml is not false: names and numbers in the files are percent-encoded',
        `set it to false, or ${copy}`,
      ),
    );
  if (isTrue(param('rotate')))
    wrong.push(
      report.warning(
        '"rotate" of json_cdr.conf.xml is true: the files move into folders of their own, where callbackd does not look',
        'set it to false',
      ),
    );
  return wrong.length > 0 ? wrong : [report.ok(`FreeSWITCH writes a file for every leg into ${logDir}`)];
}

function judgeFolder(facts: CdrFacts, dir: string): Finding {
  const report = about('cdr files');
  const { folder, latestCallEndedAt, now } = facts;
  if ('error' in folder) return folderProblem(dir, folder.error);
  const { files, newestAt } = folder;
  if (facts.deletes && folder.locked === true)
    return report.problem(
      `"backfill.delete" is set, but this user may not delete files in ${dir}`,
      `let FreeSWITCH's group write there: "sudo chmod g+w ${dir}"; under systemd add it to ReadWritePaths, as the unit says`,
    );
  const ended = endedLegs(facts.status);
  const startedAt = 'text' in facts.uptime ? now - Number(facts.uptime.text) * 1_000 : Number.NaN;
  const reload =
    'is mod_json_cdr loaded, and may FreeSWITCH write there? Then "fs_cli -x \'reload mod_json_cdr\'" and one test call';
  if (latestCallEndedAt !== undefined && (newestAt ?? 0) < latestCallEndedAt - lateFile)
    return report.warning(
      `the newest file in ${dir} is older than the latest call in the database: CDR files no longer come`,
      reload,
    );
  if (ended > 0 && (newestAt ?? 0) < startedAt)
    return report.warning(
      `FreeSWITCH has had ${ended} legs since it was started, and there is no file of any of them in ${dir}`,
      reload,
    );
  if (newestAt === undefined)
    return report.ok(
      `${dir} can be read; there is no file yet${'text' in facts.status ? ', and no call has ended since FreeSWITCH was started' : ''}`,
    );
  return report.ok(
    `${dir} can be read: ${files}${folder.cut === true ? ' or more' : ''} files, the newest of ${new Date(newestAt).toLocaleString('sv-SE', { timeZone: facts.timezone })}`,
  );
}

function folderProblem(dir: string, error: string): Finding {
  const report = about('cdr files');
  if (error === 'ENOENT')
    return report.problem(
      `the folder ${dir} does not exist`,
      'mod_json_cdr makes it when it is loaded: "fs_cli -x \'reload mod_json_cdr\'"; or correct "backfill.dir"',
    );
  if (error === 'EACCES')
    return report.problem(
      `this user may not read the folder ${dir}`,
      'let callbackd in: "sudo usermod -aG freeswitch callbackd", and the group needs r-x on this folder and those above it; then start callbackd again',
    );
  return report.problem(`the folder ${dir} cannot be read (${error})`, 'correct "backfill.dir", or the disk it is on');
}

/** Legs that were and are over, by `status`; 0 when that can't be known. */
function endedLegs(status: Answer): number {
  if ('none' in status) return 0;
  const all = Number(/(\d+) session\(s\) since startup/.exec(status.text)?.[1] ?? 0);
  const live = Number(/(\d+) session\(s\) - peak/.exec(status.text)?.[1] ?? 0);
  return Math.max(0, all - live);
}

/** switch_true() of FreeSWITCH. */
function isTrue(value: string): boolean {
  return /^(true|yes|on|enable|enabled|active|t|allow|[1-9]\d*)$/i.test(value);
}
