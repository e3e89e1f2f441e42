import { useRef } from "react";
import type { Schema } from "../../api/client";
import { same } from "../../parts/edit";
import type { User } from "./data";

/** What of a user differs from what is stored; the rest is not sent, so that nobody else's change is undone. */
export function changesOf(value: User, stored: User): Omit<Schema<"ChangeUser">, "version"> {
  return {
    ...(value.label === stored.label ? {} : { label: value.label }),
    ...(value.login === stored.login ? {} : { login: value.login }),
    ...(value.essential === stored.essential ? {} : { essential: value.essential }),
    ...(same(value.person, stored.person) ? {} : { person: value.person.id }),
  };
}

/** The newest version that a chain of own changes made of one that was read. */
export function newestOf(steps: ReadonlyMap<number, number>, version: number): number {
  let newest = version;
  for (let next = steps.get(newest); next !== undefined; next = steps.get(newest)) newest = next;
  return newest;
}

export interface OwnVersions {
  note: (before: number, after: number) => void;
  newest: (version: number) => number;
}

/**
 * Remembers the versions that this page's own buttons made, so that a form that was begun before does not
 * take them for somebody else's change.
 */
export function useOwnVersions(): OwnVersions {
  const steps = useRef(new Map<number, number>());
  return {
    note: (before, after) => {
      if (before !== after) steps.current.set(before, after);
    },
    newest: (version) => newestOf(steps.current, version),
  };
}
