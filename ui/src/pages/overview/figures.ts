/** The numbers of the overview, each with the page that shows what it counts. */
import { TYPES } from "../events/types";
import type { To } from "../people/go";
import type { Events, Overview } from "./data";

export type FigureName =
  | "running"
  | "emergency"
  | "inUse"
  | "registered"
  | "up"
  | "down"
  | "entries"
  | "checkpoint"
  | "hour"
  | "day";

export interface Figure {
  name: FigureName;
  /** A count, or a moment that is told as how long ago it was; none where there is none. */
  value: number | { at: string } | undefined;
  to: To;
  /** What is selected there. */
  id?: string;
  /** The filter there. */
  search: Record<string, string>;
  /** Whether somebody should look at it. */
  bad: boolean;
}

export const TILES = [
  "sessions",
  "stations",
  "directories",
  "log",
  "logOns",
  "refused",
  "failures",
  "alarms",
] as const;
export type TileName = (typeof TILES)[number];

export interface Tile {
  name: TileName;
  figures: [Figure, Figure];
}

const ALARMS = TYPES.filter((type) => type.severity === "alarm").map((type) => type.id);

/** Which events are counted as what. */
const COUNTED = {
  logOns: { of: "log_ons", search: { type: "logged-on,user-changed" } },
  refused: { of: "refused", search: { type: "log-on-refused,log-ons-refused" } },
  failures: { of: "failures", search: { result: "failed" } },
  alarms: { of: "alarms", search: { type: ALARMS.join(",") } },
} as const;

const MINUTE_MS = 60_000;

/** The beginning of the last so many minutes; the server counts whole minutes, the present one among them. */
export const beginOf = (minutes: number, at: string): string =>
  new Date((Math.floor(Date.parse(at) / MINUTE_MS) - minutes + 1) * MINUTE_MS).toISOString();

function counted(name: keyof typeof COUNTED, at: string, { last_hour, last_day }: Events): Tile {
  const { of, search } = COUNTED[name];
  const figure = (span: "hour" | "day", minutes: number, value: number): Figure => ({
    name: span,
    value,
    to: "events",
    search: { ...search, from: beginOf(minutes, at) },
    bad: value > 0 && (name === "alarms" || (name === "failures" && span === "hour")),
  });
  return { name, figures: [figure("hour", 60, last_hour[of]), figure("day", 24 * 60, last_day[of])] };
}

/** The tiles that the reader may see, in their order. */
export function tilesOf({ at, sessions, stations, events, directories, log }: Overview): Tile[] {
  const tiles: Tile[] = [];
  const figure = (
    name: FigureName,
    value: Figure["value"],
    to: To,
    search: Figure["search"] = {},
  ): Figure => ({ name, value, to, search, bad: false });
  if (sessions) {
    const emergency = figure("emergency", sessions.emergency, "sessions", { emergency: "yes" });
    tiles.push({
      name: "sessions",
      figures: [
        figure("running", sessions.running, "sessions"),
        { ...emergency, bad: sessions.emergency > 0 },
      ],
    });
  }
  if (stations) {
    tiles.push({
      name: "stations",
      figures: [
        figure("inUse", stations.in_use, "sessions", { station: "yes" }),
        figure("registered", stations.all, "stations"),
      ],
    });
  }
  const used = directories.filter((directory) => directory.enabled);
  const down = used.filter((directory) => !directory.up);
  const [only] = down;
  tiles.push({
    name: "directories",
    figures: [
      figure("up", used.length - down.length, "directories"),
      {
        ...figure("down", down.length, "directories"),
        bad: down.length > 0,
        ...(only !== undefined && down.length === 1 ? { id: only.id } : {}),
      },
    ],
  });
  const newest = log.checkpoint_at ? { at: log.checkpoint_at } : undefined;
  tiles.push({
    name: "log",
    figures: [
      figure("entries", log.size, "events"),
      { ...figure("checkpoint", newest, "events"), bad: !log.writable },
    ],
  });
  for (const name of ["logOns", "refused", "failures", "alarms"] as const) {
    if (events) tiles.push(counted(name, at, events));
  }
  return tiles;
}
