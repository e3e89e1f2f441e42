/**
 * The touch keyboard of the page: docked at its lower edge, or inside the modal dialog of the field it writes to.
 * Mounted once, in the shell; `useTouchKeyboard` opens and closes it from anywhere.
 */
import { type ReactElement, type RefObject, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import type { Language } from "../i18n/languages";
import { isSecret } from "./field";
import { follow, type OpenOn } from "./follow";
import "./keyboard.css";
import { layoutFor } from "./layouts";
import { FullPad, PinPad } from "./pads";
import { homeOf } from "./place";
import { hearPresses } from "./press";
import type { Board } from "./store";
import { useBoard } from "./use-board";
import { useKeys } from "./use-keys";
import { usePlace } from "./use-place";

export interface TouchKeyboardProps {
  /** When it opens by itself; see `OpenOn`. */
  openOn?: OpenOn;
  /** The layout to begin with; that of the reader's language where nothing is said. */
  layout?: Language;
}

export function TouchKeyboard({ openOn = "touch", layout }: TouchKeyboardProps): ReactElement | null {
  // The texts are fetched now: when the keyboard opens, nothing is waited for.
  const { i18n } = useTranslation("keyboard", { useSuspense: false });
  const board = useBoard();
  useEffect(() => follow(openOn), [openOn]);
  const start = layout ?? layoutFor(i18n.resolvedLanguage ?? i18n.language ?? "en").code;
  return board.isOpen ? <OpenKeyboard key={start} board={board} start={start} /> : null;
}

function OpenKeyboard({ board, start }: { board: Board; start: Language }): ReactElement {
  const { t } = useTranslation("keyboard", { useSuspense: false });
  const root = useRef<HTMLDivElement>(null);
  const home = homeOf(board.field);
  const keys = useKeys(start);
  usePlace(root, board.field, home);
  usePresses(root, home, keys.act);
  const isHidden = board.field !== undefined && isSecret(board.field);
  const keyboard = (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be part of the page's form
    <div
      ref={root}
      className={board.isPin ? "tk tk-pin" : "tk"}
      role="group"
      aria-label={board.isPin ? t("pinPad") : t("keyboard")}
      popover="manual"
      dir="ltr"
      data-touch-keyboard=""
      data-secret={isHidden}
    >
      {board.isPin ? <PinPad /> : <FullPad {...keys} isSecret={isHidden} />}
    </div>
  );
  return createPortal(keyboard, home);
}

/** Hears the keys, once the keyboard is in its home. */
function usePresses(
  root: RefObject<HTMLElement | null>,
  home: HTMLElement,
  act: (key: string) => void,
): void {
  useEffect(() => {
    const keyboard = root.current;
    if (!keyboard || !home.contains(keyboard)) return;
    return hearPresses(keyboard, act);
  }, [root, home, act]);
}
