import { iconAdd } from "@siemens/ix-icons/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, Loaded, Page, ProblemTold } from "../../parts";
import { useGo } from "../people/go";
import { type Directory, directoriesQuery, movedTo } from "./data";
import { Table } from "./table";
import "./directories.css";

/** Every directory, in the order in which the log-on offers them. */
export function DirectoryList() {
  const { t } = useTranslation("directories");
  const mayChange = useAccess().may("directories.manage");
  const go = useGo();
  const query = useQuery(directoriesQuery);
  const { move, said, error } = useOrder(query.data ?? []);
  return (
    <Page
      title={t("app:menu.directories")}
      subtitle={t("about")}
      actions={
        mayChange && (
          <Button kind="primary" icon={iconAdd} onClick={() => go("directories", "new")}>
            {t("new")}
          </Button>
        )
      }
    >
      <ProblemTold error={error} />
      <Loaded query={query}>
        {(all) => (
          <section className="d-list" aria-label={t("app:menu.directories")}>
            <Table all={all} {...(mayChange && all.length > 1 ? { move } : {})} />
          </section>
        )}
      </Loaded>
      <p className="unseen" aria-live="polite">
        {said}
      </p>
    </Page>
  );
}

/** Changes the order: shown at once, put back if the server refuses it. */
function useOrder(all: readonly Directory[]) {
  const { t } = useTranslation("directories");
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const ids = (list: readonly Directory[]): string[] => list.map(({ id }) => id);
  const order = useMutation({
    // One after the other: a quick second move builds on the first.
    scope: { id: "directories-order" },
    mutationFn: ({ before, after }: { before: Directory[]; after: Directory[] }) =>
      call(api.PUT("/api/v1/directories/order", { body: { before: ids(before), after: ids(after) } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["directories"] }),
  });
  const move = (id: string, to: number): void => {
    const before = client.getQueryData(directoriesQuery.queryKey) ?? [...all];
    const moved = before.find((one) => one.id === id);
    if (moved === undefined || to < 0 || to >= before.length || before.indexOf(moved) === to) return;
    const after = movedTo(before, id, to);
    void client.cancelQueries({ queryKey: directoriesQuery.queryKey });
    client.setQueryData(directoriesQuery.queryKey, after);
    setSaid(t("moved", { name: moved.name, place: to + 1, of: after.length }));
    order.mutate({ before, after });
  };
  return { move, said, error: order.error };
}
