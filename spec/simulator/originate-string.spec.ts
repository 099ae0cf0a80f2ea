import { describe, expect, it } from '@jest/globals';
import { parseOriginate } from '../../lib/simulator/originate-string.js';

describe('the arguments of originate', () => {
  it('are variables, dial string and application', () => {
    expect(parseOriginate('{a=1,park_timeout=60:NORMAL_CLEARING}loopback/queue/callbackd &park')).toEqual({
      variables: { a: '1', park_timeout: '60:NORMAL_CLEARING' },
      endpoint: 'loopback/queue/callbackd',
      application: { name: 'park', data: '' },
    });
  });

  it('are variables, dial string, extension, dialplan and context', () => {
    expect(parseOriginate('{a=1}user/1001@office.example client XML callbackd')).toEqual({
      variables: { a: '1' },
      endpoint: 'user/1001@office.example',
      extension: { number: 'client', dialplan: 'XML', context: 'callbackd' },
    });
  });

  it('keep blanks and commas only in quotes', () => {
    expect(parseOriginate("{name='Ivan, the client',a=1}user/1001 &park")).toMatchObject({
      variables: { name: 'Ivan, the client', a: '1' },
      endpoint: 'user/1001',
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
      endpoint: 'b,origination_uuid=c}user/1001',
    });
  });

  it.each(['', 'user/1001', '{a=1}user/1001'])('are refused when one is missing: %p', (text) => {
    const refused = parseOriginate(text);
    expect('error' in refused && refused.error).toMatch(/^-USAGE: <call url>/);
  });
});
