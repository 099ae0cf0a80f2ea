import { about, type Finding } from './finding.js';

/** Who runs doctor. @param uid of this process; @param owner of the database's folder, undefined when unknown */
export function judgeUser(uid: number | undefined, owner: number | undefined, name: string): Finding {
  const report = about('user');
  if (uid === undefined || (uid === 0 && owner === 0)) return report.ok(name);
  if (uid === 0)
    return report.warning(
      "root may read everything, so this cannot tell what callbackd's own user may",
      'run it as that user: "sudo -u callbackd callbackd doctor"',
    );
  if (owner !== undefined && owner !== uid)
    return report.warning(
      `${name} does not own the folder of the database, so this may not be callbackd's user`,
      'run it as that user: "sudo -u callbackd callbackd doctor"',
    );
  return report.ok(`${name}, who owns the folder of the database`);
}
