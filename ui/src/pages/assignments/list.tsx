import { iconAdd, iconClose } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Button, Empty, Loaded, Page, Search, SelectField, useAddress } from "../../parts";
import { AreaChoice } from "../areas/choice";
import { areasQuery } from "../areas/data";
import { useGo } from "../people/go";
import { rolesQuery } from "../roles/data";
import { type Assignment, assignmentsQuery } from "./data";
import { sorted, sortOf, wantedOf } from "./listed";
import { Rows } from "./rows";

/** Rows shown at a time; thousands of them are searched. */
const STEP = 100;

/** All assignments, by the filters of the address. */
export function AssignmentList() {
  const { t } = useTranslation("assignments");
  const { may } = useAccess();
  const go = useGo();
  const [params] = useAddress();
  const query = useQuery(assignmentsQuery);
  const { role, area, user, group } = params;
  return (
    <Page
      title={t("app:menu.assignments")}
      subtitle={t("about")}
      full
      actions={
        may("assignments.manage") && (
          <Button
            kind="primary"
            icon={iconAdd}
            onClick={() => go("assignments", "new", { role, area, user, group })}
          >
            {t("give")}
          </Button>
        )
      }
    >
      <Filters all={query.data ?? []} />
      <Loaded query={query} isEmpty={(all) => all.length === 0} empty={<Empty title={t("none")} />}>
        {(all) => <Fitting all={all} />}
      </Loaded>
    </Page>
  );
}

function Filters({ all }: { all: readonly Assignment[] }) {
  const { t } = useTranslation("assignments");
  const { may } = useAccess();
  const { compare } = useFormat();
  const [params, change] = useAddress();
  const known = useQuery({ ...rolesQuery, enabled: may("roles.read") }).data ?? [];
  const roles = new Map([...all.map((one) => one.role), ...known].map((role) => [role.id, role.name]));
  const { role = "", user, group } = params;
  if (role !== "" && !roles.has(role)) roles.set(role, role);
  const whose = user ?? group;
  const principal = all.find((one) => one.principal.id === whose)?.principal;
  return (
    <>
      <div className="p-tools">
        <Search label={t("search")} value={params.text ?? ""} onSearch={(text) => change({ text })} />
        <SelectField
          label={t("role")}
          value={role}
          options={[
            { value: "", label: t("everyRole") },
            ...[...roles]
              .map(([value, label]) => ({ value, label }))
              .toSorted((a, b) => compare(a.label, b.label)),
          ]}
          onText={(next) => change({ role: next })}
        />
        {may("areas.read") && (
          <AreaChoice
            label={t("countsIn")}
            none={t("everywhere")}
            value={params.area ?? ""}
            onChoose={(area) => change({ area })}
          />
        )}
      </div>
      {whose !== undefined && (
        <div className="row">
          <Button icon={iconClose} onClick={() => change({ user: undefined, group: undefined })}>
            <span className="a-cut" dir="auto">
              {t("onlyOf", { name: principal?.name ?? whose })}
            </span>
          </Button>
        </div>
      )}
    </>
  );
}

function Fitting({ all }: { all: readonly Assignment[] }) {
  const { t } = useTranslation("assignments");
  const { may } = useAccess();
  const { compare } = useFormat();
  const [params, change] = useAddress();
  const [shown, setShown] = useState(STEP);
  const areas = useQuery({ ...areasQuery, enabled: may("areas.read") }).data ?? [];
  const { text = "", role = "", area = "", user, group } = params;
  const sort = sortOf(params.sort);
  const principal = user ?? group ?? "";
  const fitting = sorted(wantedOf(all, { text, role, area, principal }, areas), sort, compare);
  if (fitting.length === 0) return <Empty title={t("noneFound")} />;
  return (
    <>
      <p className="soft small" role="status">
        {t("count", { count: fitting.length })}
      </p>
      <section className="a-list" aria-label={t("app:menu.assignments")}>
        <Rows
          rows={fitting.slice(0, shown)}
          sort={sort}
          onSort={(by) => change({ sort: sort.by === by && !sort.down ? `-${by}` : by })}
        />
        {fitting.length > shown && (
          <Button onClick={() => setShown(shown + STEP)}>
            {t("more", { count: fitting.length - shown })}
          </Button>
        )}
      </section>
    </>
  );
}
