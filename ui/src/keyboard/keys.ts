/** Presses of keys as the page sees them: keydown, keypress, the edit, keyup. */
import { type Field, focusedElement, isField, write } from "./field";
import { type Edit, REST, type State } from "./machine";
import { moveFocus } from "./tab";

const NAMES = {
  backspace: "Backspace",
  delete: "Delete",
  left: "ArrowLeft",
  right: "ArrowRight",
  home: "Home",
  end: "End",
  tab: "Tab",
  backTab: "Tab",
  enter: "Enter",
} as const;

/**
 * Does one edit where the focus is. After Tab that may be a button, which Enter and the space press; everything
 * else goes back to the field.
 */
export function strikeFocused(field: Field, edit: Edit, state: State): void {
  const focused = focusedElement();
  const isElsewhere = focused !== undefined && !isField(focused);
  if (isElsewhere && edit.kind === "action" && (edit.action === "tab" || edit.action === "backTab")) {
    moveFocus(focused, edit.action === "tab" ? 1 : -1);
  } else if (isElsewhere && pressesButtons(edit)) {
    focused.click();
  } else if (field.isConnected) {
    if (focused !== field) field.focus({ preventScroll: true });
    strike(field, edit, state);
  }
}

function pressesButtons(edit: Edit): boolean {
  return edit.kind === "insert" ? edit.text === " " : edit.kind === "action" && edit.action === "enter";
}

/** Does one edit in a field; the page can refuse it in `keydown` or `keypress`, as with a real keyboard. */
export function strike(field: Field, edit: Edit, state: State = REST): void {
  const init = initOf(edit, state);
  if (sent(field, "keydown", init) && (!prints(edit) || sent(field, "keypress", init))) done(field, edit);
  sent(field, "keyup", init);
}

function initOf(edit: Edit, state: State): KeyboardEventInit {
  const key = edit.kind === "action" ? NAMES[edit.action] : edit.kind === "insert" ? edit.text : edit.mark;
  const shiftKey = edit.kind === "action" ? edit.action === "backTab" : state.shift;
  return { key, shiftKey, modifierCapsLock: state.caps, bubbles: true, composed: true, cancelable: true };
}

function prints(edit: Edit): boolean {
  return edit.kind !== "action" || edit.action === "enter";
}

function sent(field: Field, type: string, init: KeyboardEventInit): boolean {
  return field.dispatchEvent(new KeyboardEvent(type, init));
}

function done(field: Field, edit: Edit): void {
  if (edit.kind !== "action") write(field, edit);
  else if (edit.action === "tab") moveFocus(field, 1);
  else if (edit.action === "backTab") moveFocus(field, -1);
  else if (edit.action === "enter") entered(field);
  else write(field, edit);
}

/** Enter breaks the line or sends the form. Components in a shadow tree send theirs on `keydown`. */
function entered(field: Field): void {
  if (field instanceof HTMLTextAreaElement) {
    write(field, { kind: "insert", text: "\n" });
    return;
  }
  field.dispatchEvent(new Event("change", { bubbles: true }));
  const { form } = field;
  const button = form?.querySelector<HTMLButtonElement>("button:not([type]), [type=submit]");
  if (button instanceof HTMLButtonElement) button.click();
  else form?.requestSubmit();
}
