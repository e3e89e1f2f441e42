/** Whether the keyboard is open and for which field: one for the page, since there is one focus. */
import { type Field, focusedField, wantsDigits } from "./field";

export interface Board {
  readonly isOpen: boolean;
  /** The field that is written to: the focused one, or the last one that had the focus. */
  readonly field: Field | undefined;
  /** Whether the field takes digits only and gets the pad. */
  readonly isPin: boolean;
}

let board: Board = { isOpen: false, field: undefined, isPin: false };
const listeners = new Set<() => void>();

function change(next: Partial<Board>): void {
  board = { ...board, ...next };
  for (const listener of listeners) listener();
}

/** Calls when the board has changed, until the returned function is called. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const currentBoard = (): Board => board;

/** From now on the keyboard writes to this field. */
export function attach(field: Field): void {
  if (field !== board.field) change({ field, isPin: wantsDigits(field) });
}

/** Opens the keyboard for the focused field, else for the last one, which gets the focus back. */
export function openKeyboard(): void {
  const field = focusedField() ?? board.field;
  if (field) attach(field);
  if (field?.isConnected) field.focus();
  change({ isOpen: true });
}

/** Closes the keyboard; the focus stays where it is, or goes back to the field from the key that closes. */
export function closeKeyboard(): void {
  if (!board.isOpen) return;
  if (document.activeElement?.closest("[data-touch-keyboard]")) board.field?.focus();
  change({ isOpen: false });
}
