/** The log-ons of the last day by hour: as a chart, and as a table for keyboards and screen readers. */
import { iconBarchart, iconTable } from "@siemens/ix-icons/icons";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useDark } from "../../app/theme";
import { useFormat } from "../../i18n/format";
import { Button, Progress, Time, useAddress } from "../../parts";
import { PageLink, useGo, useMayOpen } from "../people/go";
import type { Events, Hour } from "./data";

// The charts are half a megabyte; the numbers do not wait for them.
const Chart = lazy(() => import("./chart"));

const HOUR_MS = 3_600_000;

/** The filter of the events that one hour counts. */
const searchOf = ({ from }: Hour): Record<string, string> => ({
  type: "logged-on,user-changed,log-on-refused,log-ons-refused",
  from,
  to: new Date(Date.parse(from) + HOUR_MS).toISOString(),
});

export function LogOns({ events }: { events: Events }) {
  const { t } = useTranslation("overview");
  const [params, change] = useAddress();
  const table = params.view === "table";
  const { last_day: day, log_ons: hours, counted_from } = events;
  return (
    <section className="card o-log-ons" aria-labelledby="o-log-ons">
      <header className="row">
        <h2 id="o-log-ons" className="grow">
          {t("byHour")}
        </h2>
        <Button
          kind="tertiary"
          icon={table ? iconBarchart : iconTable}
          onClick={() => change({ view: table ? undefined : "table" })}
        >
          {table ? t("asChart") : t("asTable")}
        </Button>
      </header>
      {isPartial(hours, counted_from) && (
        <p className="small soft">
          {t("countedFrom")} <Time at={counted_from} />
        </p>
      )}
      {table ? (
        <Table hours={hours} />
      ) : (
        <Suspense fallback={<Progress />}>
          <Drawn hours={hours} told={t("chartTold", { logOns: day.log_ons, refused: day.refused })} />
        </Suspense>
      )}
    </section>
  );
}

/** Whether the counting began within the hours that are shown. */
const isPartial = (hours: readonly Hour[], from: string): boolean =>
  hours[1] !== undefined && Date.parse(from) > Date.parse(hours[1].from);

function Drawn({ hours, told }: { hours: readonly Hour[]; told: string }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const go = useGo();
  const mayOpen = useMayOpen();
  return (
    <Chart
      told={told}
      dark={useDark()}
      labels={hours.map(({ from }) => format.minute(from))}
      series={[
        { name: t("tiles.logOns"), values: hours.map((hour) => hour.log_ons), color: "color-primary" },
        { name: t("refusedWhole"), values: hours.map((hour) => hour.refused), color: "color-warning" },
      ]}
      onPick={(at) => {
        const hour = hours[at];
        if (hour !== undefined && mayOpen("events")) go("events", undefined, searchOf(hour));
      }}
    />
  );
}

function Table({ hours }: { hours: readonly Hour[] }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keys
    <section className="o-table" tabIndex={0} aria-label={t("byHour")}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("hour")}</th>
            <th scope="col">{t("tiles.logOns")}</th>
            <th scope="col">{t("refusedWhole")}</th>
          </tr>
        </thead>
        <tbody>
          {hours.toReversed().map((hour, at) => (
            <tr key={hour.from}>
              <th scope="row">
                <PageLink to="events" search={searchOf(hour)} className="p-link o-act">
                  {format.day(hour.from)}, {format.minute(hour.from)}
                </PageLink>
                {at === 0 && <span className="small soft"> {t("soFar")}</span>}
              </th>
              <td>{format.number(hour.log_ons)}</td>
              <td>{format.number(hour.refused)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
