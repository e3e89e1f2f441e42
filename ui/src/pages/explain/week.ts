/** Times of the week for people: days with the same hours told together. */
import type { Span } from "./reason";

const DAY = 24 * 60;

const two = (value: number): string => String(value).padStart(2, "0");
const clock = (minute: number): string => `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;

/** The short name of a day, 0 is Monday. */
function dayNames(locale: string): (day: number) => string {
  const format = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  // The first of January 2024 was a Monday.
  return (day) => format.format(Date.UTC(2024, 0, 1 + (day % 7)));
}

/** Spans as lines such as `Mon, Tue 06:00–14:00` or `Fri 22:00 – Mon 06:00`. */
export function weekLines(spans: readonly Span[], locale: string): string[] {
  const name = dayNames(locale);
  const lines = new Map<string, string[]>();
  for (const { from, to } of spans) {
    const length = (to - from + 7 * DAY) % (7 * DAY) || 7 * DAY;
    const day = Math.floor(from / DAY);
    const [hours, days] =
      length <= DAY
        ? [`${clock(from)}–${clock(to)}`, name(day)]
        : [`– ${name(Math.floor(to / DAY))} ${clock(to)}`, `${name(day)} ${clock(from)}`];
    lines.set(hours, [...(lines.get(hours) ?? []), days]);
  }
  return [...lines].map(([hours, days]) => `${days.join(", ")} ${hours}`);
}
