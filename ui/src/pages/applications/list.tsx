import { iconPlus } from "@siemens/ix-icons/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Button, Empty, Loaded, Page, Search, useAddress } from "../../parts";
import { pageQuery, usePages } from "../areas/data";
import type { Application } from "./data";
import type { Given } from "./index";
import { NewApplication } from "./new";

export function ApplicationList({ onGiven }: { onGiven: (given: Given) => void }) {
  const { t } = useTranslation("applications");
  const client = useQueryClient();
  const { may } = useAccess();
  const [params, change] = useAddress();
  const [making, setMaking] = useState(false);
  const text = params.text ?? "";
  const list = usePages<Application>(["applications", "page", text], (after, signal) =>
    call(api.GET("/api/v1/applications", { params: { query: pageQuery(text, after) }, signal })),
  );
  return (
    <Page
      title={t("title")}
      subtitle={t("about")}
      full
      actions={
        may("applications.manage") && (
          <Button kind="primary" icon={iconPlus} onClick={() => setMaking(true)}>
            {t("new")}
          </Button>
        )
      }
    >
      <Search label={t("search")} value={text} onSearch={(wanted) => change({ text: wanted })} />
      <Loaded
        query={list}
        isEmpty={(all) => all.length === 0}
        empty={<Empty title={text === "" ? t("none") : t("noneFound")} />}
      >
        {(all) => (
          <section className="app-list" aria-label={t("title")}>
            <Table applications={all} />
            {list.more !== undefined && (
              <Button busy={list.growing} onClick={list.more}>
                {t("more")}
              </Button>
            )}
          </section>
        )}
      </Loaded>
      {making && (
        <NewApplication
          onClose={() => setMaking(false)}
          onMade={({ application, credential }) => {
            setMaking(false);
            onGiven({ name: application.name, credential });
            void client.invalidateQueries({ queryKey: ["applications"] });
            change({ id: application.id }, true);
          }}
        />
      )}
    </Page>
  );
}

function Table({ applications }: { applications: readonly Application[] }) {
  const { t } = useTranslation("applications");
  const format = useFormat();
  return (
    <table className="plain picking app-table">
      <thead>
        <tr>
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("key")}</th>
          <th scope="col">{t("state")}</th>
          <th scope="col">{t("scope")}</th>
          <th scope="col" className="app-number">
            {t("rights")}
          </th>
        </tr>
      </thead>
      <tbody>
        {applications.map((application) => (
          <tr key={application.id}>
            <td>
              <Link
                to="."
                search={((before: object) => ({ ...before, id: application.id })) as never}
                className="pick"
              >
                <span className="clip name" dir="auto">
                  {application.name}
                </span>
              </Link>
            </td>
            <td>
              <code className="code">{application.key}</code>
            </td>
            <td>
              <span className={application.enabled ? "state" : "state off"}>
                {application.enabled ? t("on") : t("off")}
              </span>
            </td>
            <td>
              <Scope application={application} />
            </td>
            <td className="app-number">{format.number(application.rights.length)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where an application gets answers, in a line or two. */
function Scope({ application: { areas, stations } }: { application: Application }) {
  const { t } = useTranslation("applications");
  const places = [...areas, ...stations].map(({ name }) => name);
  if (places.length === 0) return <span className="soft">{t("nowhere")}</span>;
  return (
    <span className="clip name" dir="auto">
      {places.join(", ")}
    </span>
  );
}
