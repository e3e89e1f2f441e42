import { iconAdd, iconTable } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Button, Empty, Loaded, Page, Search, useAddress } from "../../parts";
import { PageLink, useGo } from "../people/go";
import { Mark, Name } from "../people/shown";
import { type Role, rolesQuery } from "./data";
import { toMinutes } from "./minutes";
import "./roles.css";

/** All roles. */
export function RoleList() {
  const { t } = useTranslation("roles");
  const { may } = useAccess();
  const go = useGo();
  const format = useFormat();
  const [{ text = "" }, change] = useAddress();
  const query = useQuery(rolesQuery);
  const wanted = text.trim().toLocaleLowerCase();
  const fitting = (query.data ?? [])
    .filter((role) => `${role.name}\n${role.description}`.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => format.compare(a.name, b.name));
  return (
    <Page
      title={t("app:menu.roles")}
      actions={
        <>
          <Button icon={iconTable} onClick={() => go("roles", "matrix", {})}>
            {t("matrix")}
          </Button>
          {may("roles.manage") && (
            <Button kind="primary" icon={iconAdd} onClick={() => go("roles", "new")}>
              {t("newRole")}
            </Button>
          )}
        </>
      }
    >
      <Search label={t("search")} value={text} onSearch={(next) => change({ text: next })} />
      <Loaded query={query} isEmpty={() => fitting.length === 0} empty={<Empty title={t("noneFound")} />}>
        {() => (
          <section className="p-list-of" aria-label={t("app:menu.roles")}>
            <Table roles={fitting} />
          </section>
        )}
      </Loaded>
    </Page>
  );
}

function Table({ roles }: { roles: readonly Role[] }) {
  const { t } = useTranslation("roles");
  const format = useFormat();
  const minutes = (seconds: number | null | undefined) =>
    toMinutes(seconds) || <span className="soft">{t("usual")}</span>;
  return (
    <table className="plain picking">
      <thead>
        <tr>
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("description")}</th>
          <th scope="col" className="r-number">
            {t("rights")}
          </th>
          <th scope="col" className="r-number">
            {t("idle")}
          </th>
          <th scope="col" className="r-number">
            {t("session")}
          </th>
        </tr>
      </thead>
      <tbody>
        {roles.map((role) => (
          <tr key={role.id}>
            <td>
              <span className="row">
                <PageLink to="roles" id={role.id} className="pick">
                  <Name cut>{role.name}</Name>
                </PageLink>
                {role.built_in && <Mark>{t("builtIn")}</Mark>}
              </span>
            </td>
            <td>
              <Name cut>{role.description}</Name>
            </td>
            <td className="r-number">{format.number(role.rights.length)}</td>
            <td className="r-number">{minutes(role.idle_seconds)}</td>
            <td className="r-number">{minutes(role.session_seconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
