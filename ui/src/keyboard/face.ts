/** What a key shows and is called, whoever draws it. */
import { LANGUAGES } from "../i18n/languages";
import type { Shown } from "./acts";
import { frameOf, isModifier, type KeyPlace, PIN_PAD } from "./frame";
import { accentOf, type Layout } from "./layouts/layout";
import { holds, REST, type State, symbolAt } from "./machine";

export interface KeyFace extends KeyPlace {
  /** What is read out: the character, or what the key does in the reader's language. */
  name: string;
  /** What is written on the key, where it has no picture. */
  cap: string;
  /** What Shift and AltGr give, small in the corners. */
  shifted?: string;
  altGr?: string;
  /** Whether a key that holds a state holds it now; absent where it holds none. */
  isOn?: boolean;
  isIdle?: boolean;
  isTabStop?: boolean;
}

/** The texts of the keyboard in the reader's language: as `t` of i18next gives them. */
export type Texts = (key: string, values?: { accent: string }) => string;

/** The rows of the keyboard as they look now. */
export function fullFaces(shown: Shown, isSecret: boolean, t: Texts): KeyFace[][] {
  const rows = frameOf(shown.layout);
  const faces = rows.map((row) => row.map((place) => faceOf(place, shown, isSecret, t)));
  return shown.isChoosing ? [...faces.slice(0, -1), layoutFaces(shown.layout, t)] : faces;
}

/** Digits for a PIN. Their places never change: people know a PIN by its shape, gloves hide the digits. */
export function pinFaces(t: Texts): KeyFace[][] {
  const face = (place: KeyPlace): KeyFace => {
    const [, digit] = place.id.split(".");
    const named = digit === undefined ? t(`keyboard:key.${place.id}`) : digit;
    return { ...place, name: named, cap: digit ?? "", isTabStop: place.id === "close" };
  };
  return PIN_PAD.map((row) => row.map(face));
}

function faceOf(place: KeyPlace, shown: Shown, isSecret: boolean, t: Texts): KeyFace {
  return place.id.includes(".") ? characterFace(place, shown, isSecret, t) : actionFace(place, shown, t);
}

function characterFace(place: KeyPlace, { layout, state }: Shown, isSecret: boolean, t: Texts): KeyFace {
  const symbol = symbolAt(layout, state, place.id);
  const accent = accentOf(symbol);
  const character = accent || symbol;
  const waits = !isSecret && accent !== "" && state.dead === accent;
  return {
    ...place,
    name: accent ? t("keyboard:dead", { accent }) : character || plainOf(symbolAt(layout, REST, place.id)),
    cap: character,
    ...cornersOf(layout, state, place.id),
    ...(waits ? { isOn: true } : {}),
    isIdle: character === "",
  };
}

const plainOf = (symbol: string): string => accentOf(symbol) || symbol;

/** What the other levels of a key carry, where it is not just the capital of its letter. */
function cornersOf(layout: Layout, state: State, place: string): Pick<KeyFace, "shifted" | "altGr"> {
  if (state.altGr || state.shift) return {};
  const own = symbolAt(layout, state, place);
  const shifted = symbolAt(layout, { ...state, shift: true }, place);
  const altGr = state.kana === "off" ? symbolAt(layout, { ...state, altGr: true }, place) : "";
  const isPair = own.toLowerCase() === shifted.toLowerCase();
  return { shifted: isPair ? "" : plainOf(shifted), altGr: plainOf(altGr) };
}

const CAPS: Readonly<Record<string, string>> = { altGr: "Alt Gr", hiragana: "あ", katakana: "ア" };

function actionFace(place: KeyPlace, { layout, state }: Shown, t: Texts): KeyFace {
  const { id } = place;
  const cap = id === "layout" ? layout.code.toUpperCase() : (CAPS[id] ?? "");
  return {
    ...place,
    name: `${cap} ${t(`keyboard:key.${id}`)}`.trim(),
    cap,
    ...(isModifier(id) ? { isOn: holds(state, id) } : {}),
    isTabStop: id === "close",
  };
}

/** The layouts by the names that their readers know, in place of the last row. */
function layoutFaces({ code: current }: Layout, t: Texts): KeyFace[] {
  const layouts = Object.entries(LANGUAGES).map(([code, name]) => {
    return { id: `layout.${code}`, width: 2, name, cap: name, isOn: code === current };
  });
  return [...layouts, { id: "layout", width: 1, name: t("keyboard:key.layout"), cap: "" }];
}
