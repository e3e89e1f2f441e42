/** The state of the keyboard in the page. */
import { useCallback, useRef, useState } from "react";
import type { Language } from "../i18n/languages";
import { acted, type Shown } from "./acts";
import { LAYOUTS } from "./layouts";
import { REST } from "./machine";

export interface Keys extends Shown {
  act(key: string): void;
}

export function useKeys(start: Language): Keys {
  const [face, show] = useState<Shown>({ layout: LAYOUTS[start], state: REST, isChoosing: false });
  // Two keys may come between two renders: the second one goes on from the first.
  const latest = useRef(face);
  const act = useCallback((key: string) => {
    const next = acted(latest.current, key);
    latest.current = next;
    show(next);
  }, []);
  return { ...face, act };
}
