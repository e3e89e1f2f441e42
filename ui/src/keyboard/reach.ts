/** Which keys type a character, found by trying all of them. Only tests use it: to type whole texts. */
import { edited, type Text } from "./caret";
import { frameOf } from "./frame";
import type { Layout } from "./layouts/layout";
import { press, REST } from "./machine";

/** The keys before and after a key for each level. */
const LEVELS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [[], []],
  [["shift"], []],
  [["altGr"], []],
  [["altGr", "shift"], []],
  [["caps"], ["caps"]],
  [["caps", "shift"], ["caps"]],
  [["hiragana"], ["hiragana"]],
  [["hiragana", "shift"], ["hiragana"]],
  [["katakana"], ["katakana"]],
  [["katakana", "shift"], ["katakana"]],
];

/** What a series of keys types into an empty field. */
export function typeKeys(layout: Layout, keys: readonly string[]): string {
  let text: Text = { value: "", start: 0, end: 0 };
  let state = REST;
  for (const key of keys) {
    const outcome = press(layout, state, key);
    for (const edit of outcome.edits) text = edited(text, edit, Number.POSITIVE_INFINITY);
    state = outcome.state;
  }
  return text.value;
}

/** Every character that a layout types, with keys for it: one stroke, or two where an accent is involved. */
export function reachOf(layout: Layout): Map<string, string[]> {
  const strokes = strokesOf(layout);
  const ways = new Map<string, string[]>();
  const single = strokes.filter((keys) => remember(ways, layout, keys));
  const dead = strokes.filter(
    (keys) => typeKeys(layout, [...keys, "space"]).length === 1 && !single.includes(keys),
  );
  const marks = ["゛", "゜"].flatMap((mark) => [ways.get(mark) ?? []]).filter((keys) => keys.length > 0);
  for (const accent of dead)
    for (const keys of [...single, ["space"]]) remember(ways, layout, [...accent, ...keys]);
  for (const mark of marks) for (const keys of single) remember(ways, layout, [...keys, ...mark]);
  return ways.set(" ", ["space"]);
}

function strokesOf(layout: Layout): string[][] {
  const places = frameOf(layout)
    .flat()
    .map((key) => key.id)
    .filter((id) => id.includes("."));
  return LEVELS.flatMap(([before, after]) => places.map((place) => [...before, place, ...after]));
}

/** Keeps the first way to a character. Says whether the keys type exactly one. */
function remember(ways: Map<string, string[]>, layout: Layout, keys: string[]): boolean {
  const text = typeKeys(layout, keys);
  if ([...text].length !== 1) return false;
  if (!ways.has(text)) ways.set(text, keys);
  return true;
}

/** Printable ASCII and the letters of the layout's language: what each layout must type. */
export function alphabetOf(layout: Layout): string[] {
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index));
  return [...ascii, ...layout.letters];
}
