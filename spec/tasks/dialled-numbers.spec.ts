import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndedCall } from '../../lib/calls/call.js';
import { DialledNumbers } from '../../lib/tasks/dialled-numbers.js';
import { lostCall } from '../store/contract.js';
import { MemoryStore } from '../store/memory-store.js';
import { without } from './made.js';

const [sales, other, client] = ['+74951234567', '+74951234568', '+74951230001'];

let store: MemoryStore;
let numbers: DialledNumbers;

beforeEach(() => {
  store = new MemoryStore();
  numbers = new DialledNumbers(store, 'RU');
});

const direct = (changes: Partial<EndedCall>): EndedCall =>
  without(lostCall({ place: 'extension', tried: [], ...changes }), 'queue');

describe('the numbers that clients dial are our own', () => {
  it.each(['+74951234567', '74951234567', '84951234567', '8 (495) 123-45-67'])('in any spelling: %s', (dialled) => {
    numbers.saw(lostCall({ dialled }));
    expect([numbers.has(sales), numbers.has(other), numbers.has(client)]).toEqual([true, false, false]);
  });

  it('also those of former runs, from the journal', () => {
    store.takeCall(lostCall({ dialled: '74951234567' }), { action: 'none', reasons: [] }, undefined, () => undefined);
    expect(new DialledNumbers(store, 'RU').has(sales)).toBe(true);
  });

  it('when the call was lost at a phone of ours, or answered there', () => {
    numbers.saw(direct({ dialled: sales, extension: '1001' }));
    numbers.saw({ ...direct({ dialled: other, outcome: 'answered', tried: [['anna', 'ringing']] }) });
    expect([numbers.has(sales), numbers.has(other)]).toEqual([true, true]);
  });

  it.each<[what: string, call: EndedCall]>([
    ['nowhere', lostCall({ place: 'dialplan', tried: [], dialled: client })],
    ['outside: an employee with an outside caller ID called a client', direct({ dialled: client, extension: '74951230001', tried: [['74951230001', 'no-answer']] })], // prettier-ignore
    ['to an extension', lostCall({ dialled: '1001' })],
    ['to nothing that is known', lostCall({})],
  ])('but not those that led %s', (_, call) => {
    numbers.saw(call);
    expect([numbers.has(client), numbers.has('1001')]).toEqual([false, false]);
  });

  it('remembers no more than an office can have', () => {
    for (let index = 0; index < 1_100; index++) numbers.saw(lostCall({ dialled: `+7495124${String(index).padStart(4, '0')}` })); // prettier-ignore
    expect([numbers.has('+74951240999'), numbers.has('+74951241000')]).toEqual([true, false]);
  });
});
