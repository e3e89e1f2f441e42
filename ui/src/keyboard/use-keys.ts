/** The state of the keyboard in the page: its layout, its layers, and what a key does with them. */
import { useCallback, useRef, useState } from "react";
import { isLanguage, type Language } from "../i18n/languages";
import { strikeFocused } from "./keys";
import { LAYOUTS } from "./layouts";
import type { Layout } from "./layouts/layout";
import { type Edit, press, REST, type State } from "./machine";
import { closeKeyboard, currentBoard } from "./store";

interface Face {
  readonly layout: Layout;
  readonly state: State;
  /** Whether the last row offers the layouts. */
  readonly isChoosing: boolean;
}

export interface Keys extends Face {
  act(key: string): void;
}

export function useKeys(start: Language): Keys {
  const [face, show] = useState<Face>({ layout: LAYOUTS[start], state: REST, isChoosing: false });
  // Two keys may come between two renders: the second one goes on from the first.
  const latest = useRef(face);
  const act = useCallback((key: string) => {
    const next = acted(latest.current, key);
    latest.current = next;
    show(next);
  }, []);
  return { ...face, act };
}

/** Does a key. Returns what the keyboard shows afterwards. */
function acted(face: Face, key: string): Face {
  const [kind = "", which = ""] = key.split(".");
  if (key === "layout") return { ...face, isChoosing: !face.isChoosing };
  if (kind === "layout" && isLanguage(which))
    return { layout: LAYOUTS[which], state: REST, isChoosing: false };
  if (key === "close") closeKeyboard();
  else if (kind === "digit") send([{ kind: "insert", text: which }], REST);
  else return pressed(face, key);
  return face;
}

function pressed(face: Face, key: string): Face {
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
