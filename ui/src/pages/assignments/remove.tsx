import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Ask } from "../areas/ask";
import { useGo } from "../people/go";
import { rolesQuery } from "../roles/data";
import type { Assignment } from "./data";

/** Rights that are named; more of them are counted. */
const MOST_RIGHTS = 8;

/** Takes a role away, and says before what is lost by it. */
export function Remove({ one, onClose }: { one: Assignment; onClose: () => void }) {
  const { t } = useTranslation("assignments");
  const { may } = useAccess();
  const { list } = useFormat();
  const client = useQueryClient();
  const go = useGo();
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") }).data ?? [];
  const rights = roles.find((role) => role.id === one.role.id)?.rights ?? [];
  const more = rights.length - MOST_RIGHTS;
  const named = rights.slice(0, MOST_RIGHTS);
  const { kind, name } = one.principal;
  const isGroup = kind === "group";
  return (
    <Ask
      title={t("removeTitle", { who: name, role: one.role.name })}
      yes={t("remove")}
      danger
      whom={name}
      act={() => call(api.DELETE("/api/v1/assignments/{id}", { params: { path: { id: one.id } } }))}
      onDone={() => {
        go("assignments");
        client.removeQueries({ queryKey: ["assignments", one.id] });
        void client.invalidateQueries({ queryKey: ["assignments"] });
      }}
      onClose={onClose}
    >
      <p className="wrap">
        {t(isGroup ? "losesGroup" : "losesUser", {
          areas: list(one.areas.map((area) => area.name)),
        })}
      </p>
      {rights.length > 0 && (
        <p className="wrap small soft">
          {t("lost", {
            rights: list(more > 0 ? [...named, t("moreNames", { count: more })] : named),
          })}
        </p>
      )}
      <p>{t("losesUnless")}</p>
    </Ask>
  );
}
