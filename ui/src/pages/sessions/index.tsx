/** Sessions: who is logged on where; ending one from afar. */
import { iconLogOut, iconWarningFilled } from "@siemens/ix-icons/icons";
import { IxIcon } from "@siemens/ix-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { byServer, serverNow } from "../../api/clock";
import { useSession } from "../../api/session";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import {
  Button,
  Empty,
  Loaded,
  Page,
  Search,
  SelectField,
  SortHead,
  Time,
  useAddress,
  useNow,
} from "../../parts";
import { type Session, type Sort, sessionsQuery, sorted, sortOf, wantedOf } from "./data";
import { EndSession } from "./end";
import "../areas/split.css";
import "./sessions.css";

export default function SessionsPage() {
  const { t } = useTranslation("sessions");
  const query = useQuery(sessionsQuery);
  return (
    <Page title={t("title")} subtitle={t("about")} full>
      <Filter all={query.data} at={query.dataUpdatedAt} />
      <Loaded query={query} isEmpty={(all) => all.length === 0} empty={<Empty title={t("none")} />}>
        {(all) => <List all={all} />}
      </Loaded>
    </Page>
  );
}

function Filter({ all, at }: { all: Session[] | undefined; at: number }) {
  const { t } = useTranslation("sessions");
  const format = useFormat();
  const [params, change] = useAddress();
  return (
    <div className="row session-filter">
      <div className="grow">
        <Search label={t("search")} value={params.text ?? ""} onSearch={(text) => change({ text })} />
      </div>
      <SelectField
        label={t("where")}
        value={params.station ?? ""}
        options={[
          { value: "", label: t("everywhere") },
          { value: "yes", label: t("atStations") },
          { value: "no", label: t("elsewhere") },
        ]}
        onText={(station) => change({ station })}
      />
      <SelectField
        label={t("kind")}
        value={params.emergency ?? ""}
        options={[
          { value: "", label: t("all") },
          { value: "yes", label: t("emergencies") },
        ]}
        onText={(emergency) => change({ emergency })}
      />
      {all !== undefined && (
        <p className="soft small session-count">
          {t("count", { count: all.length })}
          <br />
          {t("asOf", { time: format.clock(byServer(at)) })}
        </p>
      )}
    </div>
  );
}

function List({ all }: { all: Session[] }) {
  const { t } = useTranslation("sessions");
  const format = useFormat();
  const mayEnd = useAccess().may("sessions.manage");
  const client = useQueryClient();
  const own = useSession()?.id;
  const [params, change] = useAddress();
  const [ending, setEnding] = useState<Session | null>(null);
  const sort = sortOf(params.sort);
  const wanted = {
    text: params.text ?? "",
    station: params.station ?? "",
    emergency: params.emergency ?? "",
  };
  const rows = sorted(wantedOf(all, wanted), sort, format.compare);
  const head = (by: Sort, label: string) => (
    <SortHead
      label={label}
      order={sort.by !== by ? "none" : sort.down ? "descending" : "ascending"}
      onSort={() => change({ sort: sort.by === by && !sort.down ? `-${by}` : by })}
    />
  );
  return (
    <section className="session-list" aria-label={t("title")}>
      {rows.length === 0 ? (
        <Empty title={t("noneFound")} />
      ) : (
        <table className="plain picking sessions">
          <thead>
            <tr>
              {head("person", t("person"))}
              {head("station", t("station"))}
              <th scope="col">{t("roles")}</th>
              {head("started", t("since"))}
              <th scope="col">{t("idleEnd")}</th>
              <th scope="col">{t("strength")}</th>
              {mayEnd && (
                <th scope="col">
                  <span className="unseen">{t("end")}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((session) => (
              <Line
                key={session.id}
                session={session}
                own={session.id === own}
                onEnd={mayEnd ? () => setEnding(session) : undefined}
              />
            ))}
          </tbody>
        </table>
      )}
      {ending !== null && (
        <EndSession
          session={ending}
          own={ending.id === own}
          onClose={() => setEnding(null)}
          onDone={() => {
            setEnding(null);
            void client.invalidateQueries({ queryKey: ["sessions"] });
            if (ending.id === own) void client.invalidateQueries({ queryKey: ["session"] });
          }}
        />
      )}
    </section>
  );
}

const STRENGTHS = ["weak", "single", "strong"] as const;

function Line({ session, own, onEnd }: { session: Session; own: boolean; onEnd: (() => void) | undefined }) {
  const { t } = useTranslation("sessions");
  const format = useFormat();
  const strength = STRENGTHS.find((known) => known === session.strength);
  return (
    <tr className={session.emergency === true ? "emergency" : ""}>
      <th scope="row">
        <span className="clip" dir="auto" title={session.person.name}>
          {session.person.name}
        </span>
        <span className="soft small clip">
          {session.user.name} ({session.directory.name}){own && ` · ${t("own")}`}
        </span>
        {session.emergency === true && (
          <span className="state down small">
            <IxIcon name={iconWarningFilled} size="16" aria-hidden="true" />
            {t("emergency")}
          </span>
        )}
      </th>
      <td>
        {session.station ? (
          <span className="clip" dir="auto" title={session.station.name}>
            {session.station.name}
          </span>
        ) : (
          <span className="soft">{t("noStation")}</span>
        )}
      </td>
      <td>
        {session.roles.length === 0 ? (
          <span className="soft">{t("noRoles")}</span>
        ) : (
          <span className="clip" dir="auto" title={session.roles.map((role) => role.name).join("\n")}>
            {session.roles
              .map((role) => role.name)
              .toSorted(format.compare)
              .join(", ")}
          </span>
        )}
      </td>
      <td>
        <Time at={session.started_at} />
      </td>
      <td>
        <Left at={session.idle_ends_at} />
      </td>
      <td>{strength === undefined ? session.strength : t(`strengths.${strength}`)}</td>
      {onEnd !== undefined && (
        <td className="acts">
          <Button
            icon={iconLogOut}
            aria-label={t("endOf", { name: session.person.name })}
            title={t("end")}
            onClick={onEnd}
          />
        </td>
      )}
    </tr>
  );
}

/** How long it is until a moment, counted down. */
function Left({ at }: { at: string }) {
  const { t } = useTranslation("sessions");
  const format = useFormat();
  const now = useNow(1_000, serverNow);
  const left = Math.max(0, Math.round((Date.parse(at) - now) / 1_000));
  return (
    <time dateTime={format.exact(at)} title={format.time(at)}>
      {t("in", { time: format.span(left) })}
    </time>
  );
}
