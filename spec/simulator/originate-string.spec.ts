import { describe, expect, it } from '@jest/globals';
import { parseOriginate } from '../../lib/simulator/originate-string.js';

describe('the arguments of originate', () => {
  it('are variables, dial string and application', () => {
    expect(parseOriginate('{a=1,park_timeout=60:NORMAL_CLEARING}loopback/queue/callbackd &park')).toEqual({
      variables: { a: '1', park_timeout: '60:NORMAL_CLEARING' },
      turns: [[{ variables: {}, endpoint: 'loopback/queue/callbackd' }]],
      application: { name: 'park', data: '' },
    });
  });

  it('are variables, dial string, extension, dialplan and context', () => {
    expect(parseOriginate('{a=1}user/1001@office.example client XML callbackd')).toEqual({
      variables: { a: '1' },
      turns: [[{ variables: {}, endpoint: 'user/1001@office.example' }]],
      extension: { number: 'client', dialplan: 'XML', context: 'callbackd' },
    });
  });

  it('keep blanks and commas only in quotes', () => {
    expect(parseOriginate("{name='Ivan, the client',a=1}user/1001 &park")).toMatchObject({
      variables: { name: 'Ivan, the client', a: '1' },
      turns: [[{ endpoint: 'user/1001' }]],
    });
    expect(parseOriginate('{name=Ivan the client}user/1001 &park')).toEqual({ error: '-ERR DESTINATION_OUT_OF_ORDER' });
    expect(parseOriginate('{name=Ivan, a=1}user/1001 &park')).toEqual({ error: '-ERR DESTINATION_OUT_OF_ORDER' });
    expect(parseOriginate('{name=Ivan,Petrov,a=1}user/1001 &park')).toMatchObject({
      variables: { name: 'Ivan', a: '1' },
    });
  });

  it('end at the first brace', () => {
    expect(parseOriginate('{name=a}b,origination_uuid=c}user/1001 &park')).toMatchObject({
      variables: { name: 'a' },
      turns: [[{ endpoint: 'b' }, { endpoint: 'origination_uuid=c}user/1001' }]],
    });
  });

  it('are several phones, each with variables of its own', () => {
    expect(
      parseOriginate(
        "{a=1}[b=2]user/1001,[leg_delay_start=10,run='track XML callbackd']user/1002,sofia/gateway/trunk/74951230077 client XML callbackd",
      ),
    ).toMatchObject({
      variables: { a: '1' },
      turns: [
        [
          { variables: { b: '2' }, endpoint: 'user/1001' },
          { variables: { leg_delay_start: '10', run: 'track XML callbackd' }, endpoint: 'user/1002' },
          { variables: {}, endpoint: 'sofia/gateway/trunk/74951230077' },
        ],
      ],
    });
    expect(parseOriginate('[a=1user/1001 &park')).toEqual({ error: '-ERR DESTINATION_OUT_OF_ORDER' });
  });

  it('are phones that are rung one after the other', () => {
    expect(parseOriginate('[a=1]user/1001,user/1002|[a=3]user/1003|user/1004 client XML callbackd')).toMatchObject({
      turns: [
        [{ variables: { a: '1' }, endpoint: 'user/1001' }, { endpoint: 'user/1002' }],
        [{ variables: { a: '3' }, endpoint: 'user/1003' }],
        [{ endpoint: 'user/1004' }],
      ],
    });
  });

  it.each(['', 'user/1001', '{a=1}user/1001'])('are refused when one is missing: %p', (text) => {
    const refused = parseOriginate(text);
    expect('error' in refused && refused.error).toMatch(/^-USAGE: <call url>/);
  });
});
