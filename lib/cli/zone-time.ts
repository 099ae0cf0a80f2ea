/** Times as the rules see them: in the time zone of the configuration. */
import { instantsAt } from '../time/wall-clock.js';
import { parseDuration } from '../time/duration.js';

/** "Fri 2026-11-20 18:20" */
export function zoneTime(instant: number, timezone: string): string {
  const parts: Record<string, string> = {};
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  for (const { type, value } of format.formatToParts(instant)) parts[type] = value;
  const { weekday, year, month, day, hour, minute } = parts;
  return `${weekday} ${year}-${month}-${day} ${hour}:${minute}`;
}

/**
 * A span ago ("2h"), or a date with or without a clock time, in the time zone unless it names its own ("…Z"). ms since
 * 1970 UTC; undefined when the text is none of these.
 */
export function parseZoneTime(text: string, timezone: string, now: number): number | undefined {
  const span = parseDuration(text);
  if (span !== undefined) return now - span;
  const local = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?$/.test(text);
  const digits = Date.parse(local ? `${text.replace(' ', 'T')}${text.length === 10 ? '' : 'Z'}` : text);
  if (Number.isNaN(digits)) return undefined;
  if (!local) return digits;
  // In the hour that the clocks skip: as if they had not been changed yet.
  return instantsAt(timezone, digits)[0] ?? instantsAt(timezone, digits - 3_600_000).map((at) => at + 3_600_000)[0];
}

/**
 * A time to come: a span from now ("2h"), the next such time of day ("14:30"), or a date with or without a clock time, in
 * the time zone unless it names its own. ms since 1970 UTC; undefined when the text is none of these.
 */
export function parseComingTime(text: string, timezone: string, now: number): number | undefined {
  const span = parseDuration(text);
  if (span !== undefined) return now + span;
  if (!/^\d{1,2}:\d{2}$/.test(text)) return parseZoneTime(text, timezone, now);
  const onDayOf = (instant: number): number | undefined => {
    const [, date = ''] = zoneTime(instant, timezone).split(' ');
    return parseZoneTime(`${date} ${text.padStart(5, '0')}`, timezone, now);
  };
  const today = onDayOf(now);
  return today !== undefined && today < now ? onDayOf(now + 86_400_000) : today;
}
