/** The plant as a tree: what is seen of it, where the keys lead, and what may be moved where. */
import type { Area } from "./data";

/** A line of the tree as it is seen. */
export interface Row {
  area: Area;
  /** From 1 at the plant itself. */
  level: number;
  /** Its place among its siblings that are seen, from 1, and how many those are. */
  place: number;
  size: number;
  /** Whether areas below it are there, and whether they are shown. */
  branch: boolean;
  open: boolean;
  /** Whether it is what was searched for. */
  hit: boolean;
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** The areas below each area, in the reader's order. */
export function childrenOf(
  areas: readonly Area[],
  compare: (a: string, b: string) => number,
): Map<string, Area[]> {
  const known = new Set(areas.map((area) => area.id));
  const below = new Map<string, Area[]>();
  for (const area of areas) {
    // One whose parent is not among them stands at the top, so that none is ever out of sight.
    const parent = area.parent && known.has(area.parent) ? area.parent : "";
    const list = below.get(parent);
    if (list === undefined) below.set(parent, [area]);
    else list.push(area);
  }
  for (const list of below.values()) list.sort((a, b) => compare(a.name, b.name));
  return below;
}

/** Plants with more areas begin with only the first level open. */
const OPEN_AT_ONCE = 200;

/** In a large plant only what lies right below the top is seen at first. */
export function closedAtFirst(areas: readonly Area[]): ReadonlySet<string> {
  if (areas.length <= OPEN_AT_ONCE) return new Set();
  const branches = [...childrenOf(areas, () => 0).keys()];
  return new Set(branches.filter((id) => areas.some((area) => area.id === id && area.parent)));
}

/** Whether an area is meant by a search: by a part of its name, or of its path where a `/` is typed. */
export function meant(area: Area, text: string): boolean {
  const wanted = fold(text.trim());
  if (wanted === "") return false;
  return fold(wanted.includes("/") ? area.path : area.name).includes(wanted);
}

export interface Seen {
  /** Areas whose branches are closed. */
  closed: ReadonlySet<string>;
  /** What is searched for; then only what is meant and the way to it is seen, all of it open. */
  text: string;
  compare: (a: string, b: string) => number;
}

/** The lines of the tree from top to bottom. */
export function rowsOf(areas: readonly Area[], { closed, text, compare }: Seen): Row[] {
  const below = childrenOf(areas, compare);
  const searching = text.trim() !== "";
  const kept = searching ? wayTo(areas, (area) => meant(area, text)) : undefined;
  const rows: Row[] = [];
  const add = (parent: string, level: number): void => {
    const seen = (below.get(parent) ?? []).filter((area) => kept?.has(area.id) ?? true);
    seen.forEach((area, at) => {
      const branch = (below.get(area.id) ?? []).some((child) => kept?.has(child.id) ?? true);
      const open = branch && (searching || !closed.has(area.id));
      const hit = searching && meant(area, text);
      rows.push({ area, level, place: at + 1, size: seen.length, branch, open, hit });
      if (open) add(area.id, level + 1);
    });
  };
  add("", 1);
  return rows;
}

/** The areas that are meant and all above them. */
function wayTo(areas: readonly Area[], wanted: (area: Area) => boolean): Set<string> {
  const byId = new Map(areas.map((area) => [area.id, area]));
  const kept = new Set<string>();
  for (const area of areas.filter(wanted)) {
    let on: Area | undefined = area;
    while (on !== undefined && !kept.has(on.id)) {
      kept.add(on.id);
      on = on.parent ? byId.get(on.parent) : undefined;
    }
  }
  return kept;
}

/** Whether an area is another one or lies somewhere below it. */
export function isWithin(areas: readonly Area[], id: string, other: string): boolean {
  const byId = new Map(areas.map((area) => [area.id, area]));
  let steps = 0;
  for (let on = byId.get(id); on !== undefined && steps <= areas.length; steps += 1) {
    if (on.id === other) return true;
    on = on.parent ? byId.get(on.parent) : undefined;
  }
  return false;
}

/** Whether an area can be moved below another: not the plant itself, not below itself, not where it is. */
export function canMove(areas: readonly Area[], id: string, below: string): boolean {
  const area = areas.find((one) => one.id === id);
  if (!area?.parent || area.parent === below) return false;
  return areas.some((one) => one.id === below) && !isWithin(areas, below, id);
}

/** How many areas lie below one. */
export const countBelow = (areas: readonly Area[], id: string): number =>
  areas.filter((area) => area.id !== id && isWithin(areas, area.id, id)).length;

/** What a key does in the tree. */
export interface Step {
  /** The area that is selected next. */
  to?: string;
  /** The area whose branch is opened or closed. */
  toggle?: string;
}

/** Where a key leads from a line, by the pattern of trees; `undefined` for keys that mean nothing. */
export function stepOf(rows: readonly Row[], id: string | undefined, key: string): Step | undefined {
  const at = rows.findIndex((row) => row.area.id === id);
  const here = rows[at];
  const to = (row: Row | undefined): Step => (row === undefined ? {} : { to: row.area.id });
  switch (key) {
    case "ArrowDown":
      return to(rows[Math.min(at + 1, rows.length - 1)]);
    case "ArrowUp":
      return to(rows[Math.max(at - 1, 0)]);
    case "Home":
      return to(rows[0]);
    case "End":
      return to(rows[rows.length - 1]);
    case "ArrowRight":
      if (here === undefined || !here.branch) return {};
      return here.open ? to(rows[at + 1]) : { toggle: here.area.id };
    case "ArrowLeft":
      if (here === undefined) return {};
      return here.open ? { toggle: here.area.id } : to(rows.find((row) => row.area.id === here.area.parent));
    default:
      return key.length === 1 && key !== " " ? to(nextBy(rows, at, key)) : undefined;
  }
}

/** The next line whose name begins with a letter, from here around. */
function nextBy(rows: readonly Row[], at: number, letter: string): Row | undefined {
  const order = [...rows.slice(at + 1), ...rows.slice(0, at + 1)];
  return order.find((row) => fold(row.area.name).startsWith(fold(letter)));
}
