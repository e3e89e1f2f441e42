/** What an assignment means, in the reader's words. */
import { useTranslation } from "react-i18next";
import { type Format, useFormat } from "../../i18n/format";
import { type Form, type Named, STRENGTHS, usePlantZone } from "./data";
import { DAY, type Pattern, patterns, runs, type Span } from "./week";

/** Names in a sentence; more of them are counted. */
const MOST_NAMES = 5;

/** A name within a sentence: its own direction must not turn the words around it. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;

/** Monday to Friday as one, a weekend as its two days. */
const daysOf = (days: readonly number[], { weekday }: Format): string =>
  runs(days)
    .map(([first, last]) =>
      first === last ? weekday(first) : `${weekday(first)}${last === first + 1 ? ", " : "–"}${weekday(last)}`,
    )
    .join(", ");

function patternTold({ days, from, minutes }: Pattern, format: Format, allDay: string): string {
  const end = from + minutes;
  if (from === 0 && minutes === DAY) return `${daysOf(days, format)} ${allDay}`;
  // A night is told by its first day; what goes on for longer needs both.
  if (end <= DAY || minutes <= DAY / 2) {
    return `${daysOf(days, format)} ${format.timeOfDay(from)}–${format.timeOfDay(end % DAY || DAY)}`;
  }
  const moment = (day: number, minute: number): string =>
    `${format.weekday((day + Math.floor(minute / DAY)) % 7)} ${format.timeOfDay(minute % DAY)}`;
  return days.map((day) => `${moment(day, from)} – ${moment(day, end)}`).join("; ");
}

/** Times of the week as people write them. */
export const whenTold = (spans: readonly Span[], format: Format, allDay: string): string =>
  patterns(spans)
    .map((pattern) => patternTold(pattern, format, allDay))
    .join("; ");

/** Who has which role; what is not chosen yet is left out. */
export interface Whose {
  who: { kind: string; name: string; directory: string } | undefined;
  role: string | undefined;
}

export interface Telling {
  /** The times alone; nothing for always. */
  when: (spans: readonly Span[] | null) => string;
  /** `from … until …`; nothing for both open. */
  bounds: (form: Pick<Form, "from" | "until">) => string;
  strength: (strength: string) => string;
  /** All of it in one sentence. */
  sentence: (whose: Whose, form: Form) => string;
}

export function useTelling(): Telling {
  const { t } = useTranslation("assignments");
  const format = useFormat();
  const zone = usePlantZone();
  const names = (all: readonly Named[]): string => {
    const told = all.slice(0, MOST_NAMES).map((one) => isolated(one.name));
    const more = all.length - told.length;
    return format.list(more > 0 ? [...told, t("moreNames", { count: more })] : told) || "…";
  };
  const when = (spans: readonly Span[] | null): string =>
    spans === null ? "" : whenTold(spans, format, t("allDay"));
  const bounds = ({ from, until }: Pick<Form, "from" | "until">): string =>
    [
      from && t("fromThen", { time: format.time(from) }),
      until && t("untilThen", { time: format.time(until) }),
    ]
      .filter(Boolean)
      .join(" ");
  const strength = (asked: string): string => {
    const known = STRENGTHS.find((one) => one === asked);
    return known === undefined ? asked : t(`strengths.${known}`);
  };
  const times = (schedule: readonly Span[] | null): string => {
    if (schedule === null) return t("anyTime");
    const told = when(schedule) || "…";
    return zone === "" ? t("plantClock", { when: told }) : t("plantZone", { when: told, zone });
  };
  const sentence = ({ who, role }: Whose, form: Form): string => {
    const isGroup = who?.kind === "group";
    const whoTold = who && { name: isolated(who.name), directory: isolated(who.directory) };
    const conditions = [
      form.stations === null ? t("atAny") : t("atOnly", { stations: names(form.stations) }),
      times(form.schedule),
      bounds(form),
      form.strength && t("withStrength", { strength: strength(form.strength) }),
    ];
    return t("says", {
      who: whoTold === undefined ? "…" : t(isGroup ? "whoGroup" : "whoUser", whoTold),
      role: role === undefined ? "…" : isolated(role),
      areas: names(form.areas),
      conditions: format.list(conditions.filter((one) => one !== "")),
    });
  };
  return { when, bounds, strength, sentence };
}
