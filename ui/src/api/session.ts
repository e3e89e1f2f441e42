/** Who is logged on in this browser: asked once, then told by the live stream. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, call, type Schema } from "./client";
import { isSessionOver } from "./problem";

/** A session; rights and the end of the password are told to the person alone. */
export type Session = Schema<"Session">;

/** What is known before anybody is logged on. */
export type Options = Schema<"LogOnOptions">;

/** The key under which the session is kept; `null` when nobody is logged on. */
export const SESSION = ["session"] as const;

/** The session, or `null`. */
export const sessionQuery = queryOptions({
  queryKey: SESSION,
  staleTime: 30_000,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await call(api.GET("/api/v1/sessions/current", { signal }));
    } catch (problem) {
      if (isSessionOver(problem)) return null;
      throw problem;
    }
  },
});

/** The session that is over and whose unsaved work waits for its person; told only to that work. */
export const Waiting = createContext<Session | null>(null);

/** The session of this browser; `undefined` while it is not known. */
export function useSession(): Session | null | undefined {
  const { data } = useQuery(sessionQuery);
  const waiting = useContext(Waiting);
  return data === null ? waiting : data;
}

/** The notice, the directories and what else is known before anybody is logged on. */
export const logOnOptions = queryOptions({
  queryKey: ["logon"],
  queryFn: ({ signal }): Promise<Options> => call(api.GET("/api/v1/logon", { signal })),
  // Tells a page that waits for somebody that the server is gone, or there again.
  refetchInterval: 5_000,
});

/** Logs off; the session is gone here whatever the server says, because its cookie may be gone too. */
export function useLogOff(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    try {
      await call(api.DELETE("/api/v1/sessions/current"));
    } catch (problem) {
      if (!isSessionOver(problem)) throw problem;
    }
    client.setQueryData(SESSION, null);
  };
}
