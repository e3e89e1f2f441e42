/** Signature requests as the server has them. */
import { queryOptions } from "@tanstack/react-query";
import { api, call } from "../../api/client";
import type { Params } from "../../parts/address";
import { isOpen, type Request, STATES } from "../../parts/signature/rules";

/** Requests of a page; more of them come as the reader goes on. */
const PAGE = 50;

/** So often an open request is read again. */
const AGAIN_MS = 5_000;

/** What the list is asked for: the server takes one of them at a time. */
export interface Filter {
  state?: string;
  object?: string;
  person?: string;
}

/** The filter of an address; the first that is there counts. */
export function filterOf({ state, object, person }: Params): Filter {
  if (state !== undefined && STATES.some((one) => one === state)) return { state };
  if (object !== undefined && object.trim() !== "") return { object: [...object].slice(0, 200).join("") };
  return person === undefined || person === "" ? {} : { person };
}

export const requestsPage = (filter: Filter, after: string, signal: AbortSignal) =>
  call(
    api.GET("/api/v1/signature-requests", {
      params: { query: { ...filter, limit: PAGE, ...(after === "" ? {} : { after }) } },
      signal,
    }),
  );

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ["signature-requests", "one", id],
    queryFn: ({ signal }): Promise<Request> =>
      call(api.GET("/api/v1/signature-requests/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && !isOpen(state.data.state) ? false : AGAIN_MS),
  });

/** How many signatures there are, and how many the rules ask for. */
export function counted({ signatures, rules }: Request): { given: number; asked: number } {
  return { given: signatures.length, asked: rules.steps.reduce((sum, step) => sum + step.count, 0) };
}
