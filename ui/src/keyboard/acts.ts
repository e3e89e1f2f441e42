/** The keyboard between its keys and its field: its layout, its layers, and what a key does with them. */
import { isLanguage } from "../i18n/languages";
import { strikeFocused } from "./keys";
import { LAYOUTS } from "./layouts";
import type { Layout } from "./layouts/layout";
import { type Edit, press, REST, type State } from "./machine";
import { closeKeyboard, currentBoard } from "./store";

export interface Shown {
  readonly layout: Layout;
  readonly state: State;
  /** Whether the last row offers the layouts. */
  readonly isChoosing: boolean;
}

/** Does a key. Returns what the keyboard shows afterwards. */
export function acted(face: Shown, key: string): Shown {
  const [kind = "", which = ""] = key.split(".");
  if (key === "layout") return { ...face, isChoosing: !face.isChoosing };
  if (kind === "layout" && isLanguage(which))
    return { layout: LAYOUTS[which], state: REST, isChoosing: false };
  if (key === "close") closeKeyboard();
  else if (kind === "digit") send([{ kind: "insert", text: which }], REST);
  else return pressed(face, key);
  return face;
}

function pressed(face: Shown, key: string): Shown {
  const { state, edits } = press(face.layout, face.state, key);
  send(edits, face.state);
  return { ...face, state };
}

function send(edits: readonly Edit[], state: State): void {
  for (const edit of edits) {
    const { field } = currentBoard();
    if (field) strikeFocused(field, edit, state);
  }
}
