/** Signature requests: one that is followed while it changes, and those that wait for who is logged on. */
import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, call, type Schema } from "./client";

export type Asked = Schema<"SignatureRequest">;
export type Rules = Schema<"SigningRules">;
export type Given = Schema<"Signature">;

/** How long the server waits for news, in seconds; below the patience of a call. */
const WAIT_S = 20;
const AGAIN_MS = 2_000;

/** Whether nobody can sign it any more. */
export const isOver = (asked: Asked): boolean => asked.state !== "open" && asked.state !== "checking";

const keyOf = (id: string): readonly string[] => ["signature-requests", id];

interface News {
  wait?: number;
  known?: number;
}

const show = (id: string, view: string | undefined, news: News, signal: AbortSignal): Promise<Asked> =>
  call(
    api.GET("/api/v1/signature-requests/{id}", {
      params: { path: { id }, query: { ...(view === undefined ? {} : { view }), ...news } },
      signal,
    }),
  );

/** Takes what the server has just said of a request; what is older than what is known does not count. */
export function tellRequest(client: QueryClient, asked: Asked): void {
  client.setQueriesData<Asked>({ queryKey: keyOf(asked.id) }, (known) =>
    known !== undefined && known.version > asked.version ? known : asked,
  );
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * A request, followed for as long as it is not over: what others sign, and its end, is heard at once.
 * `view` is what the page's address holds beside it.
 */
export function useRequest(id: string | undefined, view?: string) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: [...keyOf(id ?? ""), view ?? ""],
    enabled: id !== undefined,
    queryFn: ({ signal }) => show(id ?? "", view, {}, signal),
  });
  const known = query.data?.version;
  const over = query.data === undefined || isOver(query.data);
  useEffect(() => {
    if (id === undefined || known === undefined || over) return;
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          const news = await show(id, view, { wait: WAIT_S, known }, stop.signal);
          if (news.version > known) {
            tellRequest(client, news);
            return;
          }
        } catch {
          // The page's own question tells what is wrong; this one goes on.
          await pause(AGAIN_MS, stop.signal);
        }
      }
    };
    void follow();
    return () => stop.abort();
  }, [id, view, known, over, client]);
  return query;
}

/** What waits for whoever is logged on, the oldest first. */
export const waitingQuery = queryOptions({
  queryKey: ["waiting"],
  queryFn: ({ signal }) => call(api.GET("/api/v1/signature-requests/waiting", { signal })),
  refetchInterval: 10_000,
});

/** The address of a request's page, or of what belongs to it. */
export function addressOf(part: "record" | "document", id: string, view: string | undefined): string {
  const search = view === undefined ? "" : `?view=${encodeURIComponent(view)}`;
  return `/api/v1/signature-requests/${encodeURIComponent(id)}/${part}${search}`;
}
