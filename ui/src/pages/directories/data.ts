/** The directories as the page reads them. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";

export type Directory = Schema<"Directory">;
export type Ldap = Schema<"Ldap">;
export type Health = Schema<"ServerHealth">;

/** So often it is asked how the servers are. */
const HEALTH_MS = 5_000;

export const directoriesQuery = queryOptions({
  queryKey: ["directories", "every"],
  queryFn: async ({ signal }): Promise<Directory[]> =>
    (await call(api.GET("/api/v1/directories", { params: { query: { limit: 500 } }, signal }))).items,
  refetchInterval: HEALTH_MS,
});

export const showDirectory = (id: string, signal?: AbortSignal): Promise<Directory> =>
  call(api.GET("/api/v1/directories/{id}", { params: { path: { id } }, signal: signal ?? null }));

export const directoryQuery = (id: string) =>
  queryOptions({
    queryKey: ["directories", "one", id],
    queryFn: ({ signal }) => showDirectory(id, signal),
    refetchInterval: HEALTH_MS,
  });

/** The first that is switched on: the log-on offers it chosen. */
export const defaultOf = (all: readonly Directory[]): Directory | undefined =>
  all.find((directory) => directory.enabled);

/** The same list with one thing at another place. */
export function movedTo<T extends { id: string }>(all: readonly T[], id: string, to: number): T[] {
  const moved = all.find((one) => one.id === id);
  if (moved === undefined) return [...all];
  const rest = all.filter((one) => one.id !== id);
  return [...rest.slice(0, to), moved, ...rest.slice(to)];
}
