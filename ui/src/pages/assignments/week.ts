/** Times of the week: spans as the API has them, and the minutes that they cover. */
import type { Schema } from "../../api/client";

/** `mon 06:00` to `mon 14:00`; one that ends before it begins goes on over Sunday midnight. */
export type Span = Schema<"Span">;

/** Minutes of the week from Monday 00:00; `to` is the first one after it. Never over the end of the week. */
export interface Range {
  from: number;
  to: number;
}

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const HOUR = 60;
export const DAY = 24 * HOUR;
export const WEEK = 7 * DAY;

/** Most spans that the server takes. */
export const MOST_SPANS = 168;

/**
 * The minute of `mon 06:00`, also as people type it: `mon 6:00`, `mon 600`; `undefined` for what is no time.
 * `24:00` is the midnight after the day.
 */
export function minuteOf(text: string): number | undefined {
  const [, name = "", ...time] = /^([a-z]{3}) (\d{1,2}):?(\d\d)$/.exec(text) ?? [];
  const day = (DAYS as readonly string[]).indexOf(name);
  const [hours = 0, minutes = 0] = time.map(Number);
  if (day < 0 || minutes > 59 || hours * HOUR + minutes > DAY) return undefined;
  return (day * DAY + hours * HOUR + minutes) % WEEK;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Time of day of a minute: `06:00`. */
export const timeOf = (minute: number): string =>
  `${two(Math.floor((minute % DAY) / HOUR))}:${two(minute % HOUR)}`;

/** A minute as the API writes it; the end of the week is its beginning. */
export const textOf = (minute: number): string =>
  `${DAYS[Math.floor((minute % WEEK) / DAY)] ?? "mon"} ${timeOf(minute % WEEK)}`;

/** A span as the API writes it, where it is one. */
export const written = ({ from, to }: Span): Span => ({ from: neat(from), to: neat(to) });

/** A typed time as the API writes it; what is none stays as it is. */
export function neat(text: string): string {
  const minute = minuteOf(text);
  return minute === undefined ? text : textOf(minute);
}

/** Beginning and minutes of a span; `undefined` where it is none. */
export function lengthOf(span: Span): { from: number; minutes: number } | undefined {
  const [from, to] = [minuteOf(span.from), minuteOf(span.to)];
  if (from === undefined || to === undefined || from === to) return undefined;
  return { from, minutes: (to - from + WEEK) % WEEK };
}

/** The minutes that spans cover together, in order and without overlaps. */
export function covered(spans: readonly Span[]): Range[] {
  const parts = spans.flatMap((span): Range[] => {
    const found = lengthOf(span);
    if (found === undefined) return [];
    const to = found.from + found.minutes;
    if (to <= WEEK) return [{ from: found.from, to }];
    return [
      { from: found.from, to: WEEK },
      { from: 0, to: to - WEEK },
    ];
  });
  return joined(parts);
}

function joined(parts: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const part of parts.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && part.from <= last.to) last.to = Math.max(last.to, part.to);
    else all.push({ ...part });
  }
  return all;
}

/** Whether every minute of the week is covered, which is the same as no schedule. */
export const isWhole = (ranges: readonly Range[]): boolean => ranges[0]?.from === 0 && ranges[0].to === WEEK;

/** The spans of covered minutes; what goes on over Sunday midnight is one. */
export function spansOf(ranges: readonly Range[]): Span[] {
  if (isWhole(ranges)) {
    // A span that ends where it begins would be none.
    const middle = textOf(3 * DAY);
    return [
      { from: textOf(0), to: middle },
      { from: middle, to: textOf(0) },
    ];
  }
  const [first, last] = [ranges[0], ranges.at(-1)];
  const over = first !== undefined && first !== last && first.from === 0 && last?.to === WEEK;
  const own = over ? ranges.slice(1, -1) : ranges;
  const spans = own.map(({ from, to }) => ({ from: textOf(from), to: textOf(to) }));
  return over ? [...spans, { from: textOf(last.from), to: textOf(first.to) }] : spans;
}

/** Spans with further minutes covered, or without them. */
export function painted(spans: readonly Span[], parts: readonly Range[], on: boolean): Span[] {
  const before = covered(spans);
  if (on) return spansOf(joined([...before, ...parts]));
  let left = before;
  for (const part of parts) {
    left = left.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, part.from) },
        { from: Math.max(from, part.to), to },
      ].filter((one) => one.from < one.to),
    );
  }
  return spansOf(left);
}

/** How much of some minutes is covered. */
export function cover(ranges: readonly Range[], part: Range): "full" | "part" | "none" {
  const inside = ranges
    .map(({ from, to }) => Math.min(to, part.to) - Math.max(from, part.from))
    .filter((minutes) => minutes > 0)
    .reduce((sum, minutes) => sum + minutes, 0);
  if (inside === 0) return "none";
  return inside >= part.to - part.from ? "full" : "part";
}

/** A cell of the week's grid: a day and an hour, both from 0. */
export interface Cell {
  day: number;
  hour: number;
}

export const rangeOf = ({ day, hour }: Cell): Range => ({
  from: day * DAY + hour * HOUR,
  to: day * DAY + (hour + 1) * HOUR,
});

/** The minutes of all cells between two corners: the same hours on each of the days. */
export function block(a: Cell, b: Cell): Range[] {
  const [firstDay, lastDay] = [Math.min(a.day, b.day), Math.max(a.day, b.day)];
  const [firstHour, lastHour] = [Math.min(a.hour, b.hour), Math.max(a.hour, b.hour)];
  return Array.from({ length: lastDay - firstDay + 1 }, (_, at) => ({
    from: rangeOf({ day: firstDay + at, hour: firstHour }).from,
    to: rangeOf({ day: firstDay + at, hour: lastHour }).to,
  }));
}

/** The shifts that are offered: the same hours from Monday to Friday, and the weekend. */
export const SHIFTS = ["early", "late", "night", "weekend"] as const;
export type Shift = (typeof SHIFTS)[number];

const BEGIN = { early: 6, late: 14, night: 22 };

export const shift = (name: Shift): Range[] =>
  name === "weekend"
    ? [{ from: 5 * DAY, to: WEEK }]
    : [0, 1, 2, 3, 4].map((day) => {
        const from = day * DAY + BEGIN[name] * HOUR;
        return { from, to: from + 8 * HOUR };
      });

/** Days that have the same times: `mon tue wed`, from 06:00 for 480 minutes. */
export interface Pattern {
  /** The days on which it begins, in order. */
  days: number[];
  /** Minute of the day. */
  from: number;
  minutes: number;
}

/** Spans as people tell them: each time once, with its days. */
export function patterns(spans: readonly Span[]): Pattern[] {
  const found: Pattern[] = [];
  for (const span of spansOf(covered(spans))) {
    const length = lengthOf(span);
    if (length === undefined) continue;
    const [day, from] = [Math.floor(length.from / DAY), length.from % DAY];
    const same = found.find((one) => one.from === from && one.minutes === length.minutes);
    if (same === undefined) found.push({ days: [day], from, minutes: length.minutes });
    else same.days.push(day);
  }
  return found;
}

/** Days in a row as one: `[[0, 4], [6, 6]]` for Monday to Friday and Sunday. */
export function runs(days: readonly number[]): [number, number][] {
  const all: [number, number][] = [];
  for (const day of days) {
    const last = all.at(-1);
    if (last !== undefined && last[1] === day - 1) last[1] = day;
    else all.push([day, day]);
  }
  return all;
}
