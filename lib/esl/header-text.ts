/** The text of headers, "Name: value" a line. Nothing here throws, whatever the bytes were. */

/** The pairs of a block of header lines. A line without ": " is a name with the value ''. */
export function* headLines(text: string): Generator<[name: string, value: string]> {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const colon = line.indexOf(':');
    if (colon < 0) yield [line, ''];
    else yield [line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)];
  }
}

/**
 * A %-encoded value of a plain event. Bytes that are not UTF-8 (a Latin-1 or windows-1251 caller name) become U+FFFD,
 * a `%` that begins no escape stays as it is.
 */
export function percentDecoded(value: string): string {
  if (!value.includes('%')) return value;
  return value.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
