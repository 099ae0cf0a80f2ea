/**
 * Durations as an admin writes them: a whole number and a unit, "90s", "5m", "24h", "7d".
 */

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a duration looks like; used by the JSON Schemas too. */
export const durationPattern = '^\\d{1,6}(ms|s|m|h|d)$';

/** Milliseconds of a duration like "90s", or undefined when the text is not one. */
export function parseDuration(text: string): number | undefined {
  const match = new RegExp(durationPattern).exec(text);
  if (match === null) return undefined;
  return Number.parseInt(text, 10) * unitMs[match[1] as keyof typeof unitMs];
}

/** Milliseconds of a duration that a schema has already checked. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error(`not a duration: "${text}"`);
  return ms;
}

/** A span for people: "0 s", "45 s", "2 min 5 s", "3 h 20 min", "2 d 4 h". */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
