import { describe, expect, it } from '@jest/globals';
import {
  isOver,
  legEnd,
  nothingYet,
  takeClientEnd,
  takeEmployeeEnd,
  takeEvent,
  type AttemptFacts,
  type LegEnd,
} from '../../lib/callback/attempt-life.js';
import { judge } from '../../lib/callback/outcome.js';
import type { Outcome } from '../../lib/tasks/outcome.js';
import { event } from '../calls/recordings.js';

/** Through the queue, and one phone directly. */
const legs = { employeeLeg: 'A', clientLeg: 'C' };
const direct = { ...legs, phones: [{ leg: 'A', name: '1001' }] };

function end(changes: Partial<LegEnd> = {}): LegEnd {
  return {
    cause: 'NORMAL_CLEARING',
    answered: false,
    answerTakesCall: true,
    talkMs: 0,
    endedAt: 1,
    rang: [],
    ...changes,
  };
}

function outcomeOf(facts: Partial<AttemptFacts>): Outcome {
  const whole = { ...nothingYet, ...facts };
  expect(isOver(whole)).toBe(true);
  return judge(whole, 5_000).outcome;
}

describe('when the client was dialled', () => {
  it.each<[cause: string, outcome: Outcome]>([
    ['USER_BUSY', 'client-busy'],
    ['NO_ANSWER', 'client-no-answer'],
    ['NO_USER_RESPONSE', 'client-no-answer'],
    ['ALLOTTED_TIMEOUT', 'client-no-answer'],
    ['CALL_REJECTED', 'client-rejected'],
    ['UNALLOCATED_NUMBER', 'client-invalid'],
    ['INVALID_NUMBER_FORMAT', 'client-invalid'],
    ['NUMBER_CHANGED', 'client-invalid'],
    ['ORIGINATOR_CANCEL', 'employee-left'],
    ['NORMAL_CLEARING', 'employee-left'],
    ['NORMAL_TEMPORARY_FAILURE', 'gateway-failed'],
    ['RECOVERY_ON_TIMER_EXPIRE', 'gateway-failed'],
    ['NO_ROUTE_DESTINATION', 'client-unreachable'],
    ['SOME_NEW_CAUSE', 'client-unreachable'],
  ])('%s of a leg that was not answered is %s', (cause, outcome) => {
    const facts = { clientDialled: true, clientEnd: end({ cause }) };
    expect(outcomeOf(facts)).toBe(outcome);
    // Whatever his own leg ended with.
    expect(outcomeOf({ ...facts, employeeAnswered: true, employeeEnd: end({ cause: 'GATEWAY_DOWN' }) })).toBe(outcome);
  });

  it.each([
    [0, 'too-short'],
    [4_999, 'too-short'],
    [5_000, 'reached'],
    [60_000, 'reached'],
  ] as const)('and talked for %p ms: %s', (talkMs, outcome) => {
    const facts = { clientDialled: true, clientEnd: end({ answered: true, talkMs, cause: 'USER_BUSY' }) };
    expect(judge({ ...nothingYet, ...facts }, 5_000)).toEqual({ outcome, cause: 'USER_BUSY', talkMs });
  });
});

describe('when the client was never dialled', () => {
  it.each<[cause: string, outcome: Outcome]>([
    ['USER_BUSY', 'employee-busy'],
    ['NO_ANSWER', 'employee-no-answer'],
    ['NO_USER_RESPONSE', 'employee-no-answer'],
    ['ALLOTTED_TIMEOUT', 'employee-no-answer'],
    ['ORIGINATOR_CANCEL', 'employee-no-answer'],
    ['NORMAL_CLEARING', 'employee-no-answer'],
    ['CALL_REJECTED', 'employee-rejected'],
    ['USER_NOT_REGISTERED', 'employee-unregistered'],
    ['SUBSCRIBER_ABSENT', 'employee-unregistered'],
    ['UNALLOCATED_NUMBER', 'employee-unregistered'],
    ['GATEWAY_DOWN', 'gateway-failed'],
    ['INVALID_GATEWAY', 'gateway-failed'],
    ['NETWORK_OUT_OF_ORDER', 'gateway-failed'],
  ])('%s of our leg, or of the job, is %s', (cause, outcome) => {
    expect(outcomeOf({ employeeEnd: end({ cause }) })).toBe(outcome);
    expect(outcomeOf({ job: `-ERR ${cause}\n` })).toBe(outcome);
  });

  it.each<[facts: Partial<AttemptFacts>, outcome: Outcome]>([
    [{ employeeEnd: end({ cause: 'SOME_NEW_CAUSE' }) }, 'employee-no-answer'],
    [{ job: '-ERR SOME_NEW_CAUSE\n' }, 'not-dialled'],
    [{ employeeEnd: end({ cause: 'INVALID_PROFILE' }) }, 'gateway-failed'],
    [{ job: '-ERR INVALID_PROFILE\n' }, 'not-dialled'],
    [{ job: '-USAGE: <call_url> …' }, 'not-dialled'],
    [{ job: '-ERR' }, 'not-dialled'],
    [{ employeeAnswered: true, employeeEnd: end() }, 'employee-rejected'],
    [{ employeeAnswered: true, employeeEnd: end({ cause: 'GATEWAY_DOWN' }) }, 'gateway-failed'],
    [{ employeeAnswered: true, employeeEnd: end({ disposition: 'INVALID_GATEWAY' }) }, 'gateway-failed'],
  ])('%j is %s', (facts, outcome) => {
    expect(outcomeOf(facts)).toBe(outcome);
  });
});

describe('an attempt goes on', () => {
  it.each<[string, Partial<AttemptFacts>]>([
    ['when nothing is known', {}],
    ['when the job was accepted', { job: '+OK A' }],
    ['when the employee answered', { employeeAnswered: true }],
    ['when the client is dialled', { clientDialled: true }],
    ['when our leg ended before the client’s (an attended transfer)', { clientDialled: true, employeeEnd: end() }],
    ['when the client is dialled and the job says no', { clientDialled: true, job: '-ERR NORMAL_CLEARING' }],
  ])('%s', (_, facts) => {
    expect(isOver({ ...nothingYet, ...facts })).toBe(false);
  });
});

describe('an event', () => {
  it.each([
    ['of another leg', { 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', 'Unique-ID': 'other' }],
    ['without a leg', { 'Event-Name': 'HEARTBEAT' }],
    ['of the queue that is no answer', { 'Event-Name': 'CUSTOM', 'CC-Action': 'agent-offering', 'CC-Agent': '1001@default' }],
    ['of the queue without an agent', { 'Event-Name': 'CUSTOM', 'CC-Action': 'bridge-agent-start' }],
    ['of our loopback’s answer', { 'Event-Name': 'CHANNEL_ANSWER', 'Unique-ID': 'A' }],
  ])('%s tells nothing', (_, headers) => {
    expect(takeEvent(nothingYet, event(headers), legs)).toBe(nothingYet);
  }); // prettier-ignore

  it('of the client’s leg says that he is dialled, whichever it is', () => {
    for (const name of ['CHANNEL_CREATE', 'CHANNEL_PROGRESS', 'CHANNEL_BRIDGE'])
      expect(takeEvent(nothingYet, event({ 'Event-Name': name, 'Unique-ID': 'C' }), legs).clientDialled).toBe(true);
  });

  it('of the employee’s phone says that he answered, when it is rung directly', () => {
    const answer = event({ 'Event-Name': 'CHANNEL_ANSWER', 'Unique-ID': 'A' });
    expect(takeEvent(nothingYet, answer, direct)).toMatchObject({ employee: '1001', employeeAnswered: true });
  });

  it('never takes back what is known', () => {
    const known = { ...nothingYet, employee: '1002', employeeAnswered: true, clientDialled: true };
    expect(takeEmployeeEnd(known, end(), 'A', direct)).toMatchObject({ employee: '1002', employeeAnswered: true, clientDialled: true }); // prettier-ignore
  });

  it('of the client’s end leaves him answered, when that was seen before', () => {
    const answered = takeEvent(nothingYet, event({ 'Event-Name': 'CHANNEL_ANSWER', 'Unique-ID': 'C' }), legs);
    expect(takeClientEnd(answered, end({ answered: false })).clientAnswered).toBe(true);
    expect(takeClientEnd(nothingYet, end({ answered: true })).clientAnswered).toBe(true);
    expect(takeClientEnd(nothingYet, end({ answered: false })).clientAnswered).toBe(false);
  });
});

describe('the end of our leg', () => {
  it.each([
    [['C;Outbound Call;74951230001'], true],
    [['x;Outbound Call;1', 'C;Outbound Call;74951230001'], true],
    [['x;Outbound Call;1'], false],
    [[], false],
  ])('that rang %j: the client was dialled: %p', (rang, dialled) => {
    const facts = takeEmployeeEnd(nothingYet, end({ rang }), 'A', legs);
    expect([facts.clientDialled, isOver(facts)]).toEqual([dialled, !dialled]);
  });

  it.each([
    [
      { variable_answer_uepoch: '1795183186434446', variable_billmsec: '6680' },
      { answered: true, talkMs: 6_680 },
    ],
    [{ 'Caller-Channel-Answered-Time': '1795183186434446' }, { answered: true, talkMs: 0 }],
    [
      { variable_answer_uepoch: '0', variable_billmsec: '0' },
      { answered: false, talkMs: 0 },
    ],
    [{ variable_end_uepoch: '1795183193114482' }, { endedAt: 1_795_183_193_114, answered: false }],
    [{ variable_hangup_cause: 'USER_BUSY', 'Hangup-Cause': 'NORMAL_CLEARING' }, { cause: 'USER_BUSY' }],
    [{ 'Hangup-Cause': 'NO_ANSWER' }, { cause: 'NO_ANSWER' }],
    [{ variable_originated_legs: ['a;b;c', 'd;e;f'] }, { rang: ['a;b;c', 'd;e;f'] }],
    [{}, { cause: 'NORMAL_CLEARING', endedAt: 42, rang: [] }],
  ])('is read from its headers: %j', (headers, expected) => {
    expect(legEnd(event({ 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', ...headers }), 42)).toMatchObject(expected); // prettier-ignore
  });
});
