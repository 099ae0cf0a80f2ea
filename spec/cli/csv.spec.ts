import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from '../../lib/cli/csv.js';

/** A reader of RFC 4180 that is not ours: one line. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let rest = line.slice(0, -1);
  for (;;) {
    const [whole, quoted, bare = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(rest)!;
    fields.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    rest = rest.slice(whole.length);
    if (rest === '') return fields;
    expect(rest[0]).toBe(',');
    rest = rest.slice(1);
  }
}

describe('a line of CSV', () => {
  it.each<[Parameters<typeof csvLine>[0], string]>([
    [[1, 'Anna', true, undefined], '1,Anna,true,\r'],
    [['a,b', 'say "hi"', 'x'], '"a,b","say ""hi""",x\r'],
    [['two\nlines'], '"two\nlines"\r'],
    [[''], '\r'],
    // A telephone number is none that could be calculated; whatever else begins like a formula gets an apostrophe.
    [['+74951230001'], '+74951230001\r'],
    [['=HYPERLINK("http://x","y")'], '"\'=HYPERLINK(""http://x"",""y"")"\r'],
    [["=cmd|' /C calc'!A0"], "'=cmd|' /C calc'!A0\r"],
    [['+1+2', '-1', '@SUM(A1)'], "'+1+2,'-1,'@SUM(A1)\r"],
    [['\t=1', ' =1'], "\t'=1, '=1\r"],
    [['Anna;=1+1', 'Anna\t@x'], "Anna;'=1+1,Anna\t'@x\r"],
    [['\uff1d1+1'], "'\uff1d1+1\r"],
  ])('%j is %j', (fields, line) => {
    expect(csvLine(fields)).toBe(line);
  });

  it('for any texts: as many fields come out as went in, and none begins like a formula, whatever the separator', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('=', '+', '-', '@', ';', ',', '"', '\t', '\n', ' ', '1', 'a') })); // prettier-ignore
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const fields = fieldsOf(csvLine(texts));
        expect(fields).toHaveLength(texts.length);
        fields.forEach((field, index) => {
          expect(field.replaceAll("'", '')).toBe(texts[index]!.replaceAll("'", ''));
          if (/^\+\d{1,15}$/.test(field)) return;
          for (const cell of field.split(/[;,|\t\r\n]/)) expect(cell).not.toMatch(/^\s*[=+\-@]/);
        });
      }),
      { numRuns: 2_000 },
    );
  });
});
