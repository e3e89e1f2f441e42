/** The overview: what is wrong first, then how everything stands in numbers, then the day's log-ons. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { byServer } from "../../api/clock";
import { useFormat } from "../../i18n/format";
import { Loaded, Page, Time, Told, useNow } from "../../parts";
import { type Overview, overviewQuery, STALE_MS } from "./data";
import { Directories } from "./directories";
import { LogOns } from "./log-ons";
import { Tiles } from "./tiles";
import { Troubles } from "./troubles-told";
import "../people/people.css";
import "./overview.css";

export default function OverviewPage() {
  const { t } = useTranslation("overview");
  const query = useQuery(overviewQuery);
  return (
    <Page title={t("title")} actions={<Age query={query} />}>
      <Loaded query={query}>
        {(now) => (
          <>
            <Stale query={query} />
            <Troubles now={now} />
            <Tiles now={now} />
            <div className="o-below">
              {now.events && <LogOns events={now.events} />}
              <Directories directories={now.directories} />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

type Asked = Pick<UseQueryResult<Overview>, "dataUpdatedAt">;

/** Of when the figures are. */
function Age({ query: { dataUpdatedAt } }: { query: Asked }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const now = useNow(1_000);
  if (dataUpdatedAt === 0) return null;
  return (
    <p className="soft small o-age">
      {t("asOf")} <Time at={new Date(byServer(dataUpdatedAt)).toISOString()} only="clock" />
      {now - dataUpdatedAt > STALE_MS && ` (${format.relative(dataUpdatedAt, now)})`}
    </p>
  );
}

/** Says that the figures are no longer those of now, also where no call has failed yet. */
function Stale({ query: { dataUpdatedAt } }: { query: Asked }) {
  const { t } = useTranslation("overview");
  const now = useNow(1_000);
  if (now - dataUpdatedAt <= STALE_MS) return null;
  return (
    <Told kind="warning">
      <strong>{t("stale")}</strong>
      <p>
        {t("staleSince")} <Time at={new Date(byServer(dataUpdatedAt)).toISOString()} />
      </p>
    </Told>
  );
}
