/** What doctor says of one thing: a line for the admin, who may be doing this for the first time. */
export interface Finding {
  /** What was looked at, e.g. "dialplan". */
  name: string;
  /** `unchecked`: it could not be looked at; `found` tells why. */
  state: FindingState;
  /** What is there. */
  found: string;
  /** What to do about it: always there for a warning and a problem. */
  remedy?: string;
}

export type FindingState = 'ok' | 'warning' | 'problem' | 'unchecked';

/** Says what was found of one thing. */
export interface Report {
  ok(found: string): Finding;
  /** Something works worse than it could, or may turn out to be wrong. */
  warning(found: string, remedy: string): Finding;
  /** Something callbackd needs does not work. */
  problem(found: string, remedy: string): Finding;
  unchecked(found: string): Finding;
}

export function about(name: string): Report {
  return {
    ok: (found) => ({ name, state: 'ok', found }),
    warning: (found, remedy) => ({ name, state: 'warning', found, remedy }),
    problem: (found, remedy) => ({ name, state: 'problem', found, remedy }),
    unchecked: (found) => ({ name, state: 'unchecked', found }),
  };
}
