import { describe, expect, it } from '@jest/globals';
import { afterAttempt, healthy, isPaused } from '../../lib/callback/gateway-health.js';
import { outcomes, type Outcome } from '../../lib/tasks/outcome.js';

function after(...attempts: [client: string, outcome: Outcome][]): boolean {
  return isPaused(attempts.reduce((health, [client, outcome]) => afterAttempt(health, client, outcome), healthy));
}

const two: [string, Outcome][] = [
  ['a', 'gateway-failed'],
  ['b', 'gateway-failed'],
];

describe('a gateway', () => {
  it.each<[string, [string, Outcome][], boolean]>([
    ['works at first', [], false],
    ['works after two clients were not reached', two, false],
    ['is paused after three different ones', [...two, ['c', 'gateway-failed']], true],
    ['is not suspected because of one client', [...two, ['a', 'gateway-failed'], ['b', 'gateway-failed']], false],
    ['stays paused', [...two, ['c', 'gateway-failed'], ['d', 'gateway-failed']], true],
    ['works again after one got through', [...two, ['c', 'gateway-failed'], ['d', 'client-busy']], false],
    ['begins anew after one got through', [...two, ['x', 'reached'], ['c', 'gateway-failed']], false],
  ])('%s', (_, attempts, paused) => {
    expect(after(...attempts)).toBe(paused);
  });

  const silent: Outcome[] = ['employee-busy', 'employee-no-answer', 'employee-rejected', 'employee-unregistered', 'not-dialled', 'unknown', 'cancelled', 'client-unreachable']; // prettier-ignore
  const bad: Outcome[] = ['gateway-failed'];

  it.each(Object.keys(outcomes) as Outcome[])('%s says of it what it should', (outcome) => {
    const said = bad.includes(outcome) ? 'bad' : silent.includes(outcome) ? 'nothing' : 'good';
    const suspect = { failed: ['a', 'b'] };
    expect(afterAttempt(suspect, 'c', outcome).failed).toEqual({ bad: ['a', 'b', 'c'], nothing: ['a', 'b'], good: [] }[said]); // prettier-ignore
  });
});
