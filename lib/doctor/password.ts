import { about, type Finding } from './finding.js';

export interface PasswordFacts {
  /** Where it came from; undefined: nowhere. A path, or the name of the variable. */
  from?: string;
  /** Permission bits of the file; absent when it comes from the environment. */
  mode?: number;
  password?: string;
  /** Why there is none, in a sentence. */
  problem?: string;
}

/** The password that every FreeSWITCH has until its admin sets one (event_socket.conf.xml). */
const everybodysPassword = 'ClueCon';

/** The variable that stands for the file. */
const variable = 'CALLBACKD_ESL_PASSWORD';

/** The password of the event socket: it lets in whoever knows it to run any command in FreeSWITCH. */
export function judgePassword({ from, mode, password, problem }: PasswordFacts): Finding {
  const report = about('password');
  if (problem !== undefined)
    return report.problem(
      problem,
      mode === undefined && from === variable
        ? 'correct it where the variable is set'
        : `it must hold the password alone on a line, and callbackd's user must be able to read it: "sudo chown callbackd ${from ?? 'FILE'} && sudo chmod 600 ${from ?? 'FILE'}"`,
    );
  if (from === undefined || password === undefined)
    return report.problem(
      'there is no password for the event socket of FreeSWITCH',
      'put the param "password" of event_socket.conf.xml into a file and name it in "esl.passwordFile"',
    );
  if (mode !== undefined && (mode & 0o004) !== 0)
    return report.warning(`everybody on this machine may read ${from}`, `"chmod o-rwx ${from}"`);
  if (mode !== undefined && (mode & 0o022) !== 0)
    return report.warning(`others than its owner may change ${from}`, `"chmod go-w ${from}"`);
  if (password === everybodysPassword)
    return report.warning(
      `the password in ${from} is the one that every new FreeSWITCH has`,
      'set a long one of your own in event_socket.conf.xml and here, then "fs_cli -x \'reload mod_event_socket\'"',
    );
  return report.ok(`from ${from}${mode === undefined ? '' : `, which others cannot read`}`);
}
