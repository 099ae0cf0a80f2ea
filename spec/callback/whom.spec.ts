import { describe, expect, it } from '@jest/globals';
import { whom, type Whom } from '../../lib/callback/whom.js';
import type { ClientCall } from '../../lib/calls/call.js';
import { Employees, type Employee } from '../../lib/config/employees.js';
import type { CallbackTarget } from '../../lib/rules/rule.js';

const employee = (id: string, changes: Partial<Employee>): Employee => ({ id, numbers: [], agents: [], groups: [], ...changes }); // prettier-ignore
const employees = new Employees([
  employee('anna', { extension: '1001', numbers: ['+74951230101'], agents: ['1001@default'], groups: ['sales'] }),
  employee('boris', { numbers: ['+74951230102'], groups: ['sales', 'night'] }),
  employee('dina', { extension: '1004', registers: false, groups: ['porch'] }),
  employee('clara', { groups: ['sales', 'ghosts'] }),
]);
const anna = { name: 'anna', extension: '1001', agents: ['1001@default'] };
const boris = { name: 'boris', number: '+74951230102', agents: [] };
const progression = { stepMs: 10_000, atOnce: 3 };

function of(to: CallbackTarget, loss: Partial<ClientCall> = {}): Whom {
  return whom(to, { call: 'leg', outcome: 'lost', ...loss }, employees, 'RU');
}

const names = (found: Whom): unknown => (found.kind === 'phones' ? found.phones.map(({ name }) => name) : found);

describe('whom a target means', () => {
  it('a queue is itself, and so is an extension of a dialplan', () => {
    expect(of({ queue: 'sales@default' })).toEqual({ kind: 'queue', queue: 'sales@default' });
    expect(of({ dialplan: '500 XML office' })).toEqual({ kind: 'dialplan', extension: '500', context: 'office' });
  });

  it('a phone that never registers is known as such, by its extension and in a group', () => {
    const dina = { name: 'dina', extension: '1004', registers: false, agents: [] };
    expect(of({ extension: '1004' })).toMatchObject({ phones: [dina] });
    expect(of({ group: 'porch', ...progression })).toMatchObject({ phones: [dina] });
  });

  it('an extension or a number is one phone, named after its employee when he is known', () => {
    const one = { kind: 'phones', stepMs: 0, atOnce: 1 };
    expect(of({ extension: '1001' })).toEqual({ ...one, label: 'extension 1001', phones: [anna] });
    expect(of({ extension: '1009' })).toMatchObject({ phones: [{ name: '1009', extension: '1009', agents: [] }] });
    expect(of({ number: '+74951230102' })).toEqual({ ...one, label: 'number +74951230102', phones: [boris] });
    expect(of({ number: '+74951230109' })).toMatchObject({
      phones: [{ name: '+74951230109', number: '+74951230109' }],
    });
  });

  it('a group is its members with a phone, in the order of the file', () => {
    expect(of({ group: 'sales', ...progression })).toEqual({
      kind: 'phones',
      label: 'group sales',
      phones: [anna, boris],
      ...progression,
    });
  });

  it.each(['ghosts', 'nobody'])('the group %s, of which nobody has a phone, names nobody', (group) => {
    expect(of({ group, ...progression })).toEqual({ kind: 'nobody', why: `nobody of the group ${group} has a phone` });
  });

  it('those who were tried: employees, agents that nobody names, phones that nobody names; each once', () => {
    const tried: ClientCall['tried'] = [
      ['anna', 'busy'],
      ['1007@default', 'no-answer'],
      ['1001@default', 'no-answer'],
      ['+74951230109', 'busy'],
      ['1008', 'ringing'],
      ['not; a phone', 'failed'],
    ];
    const found = of({ tried: true, ...progression }, { tried });
    expect(names(found)).toEqual(['anna', '1007@default', '+74951230109', '1008']);
    expect(found).toMatchObject({ phones: [anna, { extension: '1007', agents: ['1007@default'] }, {}, {}] });
  });

  it('lost before anybody was rung: nobody', () => {
    for (const loss of [{}, { tried: [] }, { tried: [['clara', 'busy']] as ClientCall['tried'] }])
      expect(of({ tried: true, ...progression }, loss as Partial<ClientCall>).kind).toBe('nobody');
  });

  it('those of the last phase: first who transferred, then those whom he transferred to', () => {
    const loss = { transferredBy: 'boris', lastPhase: ['1001', 'boris'] };
    expect(names(of({ lastPhase: true, ...progression }, loss))).toEqual(['boris', 'anna']);
    expect(of({ lastPhase: true, ...progression }).kind).toBe('nobody');
  });

  it('by the number that he had dialled, in whatever form it came', () => {
    const to: CallbackTarget = { byDialled: { '+74951234567': { queue: 'a@x' } }, else: { extension: '1001' } };
    expect(of(to, { dialled: '84951234567' })).toEqual({ kind: 'queue', queue: 'a@x' });
    expect(names(of(to, { dialled: '+74951234568' }))).toEqual(['anna']);
    expect(names(of(to))).toEqual(['anna']);
    expect(of({ byDialled: {} }, { dialled: '101' })).toEqual({
      kind: 'nobody',
      why: 'the rule has no target for the number 101',
    });
  });

  it('an id that every object has is no number', () => {
    expect(of({ byDialled: {} }, { dialled: 'constructor' }).kind).toBe('nobody');
  });
});
