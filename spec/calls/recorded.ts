import type { EslEvent } from '../../lib/esl/event.js';
export function events(bytes: Buffer): EslEvent[] {
  const out: EslEvent[] = [];
  let i = 0;
  while (i < bytes.length) {
    while (bytes[i] === 10) i++;
    const j = bytes.indexOf('\n\n', i);
    if (j < 0) break;
    const head = bytes.toString('utf8', i, j);
    const n = Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? 0);
    if (/text\/event-json/.test(head)) {
      const e = JSON.parse(bytes.toString('utf8', j + 2, j + 2 + n)) as Record<string, string | string[]>;
      const one = (k: string) => (Array.isArray(e[k]) ? e[k][0] : (e[k] as string | undefined));
      out.push({ name: one('Event-Name')!, subclass: one('Event-Subclass') ?? '', at: Number(one('Event-Date-Timestamp')) / 1000, coreUuid: one('Core-UUID') ?? '', header: one, headers: (k) => (e[k] === undefined ? [] : Array.isArray(e[k]) ? (e[k] as string[]) : [e[k] as string]), body: one('_body') ?? '' });
    }
    i = j + 2 + n;
  }
  return out;
}
