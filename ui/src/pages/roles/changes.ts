/** The changes of the matrix that are not saved yet, and what they make of a role. */
import type { Role } from "./data";

/** For each role by its identity: the rights that shall be other than they are, and how. */
export type Changes = ReadonlyMap<string, ReadonlyMap<string, boolean>>;

export const NO_CHANGES: Changes = new Map();

/** The rights of the roles, for quick answers. */
export type Held = ReadonlyMap<string, ReadonlySet<string>>;

export const heldBy = (roles: readonly Role[]): Held =>
  new Map(roles.map((role) => [role.id, new Set(role.rights)]));

/** Whether a role holds a right, the unsaved changes counted. */
export const holds = (held: Held, changes: Changes, role: string, right: string): boolean =>
  changes.get(role)?.get(right) ?? held.get(role)?.has(right) ?? false;

/** Turns a right of a role; back to what is stored is no change any more. */
export function turned(held: Held, changes: Changes, role: string, right: string): Changes {
  const wanted = !holds(held, changes, role, right);
  const stored = held.get(role)?.has(right) ?? false;
  const of = new Map(changes.get(role));
  if (wanted === stored) of.delete(right);
  else of.set(right, wanted);
  const next = new Map(changes);
  if (of.size === 0) next.delete(role);
  else next.set(role, of);
  return next;
}

export function without(changes: Changes, role: string): Changes {
  const next = new Map(changes);
  next.delete(role);
  return next;
}

export const countOf = (changes: Changes): number =>
  [...changes.values()].reduce((sum, of) => sum + of.size, 0);

/** The rights of a role with the changes made. */
export function applied(rights: readonly string[], of: ReadonlyMap<string, boolean>): string[] {
  const next = new Set(rights);
  for (const [right, wanted] of of) {
    if (wanted) next.add(right);
    else next.delete(right);
  }
  return [...next].toSorted();
}

/** What still differs from what is stored now: somebody else may have done the same meanwhile. */
export function remaining(held: Held, changes: Changes): Changes {
  const next = new Map<string, ReadonlyMap<string, boolean>>();
  for (const [role, of] of changes) {
    const stored = held.get(role);
    if (stored === undefined) continue;
    const left = new Map([...of].filter(([right, wanted]) => stored.has(right) !== wanted));
    if (left.size > 0) next.set(role, left);
  }
  return next;
}

export interface Difference {
  added: string[];
  removed: string[];
}

/** What was added and removed between two sets of rights. */
export function difference(before: readonly string[], after: readonly string[]): Difference {
  const [old, now] = [new Set(before), new Set(after)];
  return {
    added: after.filter((right) => !old.has(right)).toSorted(),
    removed: before.filter((right) => !now.has(right)).toSorted(),
  };
}
