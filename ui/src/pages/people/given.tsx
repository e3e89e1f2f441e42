import { iconAdd } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, Loaded } from "../../parts";
import type { Kind } from "./data";
import { PageLink, useGo, useMayOpen } from "./go";
import { Mark, Name } from "./shown";

/** The roles that a user or a group itself was given. */
export function Given({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation("people");
  const { may } = useAccess();
  const go = useGo();
  const open = useMayOpen();
  const query = useQuery({
    queryKey: ["assignments", "given", kind, id],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/assignments", { params: { query: { [kind]: id, limit: 500 } }, signal })),
    enabled: may("assignments.read"),
  });
  if (!may("assignments.read")) return null;
  return (
    <section className="card" aria-labelledby="given">
      <div className="p-card-head">
        <h2 id="given">{t("given")}</h2>
        {may("assignments.manage") && open("assignments") && (
          <Button icon={iconAdd} onClick={() => go("assignments", "new", { [kind]: id })}>
            {t("give")}
          </Button>
        )}
      </div>
      <Loaded
        query={query}
        isEmpty={(list) => list.items.length === 0}
        empty={<p className="soft">{t("noneGiven")}</p>}
      >
        {(list) => (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("role")}</th>
                <th scope="col">{t("areas")}</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((one) => (
                <tr key={one.id}>
                  <td>
                    <PageLink to="assignments" id={one.id} search={{}} className="p-link p-row-link">
                      <Name cut>{one.role.name}</Name>
                    </PageLink>
                    {limited(one) && <Mark>{t("limited")}</Mark>}
                  </td>
                  <td>
                    <Name cut>{one.areas.map((area) => area.name).join(", ")}</Name>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
      {kind === "user" && <p className="small soft">{t("givenWhy")}</p>}
    </section>
  );
}

interface Conditions {
  stations: readonly unknown[];
  schedule?: unknown;
  from?: unknown;
  until?: unknown;
  strength?: unknown;
}

/** Whether an assignment counts only at times, at stations or with a strength. */
export const limited = (one: Conditions): boolean =>
  one.stations.length > 0 || [one.schedule, one.from, one.until, one.strength].some((part) => Boolean(part));
