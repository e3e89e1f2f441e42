import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Failed, ProblemTold, Progress } from "../../parts";
import { type Directory, type Found, type Kind, searchDirectory, strangers } from "./data";
import { useGo } from "./go";
import { Mark, Name } from "./shown";

export interface FurtherProps {
  kind: Kind;
  directory: Directory;
  text: string;
  /** Those who stand in the list above. */
  known: readonly { id: string }[];
}

/** Whom the directory itself finds; one whom Pforte does not know yet becomes known by being opened. */
export function Further({ kind, directory, text, known }: FurtherProps) {
  const { t } = useTranslation("people");
  const query = useQuery({
    queryKey: [`${kind}s`, "found", directory.id, text],
    queryFn: ({ signal }) => searchDirectory(directory.id, kind, text, signal),
  });
  return (
    <section className="card stack" aria-label={t("foundThere", { directory: directory.name })}>
      <h2>
        <Name>{t("foundThere", { directory: directory.name })}</Name>
      </h2>
      {query.data === undefined && query.error === null && (
        <Progress label={t("asking", { directory: directory.name })} />
      )}
      {query.error !== null && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data !== undefined && (
        <Strangers kind={kind} directory={directory} found={strangers(query.data, known)} text={text} />
      )}
    </section>
  );
}

interface StrangersProps {
  kind: Kind;
  directory: Directory;
  found: Found[];
  text: string;
}

function Strangers({ kind, directory, found, text }: StrangersProps) {
  const { t } = useTranslation("people");
  const { may } = useAccess();
  const go = useGo();
  const adopt = useMutation({
    mutationFn: (one: Found) =>
      one.id
        ? Promise.resolve({ id: one.id })
        : call(
            api.POST("/api/v1/directories/{id}/principals", {
              params: { path: { id: directory.id } },
              body: { kind, name: one.name },
            }),
          ),
    onSuccess: (one) => go(`${kind}s`, one.id),
  });
  if (found.length === 0) return <p className="soft">{t("nobodyElse", { text })}</p>;
  return (
    <>
      <ProblemTold error={adopt.error} whom={adopt.variables?.label ?? ""} />
      <ul className="p-found">
        {found.map((one) => (
          <li key={one.name}>
            <button
              type="button"
              disabled={adopt.isPending || (!one.id && !may("users.manage"))}
              onClick={() => adopt.mutate(one)}
            >
              <span>
                <Name cut>{one.label}</Name>
                <span className="small soft">
                  <Name cut>{one.name}</Name>
                </span>
              </span>
              {!one.id && <Mark>{t("notKnown")}</Mark>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
