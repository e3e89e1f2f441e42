/** The week as a grid of hours that is painted: by mouse and finger in blocks, by keys hour by hour. */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { block, type Cell, cover, covered, DAYS, HOUR, painted, rangeOf, type Span } from "./week";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export interface WeekGridProps {
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
}

interface Stroke {
  from: Cell;
  /** Whether it adds the hours or takes them away: the first cell says so. */
  on: boolean;
  before: readonly Span[];
}

function cellOf(target: Element | null): Cell | undefined {
  const cell = target?.closest<HTMLElement>("[data-day]");
  return cell ? { day: Number(cell.dataset.day), hour: Number(cell.dataset.hour) } : undefined;
}

const MOVES: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -23],
  End: [0, 23],
};

const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));

export function WeekGrid({ spans, onChange }: WeekGridProps) {
  const { t } = useTranslation("assignments");
  const format = useFormat();
  const grid = useRef<HTMLTableElement>(null);
  const stroke = useRef<Stroke | null>(null);
  const [at, setAt] = useState<Cell>({ day: 0, hour: 6 });
  const ranges = covered(spans);
  const isOn = (cell: Cell): boolean => cover(ranges, rangeOf(cell)) === "full";

  const go = (to: Cell, preventScroll = false): void => {
    setAt(to);
    grid.current
      ?.querySelector<HTMLElement>(`[data-day="${to.day}"][data-hour="${to.hour}"]`)
      ?.focus({ preventScroll });
  };
  const start = (event: PointerEvent): void => {
    const cell = cellOf(event.target as Element);
    if (cell === undefined || event.button !== 0) return;
    stroke.current = { from: cell, on: !isOn(cell), before: spans };
    grid.current?.setPointerCapture(event.pointerId);
    // The page must not move under the finger.
    go(cell, true);
    onChange(painted(spans, block(cell, cell), !isOn(cell)));
  };
  const move = (event: PointerEvent): void => {
    const now = stroke.current;
    const cell = now && cellOf(document.elementFromPoint(event.clientX, event.clientY));
    if (now && cell) onChange(painted(now.before, block(now.from, cell), now.on));
  };
  const giveUp = (): boolean => {
    if (stroke.current === null) return false;
    onChange([...stroke.current.before]);
    stroke.current = null;
    return true;
  };
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const step = MOVES[event.key];
    if (event.key === " " || event.key === "Enter") onChange(painted(spans, [rangeOf(at)], !isOn(at)));
    else if (step !== undefined) {
      const to = { day: within(at.day + step[0], 6), hour: within(at.hour + step[1], 23) };
      // With Shift the hour goes along, as in a table of figures.
      if (event.shiftKey) onChange(painted(spans, block(at, to), isOn(at)));
      go(to);
    } else if (event.key !== "Escape" || !giveUp()) return;
    event.preventDefault();
  };
  const hourTold = (hour: number): string =>
    `${format.timeOfDay(hour * HOUR)}–${format.timeOfDay((hour + 1) * HOUR)}`;
  return (
    <table
      ref={grid}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are chosen is a grid
      role="grid"
      aria-label={t("week")}
      className="a-week"
      onKeyDown={press}
      onPointerDown={start}
      onPointerMove={move}
      onPointerUp={() => {
        stroke.current = null;
      }}
      onPointerCancel={giveUp}
    >
      <thead>
        <tr>
          <td />
          {HOURS.map((hour) => (
            <th key={hour} scope="col">
              {String(hour).padStart(2, "0")}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {DAYS.map((name, day) => (
          <tr key={name}>
            <th scope="row">{format.weekday(day)}</th>
            {HOURS.map((hour) => {
              const how = cover(ranges, rangeOf({ day, hour }));
              return (
                <td
                  key={hour}
                  // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of the grid is chosen
                  role="gridcell"
                  data-day={day}
                  data-hour={hour}
                  className={how}
                  aria-selected={how === "full"}
                  aria-label={`${format.weekday(day, "long")} ${hourTold(hour)}${how === "part" ? `, ${t("inPart")}` : ""}`}
                  tabIndex={at.day === day && at.hour === hour ? 0 : -1}
                />
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
