/** A week of a schedule, day by day, and the times of its zone, for people. */
import type { Instant } from './clock.js';
import type { Schedule, Window } from './schedule.js';
import { dayOf, wallClock, type LocalDay } from './wall-clock.js';

export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const dayMs = 86_400_000;

export interface ScheduleDay {
  weekday: (typeof weekdays)[number];
  /** YYYY-MM-DD */
  date: string;
  /** Those that begin on this day, in order; none: closed. */
  windows: readonly Window[];
  /** Why the hours aren't those of the weekday. */
  because?: 'exception' | 'holiday';
  /** Of the holiday. */
  name?: string;
}

/** The seven days, Monday first, of the week in which the date stands. */
export function weekWith(schedule: Schedule, date: string): ScheduleDay[] {
  const day = Date.parse(date) / dayMs;
  const monday = day - weekdayOf(day);
  return weekdays.map((weekday, index) => {
    const each = dateOf(monday + index);
    const exception = schedule.exceptions[each];
    const name = schedule.names?.[each];
    return {
      weekday,
      date: each,
      windows: [...(exception ?? schedule.weekly[index] ?? [])].sort((a, b) => a.from - b.from),
      ...(exception !== undefined && { because: name === undefined ? 'exception' : 'holiday' }),
      ...(name !== undefined && { name }),
    };
  });
}

/** The date that the calendar of the zone shows, YYYY-MM-DD. */
export function dateIn(zone: string, instant: Instant): string {
  return dateOf(dayOf(zone, instant));
}

/** "Fri 2026-11-20 18:00" on the clock of the zone. */
export function shownIn(zone: string, instant: Instant): string {
  const [weekday, time] = weekdayAndTimeIn(zone, instant).split(' ');
  return `${weekday} ${dateIn(zone, instant)} ${time}`;
}

/** "Fri 18:00" on the clock of the zone. */
export function weekdayAndTimeIn(zone: string, instant: Instant): string {
  const local = wallClock(zone, instant);
  return `${weekdays[weekdayOf(Math.floor(local / dayMs))]} ${new Date(local).toISOString().slice(11, 16)}`;
}

/** "22:00-06:00" */
export function formatWindow({ from, to }: Window): string {
  return `${formatMinute(from)}-${formatMinute(to > 1440 ? to - 1440 : to)}`;
}

function formatMinute(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** 0 is Monday. Day 0, 1970-01-01, was a Thursday. */
function weekdayOf(day: LocalDay): number {
  return (((day + 3) % 7) + 7) % 7;
}

function dateOf(day: LocalDay): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
