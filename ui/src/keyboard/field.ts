/** The fields of the page: which ones take text, what is in them, and how an edit gets into them. */
import { edited, type Text } from "./caret";
import type { Edit } from "./machine";

export type Field = HTMLInputElement | HTMLTextAreaElement;

const TYPES = ["text", "search", "password", "email", "url", "tel", "number"];

/** Whether a person can type into an element. */
export function isField(element: EventTarget | null | undefined): element is Field {
  if (element instanceof HTMLTextAreaElement) return isWritable(element);
  return element instanceof HTMLInputElement && TYPES.includes(element.type) && isWritable(element);
}

function isWritable(field: Field): boolean {
  return !field.readOnly && !field.disabled;
}

/** The field that an event came from, also from within a component's shadow tree. */
export function fieldOf(event: Event): Field | undefined {
  return [event.composedPath()[0]].find(isField);
}

/** What has the focus, also within shadow trees; nothing where the page itself has it. */
export function focusedElement(): HTMLElement | undefined {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active instanceof HTMLElement && active !== document.body ? active : undefined;
}

/** The field that has the focus. */
export function focusedField(): Field | undefined {
  return [focusedElement()].find(isField);
}

/** The component around a field, where it is inside one: iX keeps its attributes there. */
export function hostOf(field: Field): Element | undefined {
  const root = field.getRootNode();
  return root instanceof ShadowRoot ? root.host : undefined;
}

const secrets = new WeakSet<Field>();

/** Whether a field holds a secret. Once it did, it does: the page may show the password for a while. */
export function isSecret(field: Field): boolean {
  const host = hostOf(field);
  const isHidden =
    field.type === "password" || (host !== undefined && "type" in host && host.type === "password");
  if (isHidden || field.autocomplete.includes("password")) secrets.add(field);
  return secrets.has(field);
}

/** Whether a field wants digits only: `inputmode="numeric"` or `data-keyboard="pin"`, on it or around it. */
export function wantsDigits(field: Field): boolean {
  return [field, hostOf(field)].some(
    (element) =>
      element?.getAttribute("inputmode") === "numeric" || element?.getAttribute("data-keyboard") === "pin",
  );
}

/** Reads a field. Types without a caret (email, number) are written at their end. */
export function read(field: Field): Text {
  const { value } = field;
  const start = field.selectionStart ?? value.length;
  return { value, start, end: field.selectionEnd ?? start };
}

/**
 * Does an edit in a field as the key of a real keyboard would, so that the page sees the same events.
 * Says whether the field took it.
 */
export function write(field: Field, edit: Edit): boolean {
  const before = read(field);
  const after = edited(before, edit, field.maxLength < 0 ? Number.POSITIVE_INFINITY : field.maxLength);
  if (after.value === before.value) {
    setCaret(field, after);
    return after !== before;
  }
  const input = { bubbles: true, composed: true, inputType: inputTypeOf(edit), data: dataOf(edit) };
  if (!field.dispatchEvent(new InputEvent("beforeinput", { ...input, cancelable: true }))) return false;
  setValue(field, after);
  field.dispatchEvent(new InputEvent("input", input));
  return true;
}

/**
 * React and iX put their own setter on the element to see what a script writes; the setter of the prototype
 * goes by them, so that the event afterwards is news to them.
 */
function setValue(field: Field, text: Text): void {
  const prototype =
    field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
  const before = field.value;
  const set = Object.getOwnPropertyDescriptor(prototype, "value")?.set;
  set?.call(field, text.value);
  // A number field empties itself on half a number such as "1.": better to leave out that character.
  if (field.value === "" && text.value !== "") set?.call(field, before);
  setCaret(field, text);
}

function setCaret(field: Field, { start, end, value }: Text): void {
  if (field.selectionStart === null) return;
  field.setSelectionRange(start, end);
  if (end === value.length) field.scrollLeft = field.scrollWidth;
}

function inputTypeOf(edit: Edit): string {
  if (edit.kind !== "action") return "insertText";
  return edit.action === "backspace" ? "deleteContentBackward" : "deleteContentForward";
}

function dataOf(edit: Edit): string | null {
  if (edit.kind === "insert") return edit.text;
  return edit.kind === "voice" ? edit.mark : null;
}
