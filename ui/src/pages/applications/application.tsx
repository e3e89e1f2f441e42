/** One application: its settings, its rights, its webhook; another credential; removal. */
import { iconArrowLeft, iconKey, iconTrashcan } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Button, Loaded, Page, Told, useAddress } from "../../parts";
import { Ask } from "../areas/ask";
import { type Application, applicationQuery, isOwn } from "./data";
import type { Given } from "./index";
import { Rights } from "./rights-list";
import { Settings } from "./settings";
import { WebhookPart } from "./webhook";

export interface ApplicationPageProps {
  id: string;
  onGiven: (given: Given) => void;
}

export function ApplicationPage({ id, onGiven }: ApplicationPageProps) {
  const { t } = useTranslation("applications");
  const { may } = useAccess();
  const query = useQuery(applicationQuery(id));
  const [params, change] = useAddress();
  const application = query.data;
  const tab = shownTab(params.tab, application);
  const mayChange = may("applications.manage") && application !== undefined && !isOwn(application);
  const leave = (): void => change({ id: undefined, tab: undefined, right: undefined }, true);
  return (
    <Page
      title={application?.name ?? t("application")}
      full={tab === "rights"}
      actions={
        <>
          {mayChange && <Acts application={application} onGiven={onGiven} onRemoved={leave} />}
          <Button icon={iconArrowLeft} onClick={leave}>
            {t("toList")}
          </Button>
        </>
      }
    >
      <Loaded query={query}>
        {(found) => (
          <>
            {isOwn(found) && <Told>{t("builtIn")}</Told>}
            <Tabs here={tab} application={found} />
            {tab === "settings" && <Settings application={found} mayChange={mayChange} />}
            {tab === "rights" && <Rights application={found} mayChange={mayChange} />}
            {tab === "webhook" && <WebhookPart application={found} mayChange={mayChange} onGiven={onGiven} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

type Tab = "settings" | "rights" | "webhook";

/** The part that the address names; Pforte itself needs no webhook. */
function shownTab(named: string | undefined, application: Application | undefined): Tab {
  if (named === "rights") return named;
  const hasWebhook = application !== undefined && !isOwn(application);
  return named === "webhook" && hasWebhook ? named : "settings";
}

function Tabs({ here, application }: { here: Tab; application: Application }) {
  const { t } = useTranslation("applications");
  const format = useFormat();
  const [, change] = useAddress();
  const tab = (name: Tab, label: string) => (
    <button
      type="button"
      className="app-tab"
      aria-current={here === name ? "page" : undefined}
      onClick={() => change({ tab: name === "settings" ? undefined : name })}
    >
      {label}
    </button>
  );
  return (
    <nav className="app-tabs" aria-label={t("parts")}>
      {tab("settings", t("settings"))}
      {tab("rights", t("rightsCount", { number: format.number(application.rights.length) }))}
      {!isOwn(application) && tab("webhook", t("webhook.title"))}
    </nav>
  );
}

interface ActsProps extends Pick<ApplicationPageProps, "onGiven"> {
  application: Application;
  onRemoved: () => void;
}

function Acts({ application, onGiven, onRemoved }: ActsProps) {
  const { t } = useTranslation("applications");
  const client = useQueryClient();
  const [asking, setAsking] = useState<"renew" | "remove" | null>(null);
  const { id, name } = application;
  const params = { path: { id } };
  const close = (): void => setAsking(null);
  const refresh = (): void => void client.invalidateQueries({ queryKey: ["applications"] });
  return (
    <>
      <Button icon={iconKey} onClick={() => setAsking("renew")}>
        {t("renew")}
      </Button>
      <Button icon={iconTrashcan} onClick={() => setAsking("remove")}>
        {t("remove")}
      </Button>
      {asking === "renew" && (
        <Ask
          title={t("renewTitle", { name })}
          yes={t("renew")}
          whom={name}
          act={async () => {
            const made = await call(api.POST("/api/v1/applications/{id}/credential", { params }));
            onGiven({ name, credential: made.credential });
          }}
          onDone={() => {
            close();
            refresh();
          }}
          onClose={close}
        >
          <p>{t("renewWhy")}</p>
        </Ask>
      )}
      {asking === "remove" && (
        <Ask
          title={t("removeTitle", { name })}
          yes={t("remove")}
          danger
          whom={name}
          act={() => call(api.DELETE("/api/v1/applications/{id}", { params }))}
          onDone={() => {
            close();
            client.removeQueries({ queryKey: ["applications", "one", id] });
            onRemoved();
            refresh();
          }}
          onClose={close}
        >
          <p>{t("removeWhy")}</p>
        </Ask>
      )}
    </>
  );
}
