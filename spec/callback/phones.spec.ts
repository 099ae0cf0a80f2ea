/** An attempt that rings several phones: which leg counts, and when it is over. */
import { describe, expect, it } from '@jest/globals';
import {
  isOver,
  nothingYet,
  takeClientEnd,
  takeEmployeeEnd,
  takeEvent,
  takeJob,
  type AttemptFacts,
  type LegEnd,
} from '../../lib/callback/attempt-life.js';
import { judge } from '../../lib/callback/outcome.js';
import { event } from '../calls/recordings.js';

const phones = [
  { leg: 'A', name: 'anna' },
  { leg: 'B', name: 'boris' },
];
const legs = { employeeLeg: 'A', clientLeg: 'C', phones };

function end(changes: Partial<LegEnd> = {}): LegEnd {
  return { cause: 'NO_ANSWER', answered: false, answerTakesCall: true, talkMs: 0, endedAt: 1, rang: [], ...changes };
}

const answers = (leg: string, headers = {}): AttemptFacts =>
  takeEvent(nothingYet, event({ 'Event-Name': 'CHANNEL_ANSWER', 'Unique-ID': leg, ...headers }), legs);
const outcomeOf = (facts: AttemptFacts): string => judge(facts, 5_000).outcome;

describe('several phones', () => {
  it('the first to answer is the employee, and the job’s result has the last word', () => {
    expect(answers('B')).toMatchObject({ employee: 'boris', employeeAnswered: true });
    expect(takeJob(answers('B'), '+OK A\n', legs)).toMatchObject({ employee: 'anna', employeeAnswered: true });
  });

  it('who has to press a key has not taken the call by answering', () => {
    expect(answers('A', { variable_group_confirm_key: '1' })).toBe(nothingYet);
  });

  it('a phone that rings in vain ends nothing while another rings', () => {
    const facts = takeEmployeeEnd(nothingYet, end(), 'A', legs);
    expect([isOver(facts), facts.employeeEnd]).toEqual([false, undefined]);
  });

  it.each([
    ['NO_ANSWER', 'USER_BUSY', 'employee-no-answer'],
    ['USER_BUSY', 'USER_BUSY', 'employee-busy'],
    ['USER_BUSY', 'CALL_REJECTED', 'employee-rejected'],
    ['NORMAL_CLEARING', 'USER_BUSY', 'employee-busy'],
  ])('all rang in vain, %s and %s: %s', (first, second, outcome) => {
    const one = takeEmployeeEnd(nothingYet, end({ cause: first }), 'A', legs);
    const both = takeEmployeeEnd(one, end({ cause: second }), 'B', legs);
    expect([isOver(both), outcomeOf(both)]).toEqual([true, outcome]);
  });

  it('one rejects, the other has no leg: whatever the job says, it was rejected', () => {
    const facts = takeJob(takeEmployeeEnd(nothingYet, end({ cause: 'CALL_REJECTED' }), 'A', legs), '-ERR USER_NOT_REGISTERED\n', legs); // prettier-ignore
    expect([isOver(facts), outcomeOf(facts)]).toEqual([true, 'employee-rejected']);
  });

  it('one is not registered and has no leg, the other rings in vain: the job tells', () => {
    const facts = takeJob(takeEmployeeEnd(nothingYet, end(), 'B', legs), '-ERR NO_ANSWER\n', legs);
    expect([isOver(facts), outcomeOf(facts)]).toEqual([true, 'employee-no-answer']);
    const odd = takeJob(takeEmployeeEnd(nothingYet, end(), 'B', legs), '-ERR SOME_NEW_CAUSE\n', legs);
    expect(outcomeOf(odd)).toBe('employee-no-answer');
  });

  it('who lost the race does not end the attempt of who won it', () => {
    const won = takeJob(nothingYet, '+OK B\n', legs);
    const facts = takeEmployeeEnd(won, end({ cause: 'LOSE_RACE', answered: true }), 'A', legs);
    expect([isOver(facts), facts.employee, facts.employeeEnd]).toEqual([false, 'boris', undefined]);
    const left = takeEmployeeEnd(facts, end({ answered: true, lastApp: 'playback' }), 'B', legs);
    expect([isOver(left), outcomeOf(left)]).toEqual([true, 'employee-rejected']);
  });

  it.each(['callcenter_track', 'execute_extension', 'set'])(
    'a phone that was only tracked for the queue (%s) has not got the call',
    (lastApp) => {
      const facts = takeEmployeeEnd(nothingYet, end({ cause: 'LOSE_RACE', lastApp }), 'A', legs);
      expect([facts.employee, facts.employeeAnswered, isOver(facts)]).toEqual([undefined, false, false]);
    },
  );

  it('who won and hung up at once ends the attempt, whatever his leg ran last', () => {
    const facts = takeEmployeeEnd(
      takeJob(nothingYet, '+OK B\n', legs),
      end({ answered: true, lastApp: 'set' }),
      'B',
      legs,
    );
    expect([isOver(facts), outcomeOf(facts)]).toEqual([true, 'employee-rejected']);
  });

  it('in the queue the job names our leg while nobody has answered', () => {
    const queued = takeJob(nothingYet, '+OK A\n', { employeeLeg: 'A', clientLeg: 'C' });
    const facts = takeEmployeeEnd(queued, end({ cause: 'NORMAL_CLEARING', answered: true, lastApp: 'park' }), 'A', {
      employeeLeg: 'A',
      clientLeg: 'C',
    });
    expect([facts.employeeAnswered, outcomeOf(facts)]).toEqual([false, 'employee-no-answer']);
  });

  it('without the job’s result the leg that ran the dialplan is the one that got the call', () => {
    const facts = takeEmployeeEnd(nothingYet, end({ answered: true, lastApp: 'bridge', rang: ['C;x;1'] }), 'B', legs);
    expect(facts).toMatchObject({ employee: 'boris', employeeAnswered: true, clientDialled: true });
  });
});

describe('one phone with a key to accept', () => {
  const alone = { employeeLeg: 'A', clientLeg: 'C', phones: [phones[0]!] };

  it('a voicemail that answered and pressed nothing was no answer', () => {
    const facts = takeEmployeeEnd(nothingYet, end({ answered: true, answerTakesCall: false }), 'A', alone);
    expect([isOver(facts), facts.employeeAnswered, outcomeOf(facts)]).toEqual([true, false, 'employee-no-answer']);
  });
});

describe('keys afterwards', () => {
  const busy = takeClientEnd({ ...nothingYet, employeeAnswered: true }, end({ cause: 'USER_BUSY' }));

  it('are waited for when the client was not reached, until the employee’s leg is over', () => {
    expect([isOver(busy, true), isOver(busy, false)]).toEqual([false, true]);
    const after = takeEmployeeEnd(busy, end({ answered: true, lastApp: 'hangup', key: '2' }), 'A', legs);
    expect([isOver(after, true), after.employeeEnd?.key, outcomeOf(after)]).toEqual([true, '2', 'client-busy']);
  });

  it('are not waited for when the two talked', () => {
    expect(isOver(takeClientEnd(nothingYet, end({ answered: true })), true)).toBe(true);
  });
});
