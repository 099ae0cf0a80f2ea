import Table from 'cli-table3';

/** Where a command writes: injected, so that specs read what an admin would see. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
  /** The terminal's width in columns; undefined when it is no terminal. */
  columns?: number | undefined;
  /** Asks a person, and gives his answer; undefined when there is no terminal. */
  ask?: ((question: string) => Promise<string>) | undefined;
}

/** Caller names come from outside: control characters (terminal commands, line breaks) are shown as a middle dot. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·');
}

/** A table for people. Cells are made plain. */
export function table(head: string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    head,
    style: { head: [], border: [], compact: true },
    chars: {
      top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
      left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
    }, // prettier-ignore
  });
  drawn.push(...rows.map((row) => row.map(plain)));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The zone of the times that this command shows; undefined: the machine's. */
let shownZone: string | undefined;

/** Times are read and shown in the same zone: that of the configuration, as soon as it is known. */
export function showTimesIn(timezone: string): void {
  shownZone = timezone;
}

/** A time in the zone of the configuration: `14:05:09` today, `2026-11-20 14:05:09` otherwise. */
export function clockTime(instant: number, now: number): string {
  const day = dayOf(instant);
  const time = new Date(instant).toLocaleTimeString('sv-SE', { timeZone: shownZone });
  return day === dayOf(now) ? time : `${day} ${time}`;
}

function dayOf(instant: number): string {
  return new Date(instant).toLocaleDateString('sv-SE', { timeZone: shownZone });
}
