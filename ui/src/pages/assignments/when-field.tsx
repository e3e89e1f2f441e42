/** The times of the week at which a role counts. */
import { iconAdd, iconTrashcan } from "@siemens/ix-icons/icons";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Button } from "../../parts";
import { usePlantZone } from "./data";
import { Either } from "./stations-field";
import {
  cover,
  covered,
  DAYS,
  lengthOf,
  MOST_SPANS,
  minuteOf,
  neat,
  painted,
  type Range,
  SHIFTS,
  type Span,
  shift,
} from "./week";
import { WeekGrid } from "./week-grid";

export interface WhenFieldProps {
  value: readonly Span[] | null;
  wrong: boolean;
  onChange: (schedule: Span[] | null) => void;
}

export function WhenField({ value, wrong, onChange }: WhenFieldProps) {
  const { t } = useTranslation("assignments");
  const zone = usePlantZone();
  const [before, setBefore] = useState<Span[]>([]);
  const id = useId();
  const some = value !== null;
  return (
    <fieldset className="card stack a-set">
      <legend>{t("times")}</legend>
      <div className="row">
        <Either
          name={id}
          label={t("atAnyTime")}
          checked={!some}
          onChoose={() => {
            setBefore([...(value ?? [])]);
            onChange(null);
          }}
        />
        <Either name={id} label={t("atTimes")} checked={some} onChoose={() => onChange(before)} />
      </div>
      {some && (
        <>
          <p className="small soft">{zone === "" ? t("clockHint") : t("zoneHint", { zone })}</p>
          <Shifts spans={value} onChange={onChange} />
          <WeekGrid spans={value} onChange={onChange} />
          <p className="small soft">{t("gridHint")}</p>
          <Spans spans={value} onChange={onChange} />
          {wrong && <p className="a-wrong">{t(value.length > MOST_SPANS ? "tooManyTimes" : "timesWrong")}</p>}
        </>
      )}
    </fieldset>
  );
}

interface SpansProps {
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
}

/** The usual shifts; each is put in and taken out by its button. */
function Shifts({ spans, onChange }: SpansProps) {
  const { t } = useTranslation("assignments");
  const ranges = covered(spans);
  const isOn = (parts: readonly Range[]): boolean => parts.every((part) => cover(ranges, part) === "full");
  return (
    <fieldset className="row a-plain" aria-label={t("shifts")}>
      {SHIFTS.map((name) => {
        const on = isOn(shift(name));
        return (
          <Button key={name} aria-pressed={on} onClick={() => onChange(painted(spans, shift(name), !on))}>
            {t(`shift.${name}`)}
          </Button>
        );
      })}
      <Button kind="tertiary" disabled={spans.length === 0} onClick={() => onChange([])}>
        {t("clearTimes")}
      </Button>
    </fieldset>
  );
}

/** The same times to the minute. */
function Spans({ spans, onChange }: SpansProps) {
  const { t } = useTranslation("assignments");
  const change = (at: number, changes: Partial<Span>): void =>
    onChange(spans.map((span, place) => (place === at ? { ...span, ...changes } : span)));
  return (
    <fieldset className="stack a-plain" aria-label={t("toTheMinute")}>
      {spans.length > 0 && (
        <ul className="a-spans">
          {spans.map((span, at) => (
            // Two spans may be the same while they are typed.
            // biome-ignore lint/suspicious/noArrayIndexKey: a span has no identity but its place
            <li key={at} className={lengthOf(span) === undefined ? "a-span wrong" : "a-span"}>
              <Moment
                value={span.from}
                label={t("spanFrom", { n: at + 1 })}
                onChange={(from) => change(at, { from })}
              />
              <span>–</span>
              <Moment
                value={span.to}
                label={t("spanTo", { n: at + 1 })}
                onChange={(to) => change(at, { to })}
              />
              <Button
                kind="tertiary"
                icon={iconTrashcan}
                aria-label={t("removeSpan", { n: at + 1 })}
                onClick={() => onChange(spans.filter((_, place) => place !== at))}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        <Button
          icon={iconAdd}
          disabled={spans.length >= MOST_SPANS}
          onClick={() => onChange([...spans, { from: "mon 06:00", to: "mon 14:00" }])}
        >
          {t("addSpan")}
        </Button>
      </div>
    </fieldset>
  );
}

interface MomentProps {
  /** `mon 06:00`; the time may be missing while it is typed. */
  value: string;
  label: string;
  onChange: (value: string) => void;
}

function Moment({ value, label, onChange }: MomentProps) {
  const { t } = useTranslation("assignments");
  const format = useFormat();
  const [day = "mon", time = ""] = value.split(" ");
  return (
    <>
      <select
        className="control"
        aria-label={t("dayOf", { what: label })}
        value={day}
        onChange={(event) => onChange(`${event.target.value} ${time}`)}
      >
        {DAYS.map((name, at) => (
          <option key={name} value={name}>
            {format.weekday(at, "long")}
          </option>
        ))}
      </select>
      {/* A text: the browser's own field for times speaks the computer's language, not the reader's. */}
      <input
        className="control"
        inputMode="numeric"
        autoComplete="off"
        maxLength={5}
        aria-label={t("timeOf", { what: label })}
        aria-invalid={minuteOf(value) === undefined}
        value={time}
        onChange={(event) => onChange(`${day} ${event.target.value.trim()}`)}
        onBlur={() => neat(value) !== value && onChange(neat(value))}
      />
    </>
  );
}
