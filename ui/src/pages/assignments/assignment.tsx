import { iconArrowLeft, iconTrashcan } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { serverNow } from "../../api/clock";
import { useAccess } from "../../app/access";
import { Button, EditBar, Loaded, Page, Told, useEdit, useNow } from "../../parts";
import { PageLink, useGo } from "../people/go";
import { Name } from "../people/shown";
import { type Assignment, type Form, formOf, isValid, showAssignment, toApi } from "./data";
import { Facts } from "./facts";
import { Fields } from "./fields";
import { stateOf } from "./listed";
import { Means } from "./means";
import { Remove } from "./remove";
import { useTelling } from "./telling";

/** One assignment: what it means, where and when it counts. */
export function AssignmentPage({ id }: { id: string }) {
  const { t } = useTranslation("assignments");
  const { may } = useAccess();
  const go = useGo();
  const [removing, setRemoving] = useState(false);
  const query = useQuery({
    queryKey: ["assignments", id],
    queryFn: ({ signal }) => showAssignment(id, signal),
  });
  const one = query.data;
  const title = one && `${one.principal.name}: ${one.role.name}`;
  return (
    <Page
      title={title ?? t("assignment")}
      actions={
        <>
          {one !== undefined && may("assignments.manage") && (
            <Button icon={iconTrashcan} onClick={() => setRemoving(true)}>
              {t("remove")}
            </Button>
          )}
          <Button icon={iconArrowLeft} onClick={() => go("assignments")}>
            {t("toList")}
          </Button>
        </>
      }
    >
      <Loaded query={query}>
        {(found) => (
          <>
            <Whose one={found} />
            {may("assignments.manage") ? <Change one={found} /> : <Facts one={found} />}
            {removing && <Remove one={found} onClose={() => setRemoving(false)} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Who has which role; neither changes, another assignment is given instead. */
function Whose({ one }: { one: Assignment }) {
  const { t } = useTranslation("assignments");
  const state = stateOf(one, useNow(30_000, serverNow));
  const { kind, id, name, directory } = one.principal;
  const isGroup = kind === "group";
  return (
    <section className="card stack" aria-label={t("whose")}>
      <dl className="facts">
        <dt>{t(isGroup ? "group" : "user")}</dt>
        <dd>
          <PageLink to={isGroup ? "groups" : "users"} id={id} search={{}} className="p-link p-row-link">
            <Name>{`${directory}\\${name}`}</Name>
          </PageLink>
        </dd>
        <dt>{t("role")}</dt>
        <dd>
          <PageLink to="roles" id={one.role.id} search={{}} className="p-link p-row-link">
            <Name>{one.role.name}</Name>
          </PageLink>
        </dd>
      </dl>
      {state === "over" && <Told kind="warning">{t("overWhy")}</Told>}
      {state === "coming" && <Told>{t("comingWhy")}</Told>}
    </section>
  );
}

/** What is edited, with the assignment that it belongs to. */
type Edited = Form & { one: Assignment };

const edited = (one: Assignment): Edited => ({ ...formOf(one), one });

function Change({ one }: { one: Assignment }) {
  const { t } = useTranslation("assignments");
  const client = useQueryClient();
  const telling = useTelling();
  const edit = useEdit<Edited>({
    stored: edited(one),
    reload: async () => edited(await showAssignment(one.id)),
    fields: ["areas", "stations", "schedule", "from", "until", "strength"],
    save: async (value, { one: stored }) => {
      const saved = await call(
        api.PUT("/api/v1/assignments/{id}", {
          params: { path: { id: one.id } },
          body: { ...toApi(value, stored), version: stored.version },
        }),
      );
      client.setQueryData(["assignments", one.id], saved);
      return edited(saved);
    },
    onSaved: () => void client.invalidateQueries({ queryKey: ["assignments"] }),
  });
  const names = (things: readonly { name: string }[]): string => things.map((thing) => thing.name).join(", ");
  const whose = { who: one.principal, role: one.role.name };
  return (
    <>
      <Fields value={edit.value} set={edit.set} />
      <EditBar
        edit={edit}
        valid={isValid(edit.value)}
        fields={[
          { field: "areas", label: t("areas"), show: (value) => names(value.areas) },
          {
            field: "stations",
            label: t("stations"),
            show: (value) => names(value.stations ?? []) || t("any"),
          },
          {
            field: "schedule",
            label: t("times"),
            show: (value) => telling.when(value.schedule) || t("always"),
          },
          {
            field: "from",
            label: t("from"),
            show: (value) => telling.bounds({ from: value.from, until: "" }) || "–",
          },
          {
            field: "until",
            label: t("until"),
            show: (value) => telling.bounds({ from: "", until: value.until }) || "–",
          },
          {
            field: "strength",
            label: t("least"),
            show: (value) => telling.strength(value.strength) || t("any"),
          },
        ]}
      >
        <Means whose={whose} form={edit.value} />
      </EditBar>
    </>
  );
}
