/** What the pages of users and groups ask the server for. */
import { useQuery } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";
import { useAccess } from "../../app/access";

export type User = Schema<"User">;
export type Group = Schema<"Group">;
export type Found = Schema<"FoundPrincipal">;
export type Directory = Schema<"Directory">;
export type Kind = "user" | "group";

/** The directory choice that stands for every directory. */
export const EVERY = "all";

/** The directories in the order of the working environment, the built-in one first. */
export function inOrder(directories: readonly Directory[]): Directory[] {
  const rank = (one: Directory): number => (one.kind === "local" ? 0 : 1);
  return directories.toSorted((a, b) => rank(a) - rank(b) || a.position - b.position);
}

export interface Directories {
  /** Whether they are known, or never will be because the reader may not see them. */
  known: boolean;
  /** Empty for who may not see directories; users and groups then come from all of them. */
  all: readonly Directory[];
  error: unknown;
  retry: () => void;
}

/** The directories to choose from. */
export function useDirectories(): Directories {
  const { may } = useAccess();
  const allowed = may("directories.read");
  const query = useQuery({
    queryKey: ["directories", "choice"],
    queryFn: ({ signal }) =>
      call(api.GET("/api/v1/directories", { params: { query: { limit: 500 } }, signal })),
    enabled: allowed,
    staleTime: 30_000,
  });
  return {
    known: !allowed || query.data !== undefined || query.error !== null,
    all: inOrder(query.data?.items ?? []),
    error: query.error,
    retry: () => void query.refetch(),
  };
}

/** The directory that a list shows: the one in the address, else the first; `undefined` is every one. */
export const chosen = (
  directories: readonly Directory[],
  wanted: string | undefined,
): Directory | undefined =>
  wanted === EVERY ? undefined : (directories.find((one) => one.id === wanted) ?? directories[0]);

/** A search in a directory: by its own search where it is another one. */
export const searchDirectory = (
  id: string,
  kind: Kind,
  text: string,
  signal: AbortSignal,
): Promise<Found[]> =>
  call(
    api.GET("/api/v1/directories/{id}/search", {
      params: { path: { id }, query: { kind, text } },
      signal,
    }),
  ).then((list) => list.items);

/** Whom a directory told of and who does not stand in the list of the known ones. */
export function strangers(found: readonly Found[], known: readonly { id: string }[]): Found[] {
  const ids = new Set(known.map((one) => one.id));
  return found.filter((one) => one.id === undefined || one.id === null || !ids.has(one.id));
}
