/** The running sessions, as they are now. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";

export type Session = Schema<"Session">;

/** Every running session; asked again every few seconds while somebody looks. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions", "every"],
  refetchInterval: 5_000,
  queryFn: async ({ signal }): Promise<Session[]> =>
    (await call(api.GET("/api/v1/sessions", { signal }))).items,
});

/** Who is in charge at each station that somebody is in charge of. */
export const byStation = (sessions: readonly Session[]): Map<string, Session> =>
  new Map(sessions.flatMap((session) => (session.station ? [[session.station.id, session]] : [])));

export interface Wanted {
  text: string;
  /** `yes` at a station, `no` without one, else both. */
  station: string;
  /** `yes` for emergency sessions alone. */
  emergency: string;
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** The sessions that a filter means; every word must stand in a name of the session. */
export function wantedOf(sessions: readonly Session[], { text, station, emergency }: Wanted): Session[] {
  const words = fold(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  return sessions.filter((session) => {
    if (station === "yes" && !session.station) return false;
    if (station === "no" && session.station) return false;
    if (emergency === "yes" && session.emergency !== true) return false;
    const names = [session.person, session.user, session.directory, session.station, ...session.roles];
    const told = fold(names.map((named) => named?.name ?? "").join("\n"));
    return words.every((word) => told.includes(word));
  });
}

export const SORTS = ["person", "station", "started"] as const;
export type Sort = (typeof SORTS)[number];

/** The order that an address asks for: a column's name, with `-` before it downwards. */
export function sortOf(asked: string | undefined): { by: Sort; down: boolean } {
  const down = asked?.startsWith("-") ?? true;
  const by = SORTS.find((sort) => sort === asked?.replace(/^-/, ""));
  return by === undefined ? { by: "started", down: true } : { by, down };
}

/** The sessions in order; those without a station come last either way. */
export function sorted(
  sessions: readonly Session[],
  { by, down }: { by: Sort; down: boolean },
  compare: (a: string, b: string) => number,
): Session[] {
  const sign = down ? -1 : 1;
  return sessions.toSorted((a, b) => {
    if (by === "started") return sign * (Date.parse(a.started_at) - Date.parse(b.started_at));
    if (by === "person") return sign * compare(a.person.name, b.person.name);
    if (!a.station || !b.station) return Number(!a.station) - Number(!b.station);
    return sign * compare(a.station.name, b.station.name);
  });
}
