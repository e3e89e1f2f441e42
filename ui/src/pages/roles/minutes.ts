/** Times of a role: seconds in the API, minutes for people. */

export interface Bounds {
  /** Seconds. */
  least: number;
  /** Seconds. */
  most: number;
}

/** Seconds without activity that a role may ask for. */
export const IDLE: Bounds = { least: 10, most: 604_800 };
/** Seconds of a session that a role may ask for. */
export const SESSION: Bounds = { least: 60, most: 604_800 };

/** Minutes as they are typed; to two places, which is enough to give every second back. */
export const toMinutes = (seconds: number | null | undefined): string =>
  seconds === null || seconds === undefined ? "" : String(Math.round((seconds / 60) * 100) / 100);

/** The seconds that were typed as minutes: `null` for none, `undefined` where it is no time within the bounds. */
export function toSeconds(typed: string, { least, most }: Bounds): number | null | undefined {
  const text = typed.trim().replace(",", ".");
  if (text === "") return null;
  if (!/^\d{1,6}(\.\d{0,4})?$/.test(text)) return undefined;
  const seconds = Math.round(Number(text) * 60);
  return seconds >= least && seconds <= most ? seconds : undefined;
}
