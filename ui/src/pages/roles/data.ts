/** Roles and the rights that there are, as the server tells them. */
import { useQuery } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";
import { useAccess } from "../../app/access";

export type Role = Schema<"Role">;
export type Application = Schema<"Application">;

/** Reads a list to its end, page by page. */
export async function whole<T>(
  page: (after: string) => Promise<{ items: T[]; next?: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  let after = "";
  for (;;) {
    const { items, next } = await page(after);
    all.push(...items);
    if (!next) return all;
    after = next;
  }
}

const from = (after: string): { after?: string } => (after === "" ? {} : { after });

/** Every role with its rights. */
export const rolesQuery = {
  queryKey: ["roles", "all"],
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<Role[]> =>
    whole((after) =>
      call(api.GET("/api/v1/roles", { params: { query: { limit: 500, ...from(after) } }, signal })),
    ),
  staleTime: 10_000,
};

/** Every application with its rights, once they are wanted; nothing for who may not see applications. */
export function useApplications(wanted = true): {
  known: boolean;
  all: readonly Application[];
  error: unknown;
} {
  const { may } = useAccess();
  const allowed = may("applications.read") && wanted;
  const query = useQuery({
    queryKey: ["applications", "rights"],
    queryFn: ({ signal }) =>
      whole((after) =>
        call(api.GET("/api/v1/applications", { params: { query: { limit: 500, ...from(after) } }, signal })),
      ),
    enabled: allowed,
    staleTime: 10_000,
  });
  return {
    known: !allowed || query.data !== undefined || query.error !== null,
    all: query.data ?? [],
    error: query.error,
  };
}

/** The built-in roles by their names, which never change. */
const ADMINISTRATOR = "Administrator";

/** Whether nothing of a role can be changed. */
export const isFixed = (role: Role): boolean => role.built_in && role.name === ADMINISTRATOR;
