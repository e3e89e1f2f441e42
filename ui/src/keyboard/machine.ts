/**
 * What a key does: from the state of the keyboard and a key to the next state and the edits of the text.
 *
 * Nothing here knows the page. A key is named by its place ("row.column") or by what it does ("shift").
 */
import { accentOf, keysOf, type Layout, type Rows } from "./layouts/layout";

export interface State {
  /** Shift and AltGr hold for one character, Caps until it is pressed again. */
  readonly shift: boolean;
  readonly caps: boolean;
  readonly altGr: boolean;
  readonly kana: "off" | "hiragana" | "katakana";
  /** The accent that waits for its letter, or an empty text. */
  readonly dead: string;
}

export const REST: State = { shift: false, caps: false, altGr: false, kana: "off", dead: "" };

/** The keys that hold a state until it is used or they are pressed again. */
export const MODIFIERS = ["shift", "caps", "altGr", "hiragana", "katakana"] as const;
export type Modifier = (typeof MODIFIERS)[number];

/** The keys that move the caret, take text away or leave the field. */
export const ACTIONS = [
  "backspace",
  "delete",
  "left",
  "right",
  "home",
  "end",
  "tab",
  "backTab",
  "enter",
] as const;
export type Action = (typeof ACTIONS)[number];

export type Edit =
  | { readonly kind: "insert"; readonly text: string }
  /** A sound mark that joins the kana before the caret. */
  | { readonly kind: "voice"; readonly mark: string }
  | { readonly kind: "action"; readonly action: Action };

export interface Outcome {
  readonly state: State;
  readonly edits: readonly Edit[];
}

const COMBINING: Readonly<Record<string, string>> = {
  "´": "\u0301",
  "`": "\u0300",
  "^": "\u0302",
  "¨": "\u0308",
  "~": "\u0303",
};
const VOICE: Readonly<Record<string, string>> = { ゛: "\u3099", ゜: "\u309A" };

/** Whether a key named so exists in a list of names. */
function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}

/** Presses one key. */
export function press(layout: Layout, state: State, key: string): Outcome {
  if (isOneOf(MODIFIERS, key)) return { state: modified(state, key), edits: [] };
  if (isOneOf(ACTIONS, key)) return acted(state, key);
  return typed(state, key === "space" ? " " : symbolAt(layout, state, key));
}

/** Whether a modifier holds now. */
export function holds(state: State, key: Modifier): boolean {
  return key === "hiragana" || key === "katakana" ? state.kana === key : state[key];
}

function modified(state: State, key: Modifier): State {
  const on = !holds(state, key);
  if (key === "hiragana" || key === "katakana") return { ...state, kana: on ? key : "off" };
  return { ...state, [key]: on };
}

/** The one-time modifiers are used up; Caps and kana stay. */
function used(state: State): State {
  return { ...state, shift: false, altGr: false, dead: "" };
}

/** A waiting accent is written before the caret moves on, and taken back by backspace. */
function acted(state: State, key: Action): Outcome {
  if (key === "backspace" && state.dead !== "") return { state: used(state), edits: [] };
  const action = key === "tab" && state.shift ? "backTab" : key;
  return { state: used(state), edits: [...inserted(state.dead), { kind: "action", action }] };
}

function typed(state: State, symbol: string): Outcome {
  if (symbol === "") return { state, edits: [] };
  const accent = accentOf(symbol);
  if (accent !== "" && state.dead === "") return { state: { ...used(state), dead: accent }, edits: [] };
  if (symbol in VOICE)
    return { state: used(state), edits: [...inserted(state.dead), { kind: "voice", mark: symbol }] };
  return { state: used(state), edits: inserted(composed(state.dead, accent || symbol)) };
}

function inserted(text: string): Edit[] {
  return text === "" ? [] : [{ kind: "insert", text }];
}

/** An accent and what follows it: one letter where there is one, the accent before a space, else both. */
export function composed(accent: string, next: string): string {
  const mark = COMBINING[accent];
  if (mark === undefined) return next;
  if (next === " ") return accent;
  return joined(next, mark) ?? accent + next;
}

/** A kana with a sound mark, or nothing where there is no such kana. */
export function voiced(kana: string, mark: string): string | undefined {
  const combining = VOICE[mark];
  return combining === undefined ? undefined : joined(kana, combining);
}

function joined(letter: string, mark: string): string | undefined {
  if (!/^\p{L}$/u.test(letter)) return undefined;
  const whole = (letter + mark).normalize("NFC");
  return [...whole].length === 1 ? whole : undefined;
}

/** What a key would type now, with the mark of a dead key before it; empty where the key is idle. */
export function symbolAt(layout: Layout, state: State, place: string): string {
  const [row = "", column = ""] = place.split(".");
  const at = (rows: Rows | undefined) => keysOf(rows?.[Number(row)] ?? "")[Number(column)] ?? "";
  if (state.kana !== "off") return kanaOf(state, at(state.shift ? layout.kanaShift : layout.kana));
  if (state.altGr) return at(state.shift ? layout.altGrShift : layout.altGr);
  return cased(state, at(layout.plain), at(layout.shift));
}

/** Caps turns letters only: digits and signs stay, and é becomes É where Shift gives a digit. */
function cased(state: State, plain: string, shifted: string): string {
  const isPair = plain !== shifted && plain.toUpperCase() === shifted;
  const symbol = state.shift !== (state.caps && isPair) ? shifted : plain;
  return state.caps && !isPair ? capital(symbol) : symbol;
}

const LATIN = /^\p{Script=Latin}$/u;

/** The capital of a letter, but for ß, whose capital would be two letters, and for µ, which is a unit. */
function capital(letter: string): string {
  const upper = letter.toUpperCase();
  return LATIN.test(letter) && LATIN.test(upper) ? upper : letter;
}

const HIRAGANA = /[\u3041-\u3096]/;
const TO_KATAKANA = 0x60;

function kanaOf(state: State, hiragana: string): string {
  if (state.kana !== "katakana" || !HIRAGANA.test(hiragana)) return hiragana;
  return String.fromCodePoint((hiragana.codePointAt(0) ?? 0) + TO_KATAKANA);
}
