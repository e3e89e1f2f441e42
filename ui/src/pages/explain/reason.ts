/** The reason of a decision, as the server tells it (`pforte_model::policy::Explain`). */

interface Named {
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
  | { what: "time"; from: number | null; until: number | null; schedule: unknown }
  | { what: "strength"; needed: string | null; proved: string | null };

export interface Reason {
  allowed: boolean;
  user: Named;
  right: Named | null;
  area: Named | null;
  path: {
    groups: (Named & { told: "directory" | "local" })[];
    role: Named;
    area: Named | null;
  } | null;
  missing: Missing | null;
}

export type StepKind = "user" | "group" | "role" | "right";

export interface Step {
  kind: StepKind;
  name: string;
  /** Of a group: who tells of the membership. */
  told?: "directory" | "local";
  /** Of a role: the area of the assignment. */
  area?: string;
}

/** The way from the person to the right, as far as it goes. */
export function stepsOf(reason: Reason): Step[] {
  const user: Step = { kind: "user", name: reason.user.name };
  const { path } = reason;
  if (path === null) return [user];
  const groups = path.groups.map(({ name, told }): Step => ({ kind: "group", name, told }));
  const role: Step = {
    kind: "role",
    name: path.role.name,
    ...(path.area === null ? {} : { area: path.area.name }),
  };
  const right: Step[] = reason.right === null ? [] : [{ kind: "right", name: reason.right.name }];
  return [user, ...groups, role, ...right];
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
