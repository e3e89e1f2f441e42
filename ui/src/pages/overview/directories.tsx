import { useTranslation } from "react-i18next";
import { PageLink } from "../people/go";
import type { Directory } from "./data";

const stateOf = ({ enabled, up }: Directory): "up" | "down" | "off" =>
  enabled ? (up ? "up" : "down") : "off";

/** Each directory and whether somebody could be asked there now. */
export function Directories({ directories }: { directories: readonly Directory[] }) {
  const { t } = useTranslation("overview");
  return (
    <section className="card o-directories" aria-labelledby="o-directories">
      <h2 id="o-directories">{t("tiles.directories")}</h2>
      <ul>
        {directories.map((directory) => {
          const state = stateOf(directory);
          const answering = directory.servers.filter((server) => server.up).length;
          return (
            <li key={directory.id}>
              <PageLink
                to="directories"
                id={directory.id}
                search={{}}
                className="p-link o-name"
                plainClassName="o-name"
              >
                <bdi className="clip">{directory.name}</bdi>
              </PageLink>
              <span className={`o-state ${state}`}>
                {t(`states.${state}`)}
                {directory.servers.length > 0 && (
                  <span className="small soft">
                    {t("servers", { up: answering, count: directory.servers.length })}
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
