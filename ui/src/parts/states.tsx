/** What a list or a page shows while it has nothing to show. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { ProblemTold } from "./ProblemTold";

export interface ProgressProps {
  /** What is under way. */
  label?: string;
  /** From 0 to 1 where it is known. */
  part?: number;
}

/** Long work, with how far it is where that is known. */
export function Progress({ label, part }: ProgressProps) {
  const { t } = useTranslation("parts");
  const told = label ?? t("loading");
  return (
    <div className="progress" role="status">
      <span>{told}</span>
      <progress aria-label={told} {...(part === undefined ? {} : { value: part })} max={1} />
    </div>
  );
}

/** Nothing is there: why, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty" role="status">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** A failure with a button that tries again. */
export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation("parts");
  return (
    <ProblemTold error={error}>
      <Button onClick={retry}>{t("tryAgain")}</Button>
    </ProblemTold>
  );
}

export interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, "data" | "error" | "isPending" | "refetch">;
  /** Whether the answer holds nothing to show. */
  isEmpty?: (data: T) => boolean;
  /** Shown instead of nothing. */
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/**
 * Loading, failed, empty or there. What was loaded before stays in sight when a later question fails,
 * with the failure above it.
 */
export function Loaded<T>({ query, isEmpty, empty, children }: LoadedProps<T>) {
  const retry = (): void => void query.refetch();
  if (query.data === undefined) {
    return query.error === null ? <Progress /> : <Failed error={query.error} retry={retry} />;
  }
  return (
    <>
      {query.error !== null && <Failed error={query.error} retry={retry} />}
      {isEmpty?.(query.data) === true ? empty : children(query.data)}
    </>
  );
}
