/**
 * Keeps the session of this browser true: the live stream tells of changes, what people do tells the
 * server that they are there.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, call } from "../api/client";
import { listen } from "../api/live";
import { SESSION, type Session, sessionQuery } from "../api/session";

/** Hears of changes to the own session for as long as there is one. */
export function useLiveSession(): void {
  const client = useQueryClient();
  const id = useQuery(sessionQuery).data?.id;
  useEffect(() => {
    if (id === undefined) return;
    return listen<Session>({
      path: "/api/v1/stream",
      event: "session",
      told: (session) => client.setQueryData(SESSION, session),
      ended: () => client.setQueryData(SESSION, null),
      expired: () => undefined,
      goesOn: async () => {
        await client.invalidateQueries({ queryKey: SESSION });
        return (await client.fetchQuery({ ...sessionQuery, staleTime: 0, retry: false }))?.id === id;
      },
    });
  }, [id, client]);
}

/** How often at most what people do is told to the server. */
const TELL_MS = 20_000;
const SIGNS = ["pointerdown", "keydown", "wheel"] as const;

/** Tells the server that somebody is here: then the session counts anew as not idle. */
export async function stay(): Promise<Session> {
  return call(api.POST("/api/v1/sessions/current/activity"));
}

/** A touch, a key or a turn of the wheel keeps the person logged on. */
export function useActivity(): void {
  const client = useQueryClient();
  const id = useQuery(sessionQuery).data?.id;
  useEffect(() => {
    if (id === undefined) return;
    let told = Date.now();
    const act = (): void => {
      if (Date.now() - told < TELL_MS) return;
      told = Date.now();
      stay().then(
        (session) => client.setQueryData(SESSION, session),
        // A lost connection shows itself; the next sign of life tries again.
        () => {
          told = 0;
        },
      );
    };
    for (const sign of SIGNS) window.addEventListener(sign, act, { passive: true, capture: true });
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, act, { capture: true });
    };
  }, [id, client]);
}
