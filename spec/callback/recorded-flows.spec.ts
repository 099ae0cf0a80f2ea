import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { isOver, legEnd, nothingYet, takeClientEnd, takeEmployeeEnd } from '../../lib/callback/attempt-life.js';
import { judge } from '../../lib/callback/outcome.js';
import { parseCdr } from '../../lib/calls/cdr.js';
import { outcomes, type Outcome } from '../../lib/tasks/outcome.js';
import { follow, recordedByHand, recordedFlow, successAfterMs } from './flights.js';

const folder = new URL('../fixtures/callback-flow/', import.meta.url);

const flows: Record<string, { outcome: Outcome; employee?: string; cause?: string }> = {
  'queue-reached': { outcome: 'reached', employee: '1001@default' },
  'queue-reached-sender-gone': { outcome: 'reached', employee: '1001@default' },
  'queue-reached-agent-hangs-up': { outcome: 'reached', employee: '1001@default' },
  'queue-client-busy': { outcome: 'client-busy', cause: 'USER_BUSY', employee: '1001@default' },
  'queue-client-rejects': { outcome: 'client-rejected', cause: 'CALL_REJECTED' },
  'queue-client-unknown-number': { outcome: 'client-invalid', cause: 'UNALLOCATED_NUMBER' },
  'queue-client-no-answer': { outcome: 'client-no-answer', cause: 'ALLOTTED_TIMEOUT' },
  'queue-client-early-media': { outcome: 'client-no-answer', cause: 'ALLOTTED_TIMEOUT' },
  'queue-gateway-invalid': { outcome: 'gateway-failed', cause: 'INVALID_GATEWAY', employee: '1001@default' },
  'queue-second-agent-answers': { outcome: 'reached', employee: '1002@default' },
  'queue-agent-rejects': { outcome: 'reached', employee: '1002@default' },
  'queue-agent-leaves-during-prompt': { outcome: 'employee-rejected', employee: '1001@default' },
  'queue-agent-leaves-while-client-rings': { outcome: 'employee-left', employee: '1001@default' },
  'queue-nobody-answers': { outcome: 'employee-no-answer' },
  'queue-agent-not-registered': { outcome: 'employee-no-answer' },
  'queue-unknown': { outcome: 'employee-no-answer' },
  'queue-killed-while-ringing': { outcome: 'employee-no-answer' },
  'queue-transferred': { outcome: 'reached', employee: '1001@default' },
  'queue-on-hold': { outcome: 'reached', employee: '1001@default' },
  'queue-shutdown': { outcome: 'too-short', cause: 'SYSTEM_SHUTDOWN' },
  'extension-reached': { outcome: 'reached', employee: '1001' },
  'extension-employee-busy': { outcome: 'employee-busy', cause: 'USER_BUSY' },
  'extension-employee-rejects': { outcome: 'employee-rejected', cause: 'CALL_REJECTED' },
  'extension-employee-no-answer': { outcome: 'employee-no-answer', cause: 'NO_ANSWER' },
  'extension-not-registered': { outcome: 'employee-unregistered', cause: 'USER_NOT_REGISTERED' },
  'extension-employee-leaves-during-prompt': { outcome: 'employee-rejected', employee: '1001' },
  'extension-client-busy': { outcome: 'client-busy', employee: '1001' },
  'extension-client-no-answer': { outcome: 'client-no-answer', employee: '1001' },
  'extension-gateway-invalid': { outcome: 'gateway-failed', cause: 'INVALID_GATEWAY' },
  'extension-trunk-dead': { outcome: 'gateway-failed', cause: 'NORMAL_TEMPORARY_FAILURE' },
  'extension-transferred': { outcome: 'reached', employee: '1001' },
};

it('every recorded callback is judged here', () => {
  const names = readdirSync(folder).flatMap((name) => /^(.+)\.esl$/.exec(name)?.[1] ?? []);
  expect(Object.keys(flows).sort()).toEqual(names.sort());
});

describe.each(Object.entries(flows))('%s', (name, expected) => {
  const recording = recordedFlow(name);
  const inOrder = follow(recording, recording.events);

  it(`is ${expected.outcome}`, () => {
    const { outcome, cause, employee } = { cause: '', ...expected };
    expect(inOrder.judged?.outcome).toBe(outcome);
    if (cause !== '') expect(inOrder.judged?.cause).toBe(cause);
    if (employee !== undefined) expect(inOrder.facts.employee).toBe(employee);
  });

  it('is over with the end of a leg of ours, or with the failure of the job', () => {
    const { last } = inOrder;
    if (last?.name === 'BACKGROUND_JOB') return expect(last.body).toMatch(/^-ERR /);
    expect(last?.name).toBe('CHANNEL_HANGUP_COMPLETE');
    expect([recording.clientLeg, recording.employeeLeg]).toContain(last?.header('Unique-ID'));
  });

  it('tells the same in whatever order the events come', () => {
    const places = [...recording.events.keys()];
    fc.assert(
      fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (order) => {
        const shuffled = order.map((at) => recording.events[at]!);
        const { facts, judged } = follow(recording, shuffled);
        // All events together say the same; what is said at the first of them that ends it has the same effect.
        expect(judge(facts, successAfterMs)).toEqual(judge(inOrder.facts, successAfterMs));
        expect(outcomes[judged?.outcome ?? 'unknown']).toBe(outcomes[expected.outcome]);
      }),
      { numRuns: 15 },
    );
  });

  it('has the same effect, or none yet, whichever one event is lost', () => {
    for (const lost of inOrder.telling) {
      const { judged } = follow(recording, recording.events.toSpliced(lost, 1));
      if (judged !== undefined) expect(outcomes[judged.outcome]).toBe(outcomes[expected.outcome]);
    }
  });
});

/** After an outage the legs' CDRs are all there is: first ours, then the client's. */
describe('the CDRs of', () => {
  const withCdrs = Object.keys(flows).filter((name) => readdirSync(folder).includes(`${name}.cdr.json`));

  it.each(withCdrs)('%s say the same', (name) => {
    const { employeeLeg, clientLeg, extension } = recordedFlow(name);
    const files = JSON.parse(readFileSync(new URL(`${name}.cdr.json`, folder), 'utf8')) as Record<string, unknown>;
    const end = (leg: string) => {
      const cdr = leg in files ? parseCdr(JSON.stringify(files[leg])) : undefined;
      return cdr === undefined ? undefined : legEnd(cdr, 0);
    };
    const [employee, client] = [end(employeeLeg), end(clientLeg)];
    const phones = extension === undefined ? {} : { phones: [{ leg: employeeLeg, name: extension }] };
    const legs = { employeeLeg, clientLeg, ...phones };
    const own = employee === undefined ? nothingYet : takeEmployeeEnd(nothingYet, employee, employeeLeg, legs);
    const facts = client === undefined ? own : takeClientEnd(own, client);
    if (employee === undefined) return expect([isOver(facts), name]).toEqual([false, 'extension-not-registered']);
    const outcome = judge(facts, successAfterMs).outcome;
    expect(isOver(facts)).toBe(true);
    expect(outcome).toBe(flows[name]?.outcome);
  });
});

describe('originates by hand', () => {
  it.each<[name: string, outcome: Outcome, cause: string]>([
    ['l1_both_answer', 'reached', 'NORMAL_CLEARING'],
    ['l2_client_busy', 'client-busy', 'USER_BUSY'],
    ['l3_client_noanswer', 'client-no-answer', 'ALLOTTED_TIMEOUT'],
    ['l4_agent_noanswer', 'employee-no-answer', 'NO_ANSWER'],
    ['l5_agent_reject', 'employee-rejected', 'CALL_REJECTED'],
    ['l8_loopback_agent', 'reached', 'NORMAL_CLEARING'],
    ['l9_loopback_reject', 'employee-rejected', 'CALL_REJECTED'],
    ['l10_loopback_noanswer', 'employee-no-answer', 'NO_ANSWER'],
    ['l11_loopback_busy', 'employee-busy', 'USER_BUSY'],
    ['l13_client_404', 'client-invalid', 'UNALLOCATED_NUMBER'],
    ['l14_agent_unregistered', 'employee-unregistered', 'USER_NOT_REGISTERED'],
    ['l16_cancel_job', 'employee-no-answer', 'NORMAL_CLEARING'],
    ['l18_client_cid', 'reached', 'NORMAL_CLEARING'],
    ['q_gateway_refused', 'gateway-failed', 'NORMAL_TEMPORARY_FAILURE'],
    ['q3_gateway_invalid', 'gateway-failed', 'INVALID_GATEWAY'],
    ['q4_trunk_503', 'gateway-failed', 'NORMAL_TEMPORARY_FAILURE'],
  ])('%s: %s (%s)', (name, outcome, cause) => {
    const recording = recordedByHand(name);
    const { judged } = follow(recording, recording.events);
    expect(judged).toMatchObject({ outcome, cause });
  });
});
