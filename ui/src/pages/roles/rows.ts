/** The rows of the matrix: applications as headings, their rights below. */
import type { Application, Role } from "./data";

export interface RightRow {
  kind: "right";
  /** `application/action`. */
  right: string;
  action: string;
  /** What people read; the action where the application tells nothing in a language they know. */
  label: string;
}

export interface HeadRow {
  kind: "head";
  key: string;
  name: string;
  count: number;
}

export type Row = HeadRow | RightRow;

export interface Filter {
  text: string;
  /** The key of the only application to show; empty for all. */
  application: string;
}

const keyOf = (right: string): string => right.slice(0, right.indexOf("/"));

/** The name of a right in the reader's language, else in English, else the action. */
export function labelOf(names: Readonly<Record<string, string>>, action: string, language: string): string {
  return names[language] ?? names.en ?? action;
}

interface Known {
  key: string;
  name: string;
  rights: RightRow[];
}

/**
 * All rights that there are by application: those that the applications tell, and those that a role holds
 * though no application tells them (retired, or the reader may not see applications).
 */
export function rightsOf(
  applications: readonly Application[],
  roles: readonly Role[],
  language: string,
): Known[] {
  const known = new Map<string, Known>();
  const seen = new Set<string>();
  const put = (key: string, name: string, row: RightRow): void => {
    if (seen.has(row.right)) return;
    seen.add(row.right);
    const there = known.get(key) ?? { key, name, rights: [] };
    there.rights.push(row);
    known.set(key, there);
  };
  for (const { key, name, rights } of applications) {
    for (const right of rights) {
      const action = right.name.slice(right.name.indexOf("/") + 1);
      const label = labelOf(right.names, action, language);
      put(key, name, { kind: "right", right: right.name, action, label });
    }
  }
  for (const right of roles.flatMap((role) => role.rights)) {
    const key = keyOf(right);
    const action = right.slice(key.length + 1);
    put(key, key, { kind: "right", right, action, label: action });
  }
  return [...known.values()];
}

/** The rows that fit a filter; an application without any has no heading. */
export function rowsOf(
  known: readonly Known[],
  { text, application }: Filter,
  compare: (a: string, b: string) => number,
): Row[] {
  const wanted = text.trim().toLocaleLowerCase();
  const fits = ({ right, label }: RightRow): boolean =>
    right.toLocaleLowerCase().includes(wanted) || label.toLocaleLowerCase().includes(wanted);
  return known
    .filter(({ key }) => application === "" || application === key)
    .toSorted((a, b) => compare(a.name, b.name))
    .flatMap(({ key, name, rights }): Row[] => {
      const fitting = rights.filter(fits).toSorted((a, b) => compare(a.right, b.right));
      return fitting.length === 0 ? [] : [{ kind: "head", key, name, count: fitting.length }, ...fitting];
    });
}
