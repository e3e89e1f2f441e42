/** Lengths of time as people enter them: a whole number and a unit. */

export const UNITS = { second: 1, minute: 60, hour: 3_600, day: 86_400 } as const;
export type Unit = keyof typeof UNITS;

export interface Duration {
  amount: string;
  unit: Unit;
}

const LARGEST_FIRST: readonly Unit[] = ["day", "hour", "minute", "second"];

/** In the largest unit in which it is a whole number. */
export function durationOf(seconds: number): Duration {
  const unit = LARGEST_FIRST.find((one) => seconds % UNITS[one] === 0) ?? "second";
  return { amount: String(seconds / UNITS[unit]), unit };
}

/** In seconds; nothing where no whole number above nought is typed. */
export function secondsOf({ amount, unit }: Duration): number | undefined {
  const typed = amount.trim();
  if (!/^\d{1,9}$/.test(typed) || Number(typed) === 0) return undefined;
  return Number(typed) * UNITS[unit];
}

/** Written out in the reader's language: `10 minutes`, `1 hour 30 minutes`. */
export function durationTold(seconds: number, language: string): string {
  let rest = Math.max(0, Math.round(seconds));
  const told: string[] = [];
  for (const unit of LARGEST_FIRST) {
    const count = Math.floor(rest / UNITS[unit]);
    rest %= UNITS[unit];
    if (count === 0) continue;
    told.push(new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count));
  }
  return told.join(" ");
}
