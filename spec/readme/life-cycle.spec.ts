/** docs/life-cycle.md says what the code does: its tables are compared with it. */
import { describe, expect, it } from '@jest/globals';
import { nothingYet, type AttemptFacts, type LegEnd } from '../../lib/callback/attempt-life.js';
import { judge } from '../../lib/callback/outcome.js';
import { transitions } from '../../lib/tasks/life-cycle.js';
import { outcomes } from '../../lib/tasks/outcome.js';
import { codeIn, tableRows, textOf } from './markdown.js';

const document = textOf('docs', 'life-cycle.md');

/** The first two columns of a table, both code; rows of prose are left out. */
function pairs(...head: string[]): [string, string][] {
  return tableRows(document, ...head).flatMap(([first, second]): [string, string][] => {
    const [key, value] = [codeIn(first), codeIn(second)];
    return key === undefined || value === undefined ? [] : [[key, value]];
  });
}

describe('docs/life-cycle.md', () => {
  it('has every arrow between states, and no other', () => {
    const arrows = Object.entries(transitions).flatMap(([from, all]) => all.map((to): [string, string] => [from, to]));
    expect(pairs('from', 'to').sort()).toEqual(arrows.sort());
  });

  it('has every reason of a closed task, and no other', () => {
    const union = /export type CloseReason =([^;]*);/.exec(textOf('lib', 'tasks', 'task.ts'))?.[1] ?? '';
    const reasons = [...union.matchAll(/'([^']+)'/g)].map(([, reason]) => reason);
    expect(reasons).not.toEqual([]);
    const told = pairs('reason', 'state');
    expect(told.map(([reason]) => reason).sort()).toEqual(reasons.sort());
    for (const [, state] of told) expect(Object.keys(transitions)).toContain(state);
  });

  it('has every outcome with its effect, and no other', () => {
    expect(Object.fromEntries(pairs('outcome', 'effect'))).toEqual(outcomes);
  });
});

describe('the hangup causes of docs/life-cycle.md', () => {
  const ended = (cause: string): LegEnd => ({
    cause,
    answered: false,
    answerTakesCall: true,
    talkMs: 0,
    endedAt: 0,
    rang: [],
  });
  const outcomeOf = (facts: Partial<AttemptFacts>): string => judge({ ...nothingYet, ...facts }, 5_000).outcome;
  const ofClient = pairs('cause of the client\'s leg', 'outcome'); // prettier-ignore
  const ofGateway = pairs('cause of the employee\'s leg', 'outcome'); // prettier-ignore
  const ofNobody = pairs('cause with nobody answering', 'outcome');

  it.each(ofClient)("%s of the client's leg is %s", (cause, outcome) => {
    expect(outcomeOf({ clientDialled: true, clientEnd: ended(cause) })).toBe(outcome);
  });

  it.each(ofGateway)("%s of the employee's leg is %s", (cause, outcome) => {
    expect(outcomeOf({ employeeAnswered: true, employeeEnd: ended(cause) })).toBe(outcome);
    expect(outcomeOf({ employeeAnswered: true, employeeEnd: { ...ended('USER_BUSY'), disposition: cause } })).toBe(
      outcome,
    );
  });

  it.each(ofNobody)('%s with nobody answering is %s', (cause, outcome) => {
    expect(outcomeOf({ employeeEnd: ended(cause) })).toBe(outcome);
    expect(outcomeOf({ job: `-ERR ${cause}\n` })).toBe(outcome);
  });

  it('any other cause', () => {
    const rest = (...head: string[]): (string | undefined)[] =>
      tableRows(document, ...head).flatMap(([cause, outcome]) =>
        codeIn(cause) === undefined ? [codeIn(outcome)] : [],
      );
    const other = 'PROTOCOL_ERROR';
    expect(rest("cause of the client's leg")).toEqual([outcomeOf({ clientDialled: true, clientEnd: ended(other) })]);
    expect(rest('cause with nobody answering')).toEqual([
      outcomeOf({ employeeEnd: ended(other) }),
      outcomeOf({ job: `-ERR ${other}\n` }),
    ]);
    expect(outcomeOf({ employeeAnswered: true, employeeEnd: ended(other) })).toBe('employee-rejected');
  });

  it('are all that the code names', () => {
    const source = textOf('lib', 'callback', 'outcome.ts');
    const named = (table: string): string[] => {
      const body = new RegExp(`const ${table}\\b[^{[]*[{[](.*?)^[}\\]]`, 'ms').exec(source)?.[1] ?? '';
      return [...new Set(body.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g))].sort();
    };
    const told = (all: [string, string][]): string[] => all.map(([cause]) => cause).sort();
    expect(told(ofClient)).toEqual(named('clientCauses'));
    expect(told(ofGateway)).toEqual(named('gatewayCauses'));
    // What is in both tables of the code is told once, under the gateway.
    const gateway = new Set(named('gatewayCauses'));
    expect(told(ofNobody)).toEqual(named('employeeCauses').filter((cause) => !gateway.has(cause)));
  });
});
