import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import type { Field } from "./field";
import { claim } from "./follow";
import { publishHeight, reveal } from "./place";
import { closeKeyboard } from "./store";
import { dialogOf } from "./tab";

/** Puts the keyboard above everything, tells the page its height, and keeps the field in sight. */
export function usePlace(
  root: RefObject<HTMLElement | null>,
  field: Field | undefined,
  home: HTMLElement,
): void {
  const height = useHeight(root, home);
  useEffect(() => field && claim(field), [field]);
  useEffect(() => (field && height > 0 ? reveal(field, height) : undefined), [field, height]);
  useEffect(() => field && closeWith(field), [field]);
}

/** The height of the keyboard, once it is in its home. */
function useHeight(root: RefObject<HTMLElement | null>, home: HTMLElement): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const keyboard = root.current;
    if (!keyboard?.isConnected || !home.contains(keyboard)) return;
    // Browsers without popovers show it where it is, which is enough but for dialogs that slide.
    if ("showPopover" in keyboard) keyboard.showPopover();
    const measure = () => setHeight(Math.ceil(keyboard.getBoundingClientRect().height));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(keyboard);
    return () => observer.disconnect();
  }, [root, home]);
  useLayoutEffect(() => {
    publishHeight(height);
    return () => publishHeight(0);
  }, [height]);
  return height;
}

/** A dialog that closes takes the keyboard with it. */
function closeWith(field: Field): (() => void) | undefined {
  const dialog = dialogOf(field);
  dialog?.addEventListener("close", closeKeyboard);
  return () => dialog?.removeEventListener("close", closeKeyboard);
}
