/** Filters and selections that stand in the address, so that reload, back and deep links keep them. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type Params = Record<string, string | undefined>;

/** The parameters behind the question mark; all are texts. */
export const useParamsOfAddress = (): Params => useSearch({ strict: false }) as Params;

/**
 * Reads and changes parameters of the address. A change replaces the present entry of the history
 * (typing leaves no trail) unless `push` is asked for (a selection that the back button takes back).
 */
export function useAddress(): [Params, (changes: Params, push?: boolean) => void] {
  const params = useParamsOfAddress();
  const navigate = useNavigate();
  const change = useCallback(
    (changes: Params, push = false) => {
      void navigate({
        to: ".",
        search: (before: Params) => withoutEmpty({ ...before, ...changes }),
        replace: !push,
        resetScroll: false,
      } as never);
    },
    [navigate],
  );
  return [params, change];
}

export const withoutEmpty = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined && value !== ""));
