/** The events as a list of which only what is in sight is in the page. */
import { iconAlarm, iconInfo, iconWarning } from "@siemens/ix-icons/icons";
import { IxIcon } from "@siemens/ix-react";
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { useNames } from "./names";
import { type LoggedEvent, recordOf } from "./record";

/** The height of a row in pixels. */
const ROW = 48;
/** Rows beyond the edges that are drawn as well, so that scrolling shows no gaps. */
const SPARE = 8;
/** Rows before the end at which the next page is asked for. */
const NEAR = 20;

export interface RowsHandle {
  toTop: () => void;
  atTop: () => boolean;
  focus: () => void;
}

export interface RowsProps {
  ref: Ref<RowsHandle>;
  events: readonly LoggedEvent[];
  /** The number of the event whose details are shown. */
  open: number | undefined;
  onOpen: (sequence: number, moved: boolean) => void;
  onClose: () => void;
  onNearEnd: () => void;
  /** Whether the reader looks at the top; called when that changes. */
  onTop: (atTop: boolean) => void;
  /** What stands after the last event. */
  end: ReactNode;
}

const ICONS: Record<string, string> = { alarm: iconAlarm, warning: iconWarning, info: iconInfo };
const COLUMNS = ["time", "type", "who", "what", "station", "result"] as const;

export function Rows({ ref, events, open, onOpen, onClose, onNearEnd, onTop, end }: RowsProps) {
  const { t } = useTranslation("events");
  const box = useRef<HTMLDivElement>(null);
  const { top, height, scrolled } = useSight(box, onTop);
  const [active, setActive] = useState<number>();
  const at = Math.max(
    0,
    events.findIndex((event) => event.sequence === (active ?? open)),
  );
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const last = Math.min(events.length, Math.ceil((top + height) / ROW) + SPARE);

  useImperativeHandle(ref, () => ({
    toTop: () => box.current?.scrollTo({ top: 0 }),
    atTop: () => (box.current?.scrollTop ?? 0) < ROW,
    focus: () => box.current?.focus(),
  }));

  useEffect(() => {
    if (events.length > 0 && last >= events.length - NEAR) onNearEnd();
  }, [events.length, last, onNearEnd]);

  const go = (to: number): void => {
    const index = Math.min(events.length - 1, Math.max(0, to));
    const event = events[index];
    if (event === undefined) return;
    setActive(event.sequence);
    const view = box.current;
    if (view !== null) {
      const [above, below] = [index * ROW, (index + 1) * ROW + ROW];
      if (above < view.scrollTop) view.scrollTop = above;
      else if (below > view.scrollTop + view.clientHeight) view.scrollTop = below - view.clientHeight;
    }
    if (open !== undefined) onOpen(event.sequence, true);
  };
  const page = Math.max(1, Math.floor(height / ROW) - 2);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== box.current) return;
    const none = active === undefined && open === undefined;
    const to = moved(event.key, none ? -1 : at, page, events.length);
    const current = events[at];
    if (to !== undefined) go(to);
    else if (event.key === "Escape") onClose();
    else if ((event.key === "Enter" || event.key === " ") && current !== undefined) {
      onOpen(current.sequence, false);
    } else return;
    event.preventDefault();
  };
  const current = events[at];
  const marked = active === undefined && open === undefined ? undefined : current?.sequence;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of ten thousand rows cannot be drawn
    <div
      ref={box}
      className="event-rows"
      role="grid"
      aria-label={t("list")}
      aria-rowcount={-1}
      aria-colcount={COLUMNS.length}
      aria-activedescendant={marked === undefined ? undefined : `event-${marked}`}
      tabIndex={0}
      onScroll={scrolled}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: part of the grid */}
      <div role="rowgroup" className="event-head">
        {/* biome-ignore lint/a11y/useSemanticElements: part of the grid */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
        <div role="row" aria-rowindex={1} className="event-row">
          {COLUMNS.map((column) => (
            // biome-ignore lint/a11y/useSemanticElements: part of the grid
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
            <span key={column} role="columnheader" className={`cell-${column}`}>
              {t(`columns.${column}`)}
            </span>
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: part of the grid */}
      <div role="rowgroup" className="event-body" style={{ height: events.length * ROW }}>
        {events.slice(first, last).map((event, index) => (
          <Row
            key={event.sequence}
            event={event}
            index={first + index}
            open={event.sequence === open}
            marked={event.sequence === marked}
            onOpen={() => {
              setActive(event.sequence);
              onOpen(event.sequence, false);
            }}
          />
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: part of the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
      <div role="row">
        {/* biome-ignore lint/a11y/useSemanticElements: part of the grid */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: what is in it has the focus */}
        <div role="gridcell" className="event-end">
          {end}
        </div>
      </div>
    </div>
  );
}

/** Where a key goes to from a row; -1 stands before the first. */
function moved(key: string, at: number, page: number, count: number): number | undefined {
  if (key === "ArrowDown") return at + 1;
  if (key === "ArrowUp") return at - 1;
  if (key === "PageDown") return at + page;
  if (key === "PageUp") return at - page;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}

/** Which part of the list is in sight. */
function useSight(box: { current: HTMLDivElement | null }, onTop: (atTop: boolean) => void) {
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const was = useRef(true);
  useEffect(() => {
    const view = box.current;
    if (view === null) return;
    const watch = new ResizeObserver(() => setHeight(view.clientHeight));
    watch.observe(view);
    return () => watch.disconnect();
  }, [box]);
  const scrolled = (): void => {
    const now = box.current?.scrollTop ?? 0;
    setTop(now);
    if (now < ROW !== was.current) {
      was.current = now < ROW;
      onTop(was.current);
    }
  };
  return { top, height, scrolled };
}

interface RowProps {
  event: LoggedEvent;
  index: number;
  open: boolean;
  marked: boolean;
  onOpen: () => void;
}

function Row({ event, index, open, marked, onOpen }: RowProps) {
  const { t } = useTranslation("events");
  const names = useNames();
  const format = useFormat();
  const record = recordOf(event);
  const severity = record?.severity ?? "info";
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of the grid
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and hears the keys
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and hears the keys
    <div
      role="row"
      id={`event-${event.sequence}`}
      aria-rowindex={index + 2}
      aria-selected={open}
      data-marked={marked}
      data-severity={severity}
      data-sequence={event.sequence}
      className="event-row"
      style={{ top: index * ROW }}
      onClick={onOpen}
    >
      <Cell column="time">{event.at === "" ? "–" : format.time(event.at)}</Cell>
      <Cell column="type">
        <IxIcon name={ICONS[severity] ?? iconInfo} size="24" aria-hidden="true" />
        {severity !== "info" && <span className="unseen">{`${names.severity(severity)}: `}</span>}
        <span className="cut">{record === undefined ? t("purgedShort") : names.type(record.type)}</span>
      </Cell>
      <Cell column="who">{record && names.actor(record.who)}</Cell>
      <Cell column="what">{record?.what?.name}</Cell>
      <Cell column="station">{record?.station?.name}</Cell>
      <Cell column="result">
        {record && <span className={`result ${record.result}`}>{names.result(record.result)}</span>}
      </Cell>
    </div>
  );
}

function Cell({ column, children }: { column: (typeof COLUMNS)[number]; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of the grid
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
    <span role="gridcell" className={`cell-${column}`}>
      {column === "type" ? (
        children
      ) : (
        <span className="cut" dir="auto">
          {children}
        </span>
      )}
    </span>
  );
}
