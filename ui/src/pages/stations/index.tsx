/** Stations: the computers and panels that people work at. */
import { iconPlus } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, Empty, Loaded, Page, Search, Time, useAddress } from "../../parts";
import { pageQuery, usePages } from "../areas/data";
import { Detail, Split } from "../areas/split";
import { byStation, type Session, sessionsQuery } from "../sessions/data";
import { BecomeNow, ThisBrowser } from "./browser";
import { CredentialTold } from "./credential";
import type { Station } from "./data";
import { StationDetail } from "./detail";
import { NewStation } from "./new";
import "./stations.css";

interface Given {
  name: string;
  credential: string;
}

export default function StationsPage() {
  const { t } = useTranslation("stations");
  const client = useQueryClient();
  const { may } = useAccess();
  const [params, change] = useAddress();
  const [making, setMaking] = useState(false);
  const [given, setGiven] = useState<Given | null>(null);
  const text = params.text ?? "";
  const list = usePages<Station>(["stations", "page", text], (after, signal) =>
    call(api.GET("/api/v1/stations", { params: { query: pageQuery(text, after) }, signal })),
  );
  const sessions = useQuery({ ...sessionsQuery, enabled: may("sessions.read") }).data;
  const charged = byStation(sessions ?? []);
  const close = (): void => change({ id: undefined });
  return (
    <Page
      title={t("title")}
      subtitle={t("about")}
      full
      actions={
        may("stations.manage") && (
          <Button kind="primary" icon={iconPlus} onClick={() => setMaking(true)}>
            {t("new")}
          </Button>
        )
      }
    >
      <Split
        list={
          <>
            <Search label={t("search")} value={text} onSearch={(wanted) => change({ text: wanted })} />
            <Loaded
              query={list}
              isEmpty={(all) => all.length === 0}
              empty={<Empty title={text === "" ? t("none") : t("noneFound")} />}
            >
              {(all) => (
                <Table stations={all} chosen={params.id} charged={sessions === undefined ? null : charged} />
              )}
            </Loaded>
            {list.more !== undefined && (
              <Button busy={list.growing} onClick={list.more}>
                {t("more")}
              </Button>
            )}
            <ThisBrowser />
          </>
        }
        detail={
          params.id !== undefined && (
            <Chosen
              key={params.id}
              id={params.id}
              session={charged.get(params.id)}
              onClose={close}
              onCredential={setGiven}
            />
          )
        }
      />
      {making && (
        <NewStation
          onClose={() => setMaking(false)}
          onMade={({ station, credential }) => {
            setMaking(false);
            setGiven({ name: station.name, credential });
            void client.invalidateQueries({ queryKey: ["stations"] });
            change({ id: station.id });
          }}
        />
      )}
      {given !== null && (
        <CredentialTold {...given} where={t("credentialWhere")} onClose={() => setGiven(null)}>
          <BecomeNow credential={given.credential} onDone={() => setGiven(null)} />
        </CredentialTold>
      )}
    </Page>
  );
}

interface ChosenProps {
  id: string;
  session: Session | undefined;
  onClose: () => void;
  onCredential: (given: Given) => void;
}

function Chosen({ id, session, onClose, onCredential }: ChosenProps) {
  const { t } = useTranslation("stations");
  const station = useQuery({
    queryKey: ["stations", "one", id],
    queryFn: ({ signal }) => call(api.GET("/api/v1/stations/{id}", { params: { path: { id } }, signal })),
  });
  const { name } = station.data ?? { name: t("station") };
  return (
    <Detail title={name} onClose={onClose}>
      <Loaded query={station}>
        {(found) => (
          <StationDetail
            station={found}
            session={session}
            onCredential={(credential) => onCredential({ name, credential })}
            onRemoved={onClose}
          />
        )}
      </Loaded>
    </Detail>
  );
}

interface TableProps {
  stations: readonly Station[];
  chosen: string | undefined;
  /** Who is in charge where; `null` where that may not be seen. */
  charged: Map<string, Session> | null;
}

function Table({ stations, chosen, charged }: TableProps) {
  const { t } = useTranslation("stations");
  return (
    <table className="plain picking stations">
      <thead>
        <tr>
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("area")}</th>
          <th scope="col" className="narrow">
            {t("state")}
          </th>
          {charged !== null && <th scope="col">{t("inCharge")}</th>}
          {charged !== null && (
            <th scope="col" className="moment">
              {t("since")}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {stations.map((station) => {
          const session = charged?.get(station.id);
          return (
            <tr key={station.id} className={station.id === chosen ? "chosen" : ""}>
              <td>
                <Link
                  to="."
                  search={((before: object) => ({ ...before, id: station.id })) as never}
                  className="pick"
                  aria-current={station.id === chosen ? "true" : undefined}
                >
                  <span className="clip name" dir="auto">
                    {station.name}
                  </span>
                </Link>
              </td>
              <td>
                <span className="clip name">{station.area.name}</span>
              </td>
              <td>
                <span className={station.enabled ? "state" : "state off"}>
                  {station.enabled ? t("on") : t("off")}
                </span>
              </td>
              {charged !== null && (
                <td>
                  <span className="clip name" dir="auto">
                    {session?.person.name ?? <span className="soft">{t("nobody")}</span>}
                  </span>
                </td>
              )}
              {charged !== null && <td>{session && <Time at={session.started_at} />}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
