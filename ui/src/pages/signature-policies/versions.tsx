/** Every version that a policy had: who saved it, when, and what changed. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Empty, Loaded, Time, Told } from "../../parts";
import { same } from "../../parts/edit";
import { RulesTold } from "../../parts/signature/RulesTold";
import { More, Name } from "../people/shown";
import type { Policy, Version } from "./data";
import { type Form, formOf } from "./form";
import { useShownFields } from "./shown-fields";

type Saved = Policy;

const versionsOf = (id: string, before: number | undefined, signal: AbortSignal) =>
  call(
    api.GET("/api/v1/signature-policies/{id}/versions", {
      params: { path: { id }, query: before === undefined ? {} : { before } },
      signal,
    }),
  );

/** The policy of a version; none where a server of another time wrote something else. */
function told({ policy }: Version): Saved | undefined {
  const read = policy as Partial<Saved>;
  const lists = [read.steps, read.actions, read.areas, read.reasons, read.cancel_roles];
  return lists.every(Array.isArray) ? (read as Saved) : undefined;
}

export function Versions({ id, now }: { id: string; now: number | undefined }) {
  const { t } = useTranslation("signature-policies");
  const query = useInfiniteQuery({
    // Another version of the policy is one more in the list.
    queryKey: ["signature-policies", "versions", id, now ?? 0],
    queryFn: ({ pageParam, signal }) => versionsOf(id, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.next ? Number(last.next) : undefined),
  });
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="card stack" aria-labelledby="sp-versions">
      <h2 id="sp-versions">{t("versions")}</h2>
      <p className="small soft">{t("versionsWhy")}</p>
      <Loaded query={query} isEmpty={() => all.length === 0} empty={<Empty title={t("noVersions")} />}>
        {() => (
          <>
            <ol className="sp-versions">
              {all.map((one, at) => (
                <li key={one.version}>
                  <Entry one={one} before={all[at + 1]} />
                </li>
              ))}
            </ol>
            <More query={query} />
          </>
        )}
      </Loaded>
    </section>
  );
}

function Entry({ one, before }: { one: Version; before: Version | undefined }) {
  const { t } = useTranslation("signature-policies");
  const { number } = useFormat();
  const [own, old] = [told(one), before && told(before)];
  return (
    <details>
      <summary>
        <strong>{t("version", { n: number(one.version) })}</strong> <Time at={one.at} /> <Name>{one.by}</Name>
      </summary>
      <div className="stack sp-version">
        {one.version === 1 && <p>{t("made")}</p>}
        {own !== undefined && old !== undefined && <Changed from={formOf(old)} to={formOf(own)} />}
        {own === undefined ? (
          <pre className="sg-record" dir="auto">
            {JSON.stringify(one.policy, null, 2)}
          </pre>
        ) : (
          <RulesTold rules={own} scope={formOf(own)} />
        )}
      </div>
    </details>
  );
}

/** Field by field what became of what. */
function Changed({ from, to }: { from: Form; to: Form }) {
  const { t } = useTranslation("signature-policies");
  const changed = useShownFields().filter(({ field }) => !same(from[field], to[field]));
  if (changed.length === 0) return <p>{t("nothingChanged")}</p>;
  return (
    <div className="sg-scroll">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("parts:field")}</th>
            <th scope="col">{t("parts:before")}</th>
            <th scope="col">{t("after")}</th>
          </tr>
        </thead>
        <tbody>
          {changed.map(({ field, label, show }) => (
            <tr key={field}>
              <th scope="row">{label}</th>
              <td className="sg-text" dir="auto">
                {show(from)}
              </td>
              <td className="sg-text" dir="auto">
                {show(to)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The version that the address names: a request was signed by it. */
export function OneVersion({ id, version }: { id: string; version: string }) {
  const { t } = useTranslation("signature-policies");
  const wanted = /^\d{1,9}$/.test(version) ? Number(version) : undefined;
  const query = useQuery({
    queryKey: ["signature-policies", "version", id, version],
    queryFn: async ({ signal }): Promise<Version | null> => {
      const { items } = await versionsOf(id, (wanted ?? 0) + 1, signal);
      return items.find((one) => one.version === wanted) ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="card stack" aria-labelledby="sp-version">
      <h2 id="sp-version">{t("version", { n: version })}</h2>
      <Loaded
        query={query}
        isEmpty={(found) => found === null}
        empty={<Told kind="warning">{t("noSuchVersion")}</Told>}
      >
        {(found) => found && <Shown one={found} />}
      </Loaded>
    </section>
  );
}

function Shown({ one }: { one: Version }) {
  const { t } = useTranslation("signature-policies");
  const own = told(one);
  return (
    <>
      <p>
        {t("savedBy", { name: one.by })} <Time at={one.at} />
      </p>
      {own !== undefined && <RulesTold rules={own} scope={formOf(own)} />}
    </>
  );
}
