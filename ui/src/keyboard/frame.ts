/** Which keys the keyboard has and how wide: the characters of the layout, framed by the keys that do something. */
import { keysOf, type Layout } from "./layouts/layout";
import { MODIFIERS, type Modifier } from "./machine";

export interface KeyPlace {
  /** A place ("row.column") for characters, else what the key does. */
  readonly id: string;
  /** In widths of a character key. */
  readonly width: number;
}

/** The width of every row. 15 keys of 60 CSS pixels with their gaps fit a panel of 1024. */
export const ROW_WIDTH = 15;

/** The five rows of the keyboard for a layout. */
export function frameOf(layout: Layout): KeyPlace[][] {
  const [digits, upper, middle, lower] = layout.plain;
  return [
    sided(charactersOf(digits, 0), "", "backspace"),
    sided(charactersOf(upper, 1), "tab", "delete"),
    sided(charactersOf(middle, 2), "caps", "enter"),
    sided(charactersOf(lower, 3), "shift", "shift"),
    lastRow(layout),
  ];
}

/** The pad for a PIN. */
export const PIN_PAD: readonly (readonly KeyPlace[])[] = [
  "1 2 3 left",
  "4 5 6 right",
  "7 8 9 close",
  "backspace 0 enter",
].map((row) =>
  row.split(" ").map((id) => ({ id: /^\d$/.test(id) ? `digit.${id}` : id, width: id === "enter" ? 2 : 1 })),
);

function charactersOf(row: string, number: number): KeyPlace[] {
  return keysOf(row).map((_, column) => ({ id: `${number}.${column}`, width: 1 }));
}

/** A row with a key at each side, which share what the characters leave. */
function sided(characters: KeyPlace[], left: string, right: string): KeyPlace[] {
  const free = ROW_WIDTH - characters.length;
  if (left === "") return [...characters, { id: right, width: free }];
  return [{ id: left, width: free / 2 }, ...characters, { id: right, width: free / 2 }];
}

function lastRow(layout: Layout): KeyPlace[] {
  const before = [
    { id: "layout", width: 1.5 },
    { id: "home", width: 1 },
    { id: "end", width: 1 },
    ...layerKeys(layout),
  ];
  const after = [
    { id: "left", width: 1 },
    { id: "right", width: 1 },
    { id: "close", width: 1.5 },
  ];
  const taken = [...before, ...after].reduce((sum, key) => sum + key.width, 0);
  return [...before, { id: "space", width: ROW_WIDTH - taken }, ...after];
}

function layerKeys(layout: Layout): KeyPlace[] {
  return [
    ...(layout.altGr ? [{ id: "altGr", width: 1.5 }] : []),
    ...(layout.kana
      ? [
          { id: "hiragana", width: 1.25 },
          { id: "katakana", width: 1.25 },
        ]
      : []),
  ];
}

/** The keys that go on while they are held down. */
export const repeats = (id: string): boolean => ["backspace", "delete", "left", "right"].includes(id);

export const isModifier = (id: string): id is Modifier => (MODIFIERS as readonly string[]).includes(id);
