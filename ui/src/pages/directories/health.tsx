/** How the servers of a directory are. */
import { useTranslation } from "react-i18next";
import { Time } from "../../parts";
import { Name } from "../people/shown";
import type { Directory, Health } from "./data";
import { useFault } from "./fault";

/** Each server with whether it answers, and the sentence of what is wrong with it. */
export function Servers({ directory }: { directory: Directory }) {
  const { t } = useTranslation("directories");
  if (directory.kind === "local") return <span className="soft">{t("noServers")}</span>;
  if (!directory.enabled) return <span className="soft">{t("notWatched")}</span>;
  const { account_code, servers } = directory;
  if (servers.length === 0) return <Unwatched directory={directory} />;
  return (
    <ul className="d-servers">
      {account_code && <Refused code={account_code} />}
      {servers.map((health) => (
        <li key={health.server} className={health.up ? "d-up" : "d-down"}>
          <span className="d-dot" aria-hidden="true" />
          <span>
            <Name>{health.server}</Name> <State health={health} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The same with everything that is known of each server and what to do about it. */
export function ServerTable({ directory }: { directory: Directory }) {
  const { t } = useTranslation("directories");
  const { kind, enabled, servers, account_code } = directory;
  if (kind === "local" || !enabled || servers.length === 0) return <Servers directory={directory} />;
  const columns: Columns = {
    times: servers.some(({ since, latency_ms }) => since != null || latency_ms != null),
    sites: servers.some(({ site, writable }) => site != null || writable != null),
  };
  return (
    <>
      {account_code && (
        <ul className="d-servers">
          <Refused code={account_code} todo />
        </ul>
      )}
      <div className="d-list">
        <table className="plain d-health">
          <thead>
            <tr>
              <th scope="col">{t("server")}</th>
              <th scope="col">{t("state")}</th>
              {columns.times && <th scope="col">{t("since")}</th>}
              {columns.times && <th scope="col">{t("latency")}</th>}
              {columns.sites && <th scope="col">{t("site")}</th>}
              {columns.sites && <th scope="col">{t("changes")}</th>}
            </tr>
          </thead>
          <tbody>
            {servers.map((health) => (
              <Row key={health.server} health={health} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What some of the servers tell; what none tells has no column. */
interface Columns {
  times: boolean;
  sites: boolean;
}

function Row({ health, columns: { times, sites } }: { health: Health; columns: Columns }) {
  const { t } = useTranslation("directories");
  const fault = useFault();
  const { server, up, code, since, latency_ms, site, writable } = health;
  const todo = !up && code ? fault(code).todo : "";
  return (
    <tr>
      <td>
        <Name>{server}</Name>
      </td>
      <td>
        <span className={up ? "d-servers-state d-up" : "d-servers-state d-down"}>
          <span className="d-dot" aria-hidden="true" />
          <State health={health} />
        </span>
        {todo !== "" && <span className="d-todo soft small">{todo}</span>}
      </td>
      {times && <td>{since ? <Time at={since} /> : "–"}</td>}
      {times && <td>{latency_ms == null ? "–" : t("latencyMs", { millis: latency_ms })}</td>}
      {sites && <td>{site ? <Name>{site}</Name> : "–"}</td>}
      {sites && <td>{writable == null ? "–" : t(writable ? "writable" : "readOnlyServer")}</td>}
    </tr>
  );
}

function State({ health: { up, code } }: { health: Health }) {
  const { t } = useTranslation("directories");
  const fault = useFault();
  return <span>{up ? t("up") : code ? fault(code).what : t("down")}</span>;
}

/** Servers that DNS finds are not known before it answers; else the directory does not run. */
function Unwatched({ directory }: { directory: Directory }) {
  const { t } = useTranslation("directories");
  const found = directory.ldap != null && (directory.ldap.servers ?? []).length === 0;
  return <span className="d-down">{found ? t("noneFound") : t("notRunning")}</span>;
}

/** The servers do not let the service account in: nobody of the directory can log on. */
function Refused({ code, todo = false }: { code: string; todo?: boolean }) {
  const wrong = useFault()(code);
  return (
    <li className="d-down">
      <span className="d-dot" aria-hidden="true" />
      <span>
        {wrong.what}
        {todo && <span className="d-todo soft small">{wrong.todo}</span>}
      </span>
    </li>
  );
}
