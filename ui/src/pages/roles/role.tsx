import { iconArrowLeft, iconTable, iconTrashcan, iconUserCheck } from "@siemens/ix-icons/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Button, Confirm, EditBar, Loaded, Page, ProblemTold, Told, useEdit } from "../../parts";
import { useGo, useMayOpen } from "../people/go";
import { Name } from "../people/shown";
import { isFixed, type Role, useApplications } from "./data";
import { formOf, isValid, ofForm, RoleFields, type RoleForm } from "./fields";
import { rightsOf, rowsOf } from "./rows";
import "./roles.css";

const showRole = (id: string, signal?: AbortSignal): Promise<Role> =>
  call(api.GET("/api/v1/roles/{id}", { params: { path: { id } }, signal: signal ?? null }));

/** One role: what it is for, its times, its rights. */
export function RolePage({ id }: { id: string }) {
  const { t } = useTranslation("roles");
  const go = useGo();
  const query = useQuery({ queryKey: ["roles", id], queryFn: ({ signal }) => showRole(id, signal) });
  return (
    <Page
      title={query.data?.name ?? t("role")}
      actions={
        <>
          {query.data && <Acts role={query.data} />}
          <Button icon={iconArrowLeft} onClick={() => go("roles")}>
            {t("toList")}
          </Button>
        </>
      }
    >
      <Loaded query={query}>{(role) => <Detail role={role} />}</Loaded>
    </Page>
  );
}

function Acts({ role }: { role: Role }) {
  const { t } = useTranslation("roles");
  const { may } = useAccess();
  const go = useGo();
  const open = useMayOpen();
  return (
    <>
      <Button icon={iconTable} onClick={() => go("roles", "matrix", { roles: role.name })}>
        {t("inMatrix")}
      </Button>
      {open("assignments") && (
        <Button icon={iconUserCheck} onClick={() => go("assignments", undefined, { role: role.id })}>
          {t("whoHasIt")}
        </Button>
      )}
      {may("roles.manage") && !role.built_in && <Remove role={role} />}
    </>
  );
}

function Detail({ role }: { role: Role }) {
  const { t } = useTranslation("roles");
  const { may } = useAccess();
  const fixed = isFixed(role);
  return (
    <>
      {fixed && (
        <Told>
          <p>{t("fixedWhy")}</p>
        </Told>
      )}
      <div className="p-two-sides">
        <Form role={role} readOnly={fixed || !may("roles.manage")} />
        <Rights role={role} />
      </div>
    </>
  );
}

/** What is edited, with the role that it belongs to. */
type Edited = RoleForm & { role: Role };

const edited = (role: Role): Edited => ({ ...formOf(role), role });

function Form({ role, readOnly }: { role: Role; readOnly: boolean }) {
  const { t } = useTranslation("roles");
  const client = useQueryClient();
  const edit = useEdit<Edited>({
    stored: edited(role),
    reload: async () => edited(await showRole(role.id)),
    fields: ["name", "description", "idle", "session"],
    // The rights are those that the version had: the server takes a role as a whole.
    save: async (value, stored) => {
      const { version, rights } = stored.role;
      const saved = await call(
        api.PUT("/api/v1/roles/{id}", {
          params: { path: { id: role.id } },
          body: { ...ofForm(value), rights, version },
        }),
      );
      client.setQueryData(["roles", role.id], saved);
      return edited(saved);
    },
    onSaved: () => void client.invalidateQueries({ queryKey: ["roles"] }),
  });
  const valid = isValid(edit.value);
  return (
    <form
      className="card stack"
      aria-label={t("change")}
      onSubmit={(event) => {
        event.preventDefault();
        if (valid && edit.dirty) void edit.save();
      }}
    >
      <RoleFields value={edit.value} set={edit.set} readOnly={readOnly} nameFixed={role.built_in} />
      <EditBar
        edit={edit}
        valid={valid}
        readOnly={readOnly}
        fields={[
          { field: "name", label: t("name") },
          { field: "description", label: t("description") },
          { field: "idle", label: t("idleMinutes") },
          { field: "session", label: t("sessionMinutes") },
        ]}
      />
    </form>
  );
}

function Rights({ role }: { role: Role }) {
  const { t, i18n } = useTranslation("roles");
  const { compare } = useFormat();
  const applications = useApplications();
  const held = new Set(role.rights);
  const rows = rowsOf(
    rightsOf(applications.all, [role], i18n.language),
    { text: "", application: "" },
    compare,
  ).filter((row) => row.kind === "head" || held.has(row.right));
  // A heading without rights below it says nothing.
  const shown = rows.filter((row, at) => row.kind === "right" || rows[at + 1]?.kind === "right");
  return (
    <section className="card stack" aria-labelledby="rights">
      <h2 id="rights">{t("rightsCount", { count: role.rights.length })}</h2>
      <ProblemTold error={applications.error} />
      {role.rights.length === 0 && <p className="soft">{t("noRights")}</p>}
      <ul className="r-rights">
        {shown.map((row) =>
          row.kind === "head" ? (
            <li key={row.key}>
              <strong>
                <Name>{row.name}</Name>
              </strong>
            </li>
          ) : (
            <li key={row.right}>
              <Name>{row.label}</Name> <span className="small soft p-name">{row.right}</span>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

function Remove({ role }: { role: Role }) {
  const { t } = useTranslation("roles");
  const client = useQueryClient();
  const go = useGo();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => call(api.DELETE("/api/v1/roles/{id}", { params: { path: { id: role.id } } })),
    onSuccess: () => {
      go("roles");
      client.removeQueries({ queryKey: ["roles", role.id] });
      void client.invalidateQueries({ queryKey: ["roles"] });
    },
    onError: () => setAsking(false),
  });
  return (
    <>
      <Button icon={iconTrashcan} onClick={() => setAsking(true)}>
        {t("remove")}
      </Button>
      <ProblemTold error={remove.error} whom={role.name} />
      {asking && (
        <Confirm
          title={t("removeTitle", { name: role.name })}
          yes={t("remove")}
          no={t("cancel")}
          danger
          busy={remove.isPending}
          onYes={() => remove.mutate()}
          onNo={() => setAsking(false)}
        >
          <p>{t("removeWhy")}</p>
        </Confirm>
      )}
    </>
  );
}
