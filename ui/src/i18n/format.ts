/** Times, numbers and order, by the reader's language or by ISO 8601. */
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { keep, kept } from "../app/kept";
import { currentLanguage } from ".";
import { type Language, localeOf } from "./languages";

/** How times are written: as in the reader's country, or `2026-05-04 13:05:09` everywhere the same. */
export type Times = "locale" | "iso";

let times: Times = kept("times") === "iso" ? "iso" : "locale";
const listeners = new Set<() => void>();

export function setTimes(next: Times): void {
  times = next;
  keep("times", next);
  for (const listener of listeners) listener();
}

export const useTimes = (): Times =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => times,
  );

const two = (value: number): string => String(value).padStart(2, "0");

const isoDay = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const isoClock = (at: Date): string =>
  `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

/** The writers of one language. */
export interface Format {
  /** Day and time to the second, in the computer's own time zone. */
  time: (at: string | number | Date) => string;
  /** The day alone. */
  day: (at: string | number | Date) => string;
  /** The time of day alone, to the second. */
  clock: (at: string | number | Date) => string;
  /** The time of day alone, to the minute. */
  minute: (at: string | number | Date) => string;
  /** The whole moment, with milliseconds and zone, for who must know exactly. */
  exact: (at: string | number | Date) => string;
  number: (value: number) => string;
  bytes: (value: number) => string;
  /** How long ago or in how long: `5 minutes ago`. */
  relative: (at: string | number | Date, now: number) => string;
  /** A span as a clock shows it: `4:05`, `1:00:00`. */
  span: (seconds: number) => string;
  /** A time of day, from minutes after midnight; 1440 is the midnight after the day. */
  timeOfDay: (minute: number) => string;
  /** A day of the week; Monday is 0. */
  weekday: (day: number, width?: "short" | "long") => string;
  /** Texts as a list: `a, b and c`. */
  list: (texts: readonly string[]) => string;
  /** Order of texts for this reader; numbers in them count as numbers. */
  compare: (a: string, b: string) => number;
}

/** A span as a clock shows it. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 365],
  ["year", Number.POSITIVE_INFINITY],
];

function relativeBy(format: Intl.RelativeTimeFormat, at: Date, now: number): string {
  let value = (at.getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return format.format(Math.round(value), unit);
    value /= size;
  }
  return "";
}

/** The writers for a language and a way of writing times. */
export function formatFor(language: Language, how: Times, wanted: readonly string[]): Format {
  const locale = localeOf(language, wanted);
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const minute = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  const both = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const numbers = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const order = new Intl.Collator(locale, { numeric: true, sensitivity: "variant" });
  const minutes = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" });
  const days = (weekday: "short" | "long") => new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" });
  const weekdays = { short: days("short"), long: days("long") };
  const lists = new Intl.ListFormat(locale);
  const iso = how === "iso";
  const written =
    (byLocale: Intl.DateTimeFormat, byIso: (at: Date) => string) =>
    (at: string | number | Date): string => {
      const date = new Date(at);
      if (Number.isNaN(date.getTime())) return "";
      return iso ? byIso(date) : byLocale.format(date);
    };
  return {
    time: written(both, (at) => `${isoDay(at)} ${isoClock(at)}`),
    day: written(day, isoDay),
    clock: written(clock, isoClock),
    minute: written(minute, (at) => isoClock(at).slice(0, 5)),
    exact: (at) => {
      const date = new Date(at);
      return Number.isNaN(date.getTime()) ? "" : date.toISOString();
    },
    number: (value) => numbers.format(value),
    bytes: (value) => bytes(locale, value),
    relative: (at, now) => relativeBy(relative, new Date(at), now),
    span,
    timeOfDay: (minute) =>
      iso
        ? `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
        : minutes.format(new Date(Date.UTC(1970, 0, 1, 0, minute))),
    // The fifth of January 1970 was a Monday.
    weekday: (day, width = "short") => weekdays[width].format(new Date(Date.UTC(1970, 0, 5 + day))),
    list: (texts) => lists.format(texts),
    compare: (a, b) => order.compare(a, b),
  };
}

function bytes(locale: string, value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  let [size, at] = [value, 0];
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at += 1;
  }
  const digits = at > 0 && size < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[at] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(size);
}

const made = new Map<string, Format>();

/** The writers for the reader of this page; changes with the language and the choice of times. */
export function useFormat(): Format {
  useTranslation("parts");
  const how = useTimes();
  const language = currentLanguage();
  const key = `${language} ${how}`;
  const known = made.get(key) ?? formatFor(language, how, navigator.languages);
  made.set(key, known);
  return known;
}
