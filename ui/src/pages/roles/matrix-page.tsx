import { iconArrowLeft } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { Guard } from "../../app/guard";
import { useFormat } from "../../i18n/format";
import {
  Button,
  Empty,
  Loaded,
  Page,
  ProblemTold,
  Progress,
  Search,
  SelectField,
  useAddress,
} from "../../parts";
import { useGo } from "../people/go";
import { countOf, heldBy } from "./changes";
import { type Application, type Role, rolesQuery, useApplications } from "./data";
import { Matrix } from "./matrix";
import { Meet } from "./meet";
import { rightsOf, rowsOf } from "./rows";
import { type Saving, useSaving } from "./saving";
import "../people/people.css";
import "./roles.css";

/** Which role has which right, of all at once. */
export function MatrixPage() {
  const { t } = useTranslation("roles");
  const go = useGo();
  const query = useQuery(rolesQuery);
  const applications = useApplications();
  return (
    <Page
      title={t("matrix")}
      full
      actions={
        <Button icon={iconArrowLeft} onClick={() => go("roles", undefined, {})}>
          {t("toList")}
        </Button>
      }
    >
      <ProblemTold error={applications.error} />
      <Loaded query={query}>
        {(roles) =>
          applications.known ? <Whole stored={roles} applications={applications.all} /> : <Progress />
        }
      </Loaded>
    </Page>
  );
}

const contains = (name: string, text: string): boolean =>
  name.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase());

function Whole({ stored, applications }: { stored: readonly Role[]; applications: readonly Application[] }) {
  const { t, i18n } = useTranslation("roles");
  const { may } = useAccess();
  const { compare } = useFormat();
  const [{ text = "", application = "", roles: named = "" }, change] = useAddress();
  const saving = useSaving(stored);
  const known = useMemo(
    () => rightsOf(applications, saving.roles, i18n.language),
    [applications, saving.roles, i18n.language],
  );
  const rows = useMemo(
    () => rowsOf(known, { text, application }, compare),
    [known, text, application, compare],
  );
  const columns = useMemo(
    () =>
      saving.roles.filter(({ name }) => contains(name, named)).toSorted((a, b) => compare(a.name, b.name)),
    [saving.roles, named, compare],
  );
  const held = useMemo(() => heldBy(saving.roles), [saving.roles]);
  return (
    <>
      <div className="p-tools">
        <Search label={t("searchRight")} value={text} onSearch={(next) => change({ text: next })} />
        <SelectField
          label={t("application")}
          value={application}
          onText={(next) => change({ application: next })}
          options={[
            { value: "", label: t("everyApplication") },
            ...known
              .toSorted((a, b) => compare(a.name, b.name))
              .map(({ key, name }) => ({ value: key, label: name })),
          ]}
        />
        <Search label={t("searchRole")} value={named} onSearch={(next) => change({ roles: next })} />
      </div>
      {rows.length === 0 || columns.length === 0 ? (
        <Empty title={t("noneFound")} />
      ) : (
        <Matrix
          roles={columns}
          rows={rows}
          held={held}
          changes={saving.changes}
          readOnly={!may("roles.manage")}
          onTurn={saving.turn}
        />
      )}
      {may("roles.manage") && <Bar saving={saving} />}
      {saving.meeting && (
        <Meet meeting={saving.meeting} onResolve={saving.resolve} onClose={saving.dismiss} />
      )}
    </>
  );
}

function Bar({ saving }: { saving: Saving }) {
  const { t } = useTranslation("roles");
  const count = countOf(saving.changes);
  const { progress } = saving;
  return (
    <div className="stack m-bar">
      {saving.failed && <ProblemTold error={saving.failed.problem} whom={saving.failed.role.name} />}
      {progress !== null && progress.all > 1 && (
        <Progress label={t("savingRoles", progress)} part={progress.done / progress.all} />
      )}
      <div className="actions">
        <span className="soft p-grow" role="status">
          {count > 0 && t("changes", { count })}
        </span>
        <Button onClick={saving.reset} disabled={count === 0 || progress !== null}>
          {t("parts:putBack")}
        </Button>
        <Button
          kind="primary"
          busy={progress !== null}
          disabled={count === 0}
          onClick={() => void saving.save()}
        >
          {t("parts:save")}
        </Button>
      </div>
      <Guard dirty={count > 0} />
    </div>
  );
}
