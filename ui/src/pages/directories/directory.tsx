import { iconArrowLeft, iconTrashcan } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, Loaded, Page, Told } from "../../parts";
import { Ask } from "../areas/ask";
import { useGo } from "../people/go";
import { type Directory, defaultOf, directoriesQuery, directoryQuery } from "./data";
import { Settings } from "./edit";
import { kindOf } from "./form";
import { ServerTable } from "./health";
import { KeytabCard } from "./keytab";
import { Safer } from "./safer";
import { SearchIn } from "./search";
import { Marks } from "./table";
import "./directories.css";

/** One directory: how it is reached, how its servers are, a test, a search. */
export function DirectoryPage({ id }: { id: string }) {
  const { t } = useTranslation("directories");
  const go = useGo();
  const { may } = useAccess();
  const query = useQuery(directoryQuery(id));
  const directory = query.data;
  const mayChange = may("directories.manage") && directory?.from_file === false;
  return (
    <Page
      title={directory?.name ?? t("directory")}
      actions={
        <>
          {mayChange && <Acts directory={directory} />}
          <Button icon={iconArrowLeft} onClick={() => go("directories", undefined, {})}>
            {t("toList")}
          </Button>
        </>
      }
    >
      <Loaded query={query}>{(found) => <Detail directory={found} />}</Loaded>
    </Page>
  );
}

function Detail({ directory }: { directory: Directory }) {
  const { t } = useTranslation("directories");
  const { may } = useAccess();
  const all = useQuery(directoriesQuery).data ?? [];
  const local = directory.kind === "local";
  const changes = may("directories.manage") && !directory.from_file;
  return (
    <>
      <section className="card stack" aria-label={t("servers")}>
        <dl className="facts">
          <dt>{t("kind")}</dt>
          <dd className="row">
            {t(`kinds.${kindOf(directory)}`)}
            <Marks directory={directory} usual={directory.id === defaultOf(all)?.id} />
          </dd>
        </dl>
        <ServerTable directory={directory} />
      </section>
      {directory.warning === "domain-is-safer" && <Safer />}
      {directory.from_file && <Told>{t("fromFileWhy")}</Told>}
      {local && <Told>{t("localWhy")}</Told>}
      {!local && <Settings directory={directory} readOnly={!changes} mayTest={may("directories.manage")} />}
      {directory.kind === "ldap" && (
        <KeytabCard directory={directory} mayChange={may("directories.manage")} />
      )}
      {may("users.read") && directory.enabled && <SearchIn directory={directory} />}
    </>
  );
}

/** Switching on and off, and removal. */
function Acts({ directory }: { directory: Directory }) {
  const { t } = useTranslation("directories");
  const client = useQueryClient();
  const go = useGo();
  const [asking, setAsking] = useState<"switch" | "remove" | null>(null);
  const [gone, setGone] = useState(false);
  const path = { id: directory.id };
  const { name, enabled } = directory;
  const refresh = (): void => void client.invalidateQueries({ queryKey: ["directories"] });
  useEffect(() => {
    if (!gone) return;
    go("directories", undefined, {});
    client.removeQueries({ queryKey: ["directories", "one", directory.id] });
    void client.invalidateQueries({ queryKey: ["directories", "every"] });
  }, [gone, go, client, directory.id]);
  const flip = async (): Promise<void> => {
    const body = { version: directory.version, enabled: !enabled };
    await call(api.PATCH("/api/v1/directories/{id}", { params: { path }, body }));
  };
  const close = (): void => setAsking(null);
  return (
    <>
      <Button onClick={() => setAsking("switch")}>{enabled ? t("switchOff") : t("switchOn")}</Button>
      {directory.kind !== "local" && (
        <Button icon={iconTrashcan} onClick={() => setAsking("remove")}>
          {t("remove")}
        </Button>
      )}
      {asking === "switch" && (
        <Ask
          title={enabled ? t("switchOffTitle", { name }) : t("switchOnTitle", { name })}
          yes={enabled ? t("switchOff") : t("switchOn")}
          danger={enabled}
          whom={name}
          act={() => flip().finally(refresh)}
          onDone={close}
          onClose={close}
        >
          <p>{enabled ? t("switchOffWhy") : t("switchOnWhy")}</p>
        </Ask>
      )}
      {asking === "remove" && (
        <Ask
          title={t("removeTitle", { name })}
          yes={t("remove")}
          danger
          whom={name}
          act={() => call(api.DELETE("/api/v1/directories/{id}", { params: { path } }))}
          onDone={() => {
            close();
            setGone(true);
          }}
          onClose={close}
        >
          <p>{t("removeWhy")}</p>
        </Ask>
      )}
    </>
  );
}
