/** How everything stands now, as the server tells it. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";

export type Overview = Schema<"Overview">;
export type Events = Schema<"EventsNow">;
export type Hour = Schema<"LogOnsOfHour">;
export type Directory = Schema<"DirectoryNow">;

export const POLL_MS = 5_000;

/** Figures older than this are no longer those of now; some polls may be missed before. */
export const STALE_MS = 3 * POLL_MS;

export const overviewQuery = queryOptions({
  queryKey: ["overviews"],
  refetchInterval: POLL_MS,
  queryFn: ({ signal }): Promise<Overview> => call(api.GET("/api/v1/overview", { signal })),
});
