/** Small things that the pages of people show alike. */
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, ProblemTold } from "../../parts";
import "./people.css";

/** A name as it is, in its own direction; a long one is cut in lists and whole on hover. */
export function Name({ children, cut = false }: { children: string; cut?: boolean }) {
  return cut ? (
    <bdi className="p-name p-cut" title={children}>
      {children}
    </bdi>
  ) : (
    <bdi className="p-name">{children}</bdi>
  );
}

/** A word about a thing, such as `built in`. */
export function Mark({
  kind = "plain",
  children,
}: {
  kind?: "plain" | "warning" | "off";
  children: ReactNode;
}) {
  return <span className={`p-mark ${kind}`}>{children}</span>;
}

/** The button below a list that fetches the next page. */
export function More({
  query,
}: {
  query: Pick<
    UseInfiniteQueryResult,
    "hasNextPage" | "isFetchingNextPage" | "fetchNextPage" | "isFetchNextPageError" | "error"
  >;
}) {
  const { t } = useTranslation("people");
  if (!query.hasNextPage) return null;
  return (
    <div className="stack p-more">
      {query.isFetchNextPageError && <ProblemTold error={query.error} />}
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t("more")}
      </Button>
    </div>
  );
}
