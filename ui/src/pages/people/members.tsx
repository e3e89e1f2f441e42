import { iconAdd, iconTrashcan } from "@siemens/ix-icons/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Button, Confirm, Empty, ProblemTold, Search } from "../../parts";
import type { Group, Kind } from "./data";
import { PageLink } from "./go";
import { type Picked, Picker, refOf } from "./picker";
import { Mark, Name } from "./shown";

type Member = Schema<"PrincipalShown">;

/** Rows shown at a time; a group of thousands is searched. */
const STEP = 100;

/** The members whose name holds the text, groups first, in the reader's order. */
export function membersShown(
  members: readonly Member[],
  text: string,
  compare: (a: string, b: string) => number,
): Member[] {
  const wanted = text.trim().toLocaleLowerCase();
  const rank = (one: Member): number => (one.kind === "group" ? 0 : 1);
  return members
    .filter((one) => one.name.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
}

/** The direct members of a local group. */
export function Members({ group, manage }: { group: Group; manage: boolean }) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const format = useFormat();
  const [text, setText] = useState("");
  const [shown, setShown] = useState(STEP);
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member>();
  const refresh = () => client.invalidateQueries({ queryKey: ["groups"] });
  const add = useMutation({
    mutationFn: (picked: Picked) =>
      call(
        api.PUT("/api/v1/groups/{id}/members", {
          params: { path: { id: group.id } },
          body: refOf(picked),
        }),
      ),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: ({ kind, id }: Member) =>
      call(
        api.DELETE("/api/v1/groups/{id}/members/{kind}/{member}", {
          params: { path: { id: group.id, kind, member: id } },
        }),
      ),
    onSettled: async () => {
      await refresh();
      setLeaving(undefined);
    },
  });
  const fitting = membersShown(group.members, text, format.compare);
  return (
    <section className="card stack" aria-labelledby="members">
      <div className="p-card-head">
        <h2 id="members">{t("members", { count: group.members.length })}</h2>
        {manage && (
          <Button icon={iconAdd} busy={add.isPending} onClick={() => setAdding(true)}>
            {t("addMember")}
          </Button>
        )}
      </div>
      <ProblemTold error={add.error} whom={add.variables?.label ?? ""} />
      <ProblemTold error={remove.error} whom={remove.variables?.name ?? ""} />
      {group.members.length > 8 && <Search label={t("searchName")} value={text} onSearch={setText} />}
      {fitting.length === 0 ? (
        <Empty title={t(group.members.length === 0 ? "noMembers" : "nobodyFound")} />
      ) : (
        <Table members={fitting.slice(0, shown)} onRemove={manage ? setLeaving : undefined} />
      )}
      {fitting.length > shown && <Button onClick={() => setShown(shown + STEP)}>{t("more")}</Button>}
      {adding && (
        <Picker
          title={t("addMember")}
          kinds={["user", "group"]}
          taken={new Set([group.id, ...group.members.map((one) => one.id)])}
          onClose={() => setAdding(false)}
          onPick={(picked) => {
            setAdding(false);
            add.mutate(picked);
          }}
        />
      )}
      {leaving && (
        <Confirm
          title={t("removeMemberTitle", { name: leaving.name })}
          yes={t("remove")}
          no={t("cancel")}
          danger
          busy={remove.isPending}
          onYes={() => remove.mutate(leaving)}
          onNo={() => setLeaving(undefined)}
        >
          <p>{t("removeMemberWhy", { group: group.name })}</p>
        </Confirm>
      )}
    </section>
  );
}

interface TableProps {
  members: readonly Member[];
  onRemove: ((member: Member) => void) | undefined;
}

function Table({ members, onRemove }: TableProps) {
  const { t } = useTranslation("people");
  return (
    <table className="plain p-members">
      <thead>
        <tr>
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("directory")}</th>
          {onRemove && (
            <th scope="col">
              <span className="unseen">{t("remove")}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {members.map((one) => (
          <tr key={`${one.kind} ${one.id}`}>
            <td>
              <span className="row">
                <PageLink to={`${one.kind as Kind}s`} id={one.id} search={{}} className="p-link p-row-link">
                  <Name cut>{one.name}</Name>
                </PageLink>
                {one.kind === "group" && <Mark>{t("kinds.group")}</Mark>}
              </span>
            </td>
            <td>
              <Name cut>{one.directory}</Name>
            </td>
            {onRemove && (
              <td className="narrow">
                <Button
                  kind="tertiary"
                  icon={iconTrashcan}
                  aria-label={t("removeMember", { name: one.name })}
                  onClick={() => onRemove(one)}
                />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
