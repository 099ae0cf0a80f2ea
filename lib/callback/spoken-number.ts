/**
 * The sound files (`digits/NAME`) of a number: 0-20 and the tens have files of their own; from 100 on it is read digit by
 * digit.
 */
export function numberFiles(number: number): string[] {
  const whole = Math.max(0, Math.round(number));
  if (whole >= 100) return [...String(whole)].map((digit) => `digits/${digit}`);
  if (whole <= 20 || whole % 10 === 0) return [`digits/${whole}`];
  return [`digits/${whole - (whole % 10)}`, `digits/${whole % 10}`];
}
