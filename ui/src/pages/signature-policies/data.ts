/** Signature policies as the server has them. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";
import { everyPage, pageQuery } from "../areas/data";

export type Policy = Schema<"SignaturePolicy">;
export type Version = Schema<"SignaturePolicyVersion">;
export type Named = Schema<"Named">;

export const showPolicy = (id: string, signal?: AbortSignal): Promise<Policy> =>
  call(api.GET("/api/v1/signature-policies/{id}", { params: { path: { id } }, signal: signal ?? null }));

export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: ["signature-policies", "one", id],
    queryFn: ({ signal }) => showPolicy(id, signal),
  });

/** Every policy: there are as many as kinds of acts that are signed. */
export const policiesQuery = queryOptions({
  queryKey: ["signature-policies", "every"],
  queryFn: ({ signal }): Promise<Policy[]> =>
    everyPage((after) =>
      call(api.GET("/api/v1/signature-policies", { params: { query: pageQuery("", after, 500) }, signal })),
    ),
  staleTime: 10_000,
});

/** The policies that count for the same act in the same area: of two nobody could say which one holds. */
export function clashing(
  own: { id?: string | undefined; enabled: boolean; actions: readonly string[]; areas: readonly Named[] },
  all: readonly Policy[],
): Policy[] {
  if (!own.enabled) return [];
  const areas = new Set(own.areas.map((area) => area.id));
  return all.filter(
    (other) =>
      other.enabled &&
      other.id !== own.id &&
      other.actions.some((action) => own.actions.includes(action.name)) &&
      other.areas.some((area) => areas.has(area.id)),
  );
}
