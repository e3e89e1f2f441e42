import { useEffect, useState } from "react";

/** Whether caps lock is on, as far as a key or the mouse has told. */
export function useCapsLock(): boolean {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = (event: KeyboardEvent | MouseEvent): void => setOn(event.getModifierState("CapsLock"));
    const kinds = ["keydown", "keyup", "mousedown"] as const;
    for (const kind of kinds) window.addEventListener(kind, look, { capture: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, look, { capture: true });
    };
  }, []);
  return on;
}
