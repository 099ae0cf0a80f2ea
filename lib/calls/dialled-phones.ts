/** What the argument of FreeSWITCH's bridge application rings: `user/1001@office,user/1002@office`, `group/sales@office`. */
export interface DialledPhones {
  /** Users of the directory, in the order of the dial string. */
  users: string[];
  /** FreeSWITCH's own group (`group/NAME`). */
  group?: string;
  /** All ring at once; false when one is rung after the other (`|`). */
  together: boolean;
}

/** Options in front of an endpoint may hold commas and bars of their own. */
const options = /\{[^{}]*\}|\[[^[\]]*\]|<[^<>]*>/g;

export function dialledPhones(dialString: string | undefined): DialledPhones {
  const plain = (dialString ?? '').replace(options, '');
  const users: string[] = [];
  let group: string | undefined;
  for (const endpoint of plain.split(/:_:|[,|]/)) {
    const [, kind, name] = /^\s*(user|group)\/([^@/\s]+)/.exec(endpoint) ?? [];
    if (kind === 'user' && name !== undefined && !users.includes(name)) users.push(name);
    if (kind === 'group') group = name;
  }
  return { users, together: !plain.includes('|'), ...(group !== undefined && { group }) };
}
