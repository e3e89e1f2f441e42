/** How the servers of a directory are. */
import { useTranslation } from "react-i18next";
import { Name } from "../people/shown";
import type { Directory, Health } from "./data";
import { useFault } from "./fault";

/** Each server with whether it answers, and the sentence of what is wrong with it. */
export function Servers({ directory, todo = false }: { directory: Directory; todo?: boolean }) {
  const { t } = useTranslation("directories");
  if (directory.kind === "local") return <span className="soft">{t("noServers")}</span>;
  if (!directory.enabled) return <span className="soft">{t("notWatched")}</span>;
  if (directory.servers.length === 0) return <span className="d-down">{t("notRunning")}</span>;
  return (
    <ul className="d-servers">
      {directory.account_code && <Refused code={directory.account_code} todo={todo} />}
      {directory.servers.map((health) => (
        <Server key={health.server} health={health} todo={todo} />
      ))}
    </ul>
  );
}

function Server({ health: { server, up, code }, todo }: { health: Health; todo: boolean }) {
  const { t } = useTranslation("directories");
  const fault = useFault();
  const wrong = code ? fault(code) : null;
  return (
    <li className={up ? "d-up" : "d-down"}>
      <span className="d-dot" aria-hidden="true" />
      <span>
        <Name>{server}</Name> <span>{up ? t("up") : (wrong?.what ?? t("down"))}</span>
        {todo && !up && wrong !== null && <span className="d-todo soft small">{wrong.todo}</span>}
      </span>
    </li>
  );
}

/** The servers do not let the service account in: nobody of the directory can log on. */
function Refused({ code, todo }: { code: string; todo: boolean }) {
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
