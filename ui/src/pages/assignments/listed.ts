/** Which assignments a filter means, and in which order. */
import type { Area } from "../areas/data";
import type { Assignment, Named } from "./data";

export interface Wanted {
  /** Every word must stand in a name of the assignment. */
  text: string;
  /** The identity of a role, or nothing. */
  role: string;
  /** Those that count in this area: given there or above it. */
  area: string;
  /** Those of this user or group itself. */
  principal: string;
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** An area and all above it. */
export function upFrom(areas: readonly Area[], id: string): Set<string> {
  const byId = new Map(areas.map((area) => [area.id, area]));
  const way = new Set([id]);
  for (let on = byId.get(id)?.parent; on && !way.has(on); on = byId.get(on)?.parent) way.add(on);
  return way;
}

export function wantedOf(
  all: readonly Assignment[],
  { text, role, area, principal }: Wanted,
  areas: readonly Area[],
): Assignment[] {
  const words = fold(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  const counting = area === "" ? undefined : upFrom(areas, area);
  return all.filter((one) => {
    if (role !== "" && one.role.id !== role) return false;
    if (principal !== "" && one.principal.id !== principal) return false;
    if (counting !== undefined && !one.areas.some((given) => counting.has(given.id))) return false;
    if (words.length === 0) return true;
    const { name, directory } = one.principal;
    const named = [...one.areas, ...one.stations, one.role].map((thing) => thing.name);
    const told = fold([name, directory, ...named].join("\n"));
    return words.every((word) => told.includes(word));
  });
}

/** Names in one line, in the reader's order: the server has them in the order in which they were made. */
export const namesOf = (things: readonly Named[], compare: (a: string, b: string) => number): string =>
  things
    .map((one) => one.name)
    .toSorted(compare)
    .join(", ");

export const SORTS = ["who", "role", "areas"] as const;
export type Sort = (typeof SORTS)[number];

/** The order that an address asks for: a column's name, with `-` before it downwards. */
export function sortOf(asked: string | undefined): { by: Sort; down: boolean } {
  const by = SORTS.find((sort) => sort === asked?.replace(/^-/, ""));
  return by === undefined ? { by: "who", down: false } : { by, down: asked?.startsWith("-") ?? false };
}

/** In the reader's order; what is the same there is ordered by the other columns. */
export function sorted(
  all: readonly Assignment[],
  { by, down }: { by: Sort; down: boolean },
  compare: (a: string, b: string) => number,
): Assignment[] {
  const told = (one: Assignment): Record<Sort, string> => ({
    who: one.principal.name,
    role: one.role.name,
    areas: namesOf(one.areas, compare),
  });
  const keys = new Map(all.map((one) => [one.id, told(one)]));
  const order = [by, ...SORTS.filter((other) => other !== by)];
  return all.toSorted((a, b) => {
    for (const key of order) {
      const found = compare(keys.get(a.id)?.[key] ?? "", keys.get(b.id)?.[key] ?? "");
      if (found !== 0) return key === by && down ? -found : found;
    }
    return 0;
  });
}

/** Whether an assignment has not begun yet, is over, or neither. */
export function stateOf(one: Pick<Assignment, "from" | "until">, now: number): "coming" | "over" | "now" {
  if (one.until && Date.parse(one.until) <= now) return "over";
  return one.from && Date.parse(one.from) > now ? "coming" : "now";
}
