import { iconPause, iconPlay } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Button, Empty, Failed, Page, ProblemTold, Progress, useAddress } from "../../parts";
import { Detail } from "./detail";
import "./events.css";
import { filterOf, NONE, sequenceOf } from "./filter";
import { Filters } from "./filters";
import { type Listed, MOST_FRESH, MOST_ROWS } from "./listed";
import type { LoggedEvent } from "./record";
import { Rows, type RowsHandle } from "./rows";
import { type Events as Reading, useEvents } from "./use-events";

export default function Events() {
  const { t } = useTranslation("events");
  const [params, change] = useAddress();
  const address = JSON.stringify(filterOf(params));
  // One object as long as the address says the same.
  const filter = useMemo(() => filterOf(JSON.parse(address)), [address]);
  const before = sequenceOf(params.before);
  const open = sequenceOf(params.event);
  const live = params.live !== "off" && before === undefined;
  const rows = useRef<RowsHandle>(null);
  const [top, setTop] = useState(true);
  const follow = useCallback(() => rows.current?.atTop() ?? true, []);
  const reading = useEvents({ filter, before, live, follow });
  const { list, more, showFresh } = reading;
  const events = list?.rows ?? [];
  const showNew = (): void => {
    showFresh();
    rows.current?.toTop();
  };
  const close = (): void => {
    if (open === undefined) return;
    change({ event: undefined });
    rows.current?.focus();
  };
  const show = (sequence: number, moved: boolean): void =>
    change({ event: String(sequence) }, !moved && open === undefined);
  return (
    <Page
      title={t("title")}
      full
      actions={
        <>
          {live && list !== undefined && list.fresh.length > 0 && !top && (
            <Button kind="primary" onClick={showNew}>
              {list.overflow
                ? t("freshMany", { count: MOST_FRESH })
                : t("fresh", { count: list.fresh.length })}
            </Button>
          )}
          {before !== undefined && (
            <Button onClick={() => change({ before: undefined })}>{t("toNewest")}</Button>
          )}
          <Button
            icon={live ? iconPause : iconPlay}
            aria-pressed={live}
            onClick={() => change({ live: live ? "off" : undefined, before: undefined })}
          >
            {t("live")}
          </Button>
        </>
      }
    >
      <ProblemTold error={reading.tailError} whom={t("live")} />
      <Filters filter={filter} change={change} />
      <div className="events" data-open={open !== undefined}>
        <Rows
          key={`${address} ${before ?? ""}`}
          ref={rows}
          events={events}
          open={open}
          onOpen={show}
          onClose={close}
          onNearEnd={more}
          onTop={(atTop) => {
            setTop(atTop);
            if (atTop && live) showFresh();
          }}
          end={
            <End
              reading={reading}
              list={list}
              onOn={(sequence) => change({ before: String(sequence), event: undefined }, true)}
              onAll={() => change(NONE)}
              filtered={address !== "{}"}
            />
          }
        />
        {open !== undefined && <Opened sequence={open} events={events} onShow={show} onClose={close} />}
      </div>
    </Page>
  );
}

interface EndProps {
  reading: Reading;
  list: Listed | undefined;
  filtered: boolean;
  onOn: (sequence: number) => void;
  onAll: () => void;
}

/** What stands after the last event: reading, searching on, the end, a failure. */
function End({ reading, list, filtered, onOn, onAll }: EndProps) {
  const { t } = useTranslation("events");
  const format = useFormat();
  if (reading.error !== null) return <Failed error={reading.error} retry={reading.retry} />;
  if (list === undefined) return <Progress />;
  const last = list.rows.at(-1);
  if (list.rows.length >= MOST_ROWS && list.older !== undefined && last !== undefined) {
    return (
      <Empty title={t("manyShown", { count: list.rows.length })}>
        <Button onClick={() => onOn(last.sequence)}>{t("goOn")}</Button>
      </Empty>
    );
  }
  if (list.older === undefined) {
    if (list.rows.length > 0) return <p className="soft">{t("beginning")}</p>;
    return (
      <Empty title={filtered ? t("noneFound") : t("none")}>
        {filtered && <Button onClick={onAll}>{t("removeAll")}</Button>}
      </Empty>
    );
  }
  const looked = t("lookedTo", { number: format.number(list.older) });
  if (reading.reading) {
    return (
      <div className="row event-search">
        <div className="grow">
          <Progress
            label={filtered ? looked : t("readingOn")}
            {...(filtered ? { part: 1 - list.older / Math.max(1, list.newer) } : {})}
          />
        </div>
        {filtered && <Button onClick={reading.stop}>{t("stop")}</Button>}
      </div>
    );
  }
  return (
    <div className="row event-search">
      <span className="grow soft">{looked}</span>
      <Button onClick={reading.more}>{t("searchOn")}</Button>
    </div>
  );
}

interface OpenedProps {
  sequence: number;
  events: readonly LoggedEvent[];
  onShow: (sequence: number, moved: boolean) => void;
  onClose: () => void;
}

/** The details of the event in the address, also where it is not in the list. */
function Opened({ sequence, events, onShow, onClose }: OpenedProps) {
  const { t } = useTranslation("events");
  const at = events.findIndex((event) => event.sequence === sequence);
  const listed = events[at];
  const query = useQuery({
    queryKey: ["events", "one", sequence],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/events/{sequence}", { params: { path: { sequence } }, signal })),
    enabled: listed === undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const event = listed ?? query.data;
  const heading = useRef<HTMLHeadingElement>(null);
  const known = event !== undefined;
  useEffect(() => {
    // Opened by a click or a key, the details have the focus; moved to, the list keeps it.
    if (known && document.activeElement?.getAttribute("role") !== "grid") heading.current?.focus();
  }, [known]);
  if (event === undefined) {
    return (
      <aside className="event-detail card" aria-label={t("detail")}>
        {query.error === null ? (
          <Progress />
        ) : (
          <Failed error={query.error} retry={() => void query.refetch()} />
        )}
        <Button onClick={onClose}>{t("closeDetail")}</Button>
      </aside>
    );
  }
  const near = (step: number): (() => void) | undefined => {
    const next = at < 0 ? undefined : events[at + step];
    return next && (() => onShow(next.sequence, true));
  };
  return <Detail ref={heading} event={event} onClose={onClose} onNewer={near(-1)} onOlder={near(1)} />;
}
