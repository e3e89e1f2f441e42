/**
 * Changing a stored thing: what is typed stays whatever happens, only differences are saved, and what
 * somebody else changed meanwhile is shown and never overwritten unseen.
 */
import { useRef, useState } from "react";
import { asProblem, type Problem } from "../api/problem";

export interface EditOptions<T extends object> {
  /** What the server has, as it was read last. */
  stored: T;
  /** Saves; `stored` is what the change is based on (its `version` belongs into the call). */
  save: (value: T, stored: T) => Promise<T>;
  /** Reads it anew, after a `changed-meanwhile`. */
  reload: () => Promise<T>;
  /** The parts of it that people edit here. */
  fields: readonly (keyof T & string)[];
  /** Called with what the server answered. */
  onSaved?: (value: T) => void;
}

export interface Edit<T extends object> {
  /** What stands in the form. */
  value: T;
  /** Changes what stands in the form. */
  set: (changes: Partial<T>) => void;
  /** Whether the form differs from what is stored. */
  dirty: boolean;
  saving: boolean;
  problem: Problem | null;
  /** What is stored now, where somebody else was faster. */
  conflict: Conflicting<T> | null;
  /** Saves; `true` when it was. */
  save: () => Promise<boolean>;
  /** Puts back what is stored. */
  reset: () => void;
  /** Saves what was chosen in a conflict. */
  resolve: (chosen: T) => Promise<boolean>;
  /** Goes back to the form with what was typed. */
  dismiss: () => void;
}

/** One thing as it was read, as somebody else left it, and as it is wanted here. */
export interface Conflicting<T> {
  base: T;
  theirs: T;
  mine: T;
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The fields that somebody else changed, or that are wanted differently here. */
export function differing<T extends object>(
  { base, theirs, mine }: Conflicting<T>,
  fields: readonly (keyof T & string)[],
): { field: keyof T & string; theirsChanged: boolean; mineChanged: boolean }[] {
  return fields
    .filter((field) => !same(theirs[field], mine[field]))
    .map((field) => ({
      field,
      theirsChanged: !same(base[field], theirs[field]),
      mineChanged: !same(base[field], mine[field]),
    }));
}

/** Theirs with the chosen fields of mine. */
export function merged<T extends object>(
  { theirs, mine }: Conflicting<T>,
  keepMine: ReadonlySet<keyof T & string>,
): T {
  const value: T = { ...theirs };
  for (const field of keepMine) value[field] = mine[field];
  return value;
}

/** One edit; give the component a `key` with the thing's identity, so that another thing begins anew. */
export function useEdit<T extends object>(options: EditOptions<T>): Edit<T> {
  const { stored, fields } = options;
  const [changes, setChanges] = useState<Partial<T>>({});
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [conflict, setConflict] = useState<Conflicting<T> | null>(null);
  // What the typed changes were based on: a refresh in the background must not move it.
  const base = useRef(stored);
  const touched = Object.keys(changes).length > 0;
  if (!touched && !saving) base.current = stored;
  const value: T = { ...base.current, ...changes };
  const dirty = fields.some((field) => !same(value[field], base.current[field]));

  const reset = (): void => {
    setChanges({});
    setProblem(null);
    setConflict(null);
  };

  const attempt = async (wanted: T, on: T): Promise<boolean> => {
    if (saving) return false;
    setSaving(true);
    setProblem(null);
    try {
      const answer = await options.save(wanted, on);
      base.current = answer;
      reset();
      options.onSaved?.(answer);
      return true;
    } catch (error) {
      const told = asProblem(error);
      if (told.code === "changed-meanwhile") await meet(wanted, told);
      else setProblem(told);
      return false;
    } finally {
      setSaving(false);
    }
  };

  const meet = async (mine: T, told: Problem): Promise<void> => {
    try {
      setConflict({ base: base.current, theirs: await options.reload(), mine });
    } catch {
      setProblem(told);
    }
  };

  return {
    value,
    dirty,
    saving,
    problem,
    conflict,
    reset,
    set: (more) => setChanges((before) => ({ ...before, ...more })),
    save: () => attempt(value, base.current),
    resolve: async (chosen) => {
      if (conflict === null) return false;
      const on = conflict.theirs;
      setConflict(null);
      base.current = on;
      setChanges(chosen);
      return attempt(chosen, on);
    },
    dismiss: () => setConflict(null),
  };
}
