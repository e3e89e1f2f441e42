/** The reason of a decision, as the server tells it (`pforte_model::policy::{Explain, Way}`). */

export interface Named {
  id: string;
  name: string;
}

export type Missing =
  | { what: "enabled" }
  | { what: "unknown-right"; asked: string }
  | { what: "unknown-area"; asked: string }
  | { what: "role"; roles: Named[] }
  | { what: "area"; holds_in: Named[] }
  | { what: "station"; here: Named | null; holds_at: Named[] }
  | { what: "time"; from: number | null; until: number | null; schedule: Span[] | null }
  | { what: "strength"; needed: string | null; proved: string | null };

/** Minutes of the week, Monday 00:00 is 0; the end is the first minute outside. */
export interface Span {
  from: number;
  to: number;
}

export interface GroupStep extends Named {
  told: "directory" | "local";
  /** Its directory alone knows it; it has no page. */
  foreign?: boolean;
}

export interface Path {
  groups: GroupStep[];
  assignment: string;
  role: Named;
  area: Named | null;
}

export interface Conditions {
  areas: Named[];
  /** None: at any. */
  stations: Named[] | null;
  schedule: Span[] | null;
  /** Microseconds since 1970. */
  from: number | null;
  until: number | null;
  strength: string | null;
}

export type Unmet = "area" | "station" | "time" | "strength";

export interface Way extends Path {
  /** Absent where only the one way that decided was told. */
  conditions?: Conditions;
  unmet: Unmet[];
}

export interface Reason {
  allowed: boolean;
  user: Named;
  right: Named | null;
  area: Named | null;
  path: Path | null;
  missing: Missing | null;
  ways?: Way[];
}

/** So many ways the server tells at most. */
export const MOST_WAYS = 50;

const isUnmet = (what: Missing["what"] | undefined): what is Unmet =>
  what === "area" || what === "station" || what === "time" || what === "strength";

/** The ways, the one that decided first; that one alone where the others were not asked for. */
export function waysOf({ path, missing, ways }: Reason): Way[] {
  if (ways !== undefined && ways.length > 0) return ways;
  if (path === null) return [];
  return [{ ...path, unmet: isUnmet(missing?.what) ? [missing.what] : [] }];
}

/** What the sentence about what is missing names. */
export function namesOf(missing: Missing): string[] {
  switch (missing.what) {
    case "role":
      return missing.roles.map(({ name }) => name);
    case "area":
      return missing.holds_in.map(({ name }) => name);
    case "station":
      return missing.holds_at.map(({ name }) => name);
    case "unknown-right":
    case "unknown-area":
      return [missing.asked];
    case "strength":
      return missing.needed === null ? [] : [missing.needed];
    default:
      return [];
  }
}
