/** CSV as RFC 4180 has it, safe to be opened by a spreadsheet program. */

/** A line: fields in quotes where that is needed, a carriage return at its end (the line feed comes with the output). */
export function csvLine(fields: readonly (string | number | boolean | undefined)[]): string {
  return `${fields.map(field).join(',')}\r`;
}

function field(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? harmless(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A telephone number in E.164: a spreadsheet program makes a number of it, nothing else. */
const phoneNumber = /^\+\d{1,15}$/;

/**
 * A caller's name that begins like a formula would be calculated when somebody opens the file: an apostrophe before it
 * makes it a text. Programs that take another character for the separator (a semicolon, a tab) see a cell begin there too.
 */
function harmless(text: string): string {
  if (phoneNumber.test(text)) return text;
  return text.replace(/(^|[;,|\t\r\n])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1$2'");
}
