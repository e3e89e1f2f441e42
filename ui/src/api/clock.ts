/**
 * The server's time. A panel's own clock may be wrong by hours; what the server says of times is
 * counted down by the server's clock.
 */
let ahead = 0;

/** Takes the time of an answer whose header `Date` says so (whole seconds). */
export function tellServerTime(date: string | null, local: number): void {
  const told = Date.parse(date ?? "");
  if (Number.isNaN(told)) return;
  // The header is cut to seconds and took its way, so a difference below two seconds says nothing.
  const difference = told + 500 - local;
  if (Math.abs(difference - ahead) > 2000) ahead = Math.abs(difference) > 2000 ? difference : 0;
}

/** Milliseconds since 1970 by the server's clock. */
export const serverNow = (): number => Date.now() + ahead;

/** What the server's clock says when the panel's own says `local`; both in milliseconds since 1970. */
export const byServer = (local: number): number => local + ahead;

/** The seconds until a moment that the server named, never below zero. */
export const secondsUntil = (time: string): number =>
  Math.max(0, Math.ceil((Date.parse(time) - serverNow()) / 1000));
