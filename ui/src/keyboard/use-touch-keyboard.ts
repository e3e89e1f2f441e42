import type { PointerEvent } from "react";
import { closeKeyboard, openKeyboard } from "./store";
import { useBoard } from "./use-board";

export interface TouchKeyboardControl {
  readonly isOpen: boolean;
  open(): void;
  close(): void;
  toggle(): void;
  /** For a button that opens and closes the keyboard: it leaves the focus in the field. */
  readonly buttonProps: {
    readonly "aria-expanded": boolean;
    onPointerDown(event: PointerEvent): void;
    onMouseDown(event: { preventDefault(): void }): void;
    onClick(): void;
  };
}

/** The touch keyboard of the page, from any component; `<TouchKeyboard>` is mounted once, in the shell. */
export function useTouchKeyboard(): TouchKeyboardControl {
  const { isOpen } = useBoard();
  const toggle = isOpen ? closeKeyboard : openKeyboard;
  const stay = (event: { preventDefault(): void }) => event.preventDefault();
  return {
    isOpen,
    open: openKeyboard,
    close: closeKeyboard,
    toggle,
    buttonProps: { "aria-expanded": isOpen, onPointerDown: stay, onMouseDown: stay, onClick: toggle },
  };
}
