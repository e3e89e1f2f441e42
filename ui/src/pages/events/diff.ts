/** The value before and the value after, field by field. */

export interface Difference {
  /** The field's place, such as `conditions.from` or `rights[2]`; empty for the value itself. */
  field: string;
  before: string | undefined;
  after: string | undefined;
  change: "same" | "changed" | "added" | "removed";
}

type Leaves = Map<string, string>;

/** A list of plain values counts as a set: what was put in and what was taken out is what people ask. */
const isPlainList = (value: unknown): value is (string | number | boolean)[] =>
  Array.isArray(value) && value.every((item) => item === null || typeof item !== "object");

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function leaves(value: unknown, field: string, into: Leaves): Leaves {
  if (value === undefined) return into;
  if (isPlainList(value)) {
    if (value.length === 0) into.set(field, "[]");
    for (const item of value) into.set(`${field}[${shown(item)}]`, shown(item));
    return into;
  }
  if (typeof value === "object" && value !== null) {
    const inner = Object.entries(value);
    if (inner.length === 0) into.set(field, Array.isArray(value) ? "[]" : "{}");
    for (const [key, below] of inner) {
      const place = Array.isArray(value)
        ? `${field}[${Number(key) + 1}]`
        : field === ""
          ? key
          : `${field}.${key}`;
      leaves(below, place, into);
    }
    return into;
  }
  into.set(field, shown(value));
  return into;
}

const changeOf = (before: string | undefined, after: string | undefined): Difference["change"] => {
  if (before === after) return "same";
  if (before === undefined) return "added";
  return after === undefined ? "removed" : "changed";
};

/** Every field of both values in the order of the new one, those that are gone after it. */
export function differences(old: unknown, now: unknown): Difference[] {
  const before = leaves(old, "", new Map());
  const after = leaves(now, "", new Map());
  const places = [...after.keys(), ...[...before.keys()].filter((field) => !after.has(field))];
  return places.map((field) => {
    const [was, is] = [before.get(field), after.get(field)];
    // A member of a list is named by its value already.
    const place = field.replace(/\[(?!\d+\]).*\]$/s, "");
    return { field: place, before: was, after: is, change: changeOf(was, is) };
  });
}
