/** Where the keyboard is in the page, and how the page makes room for it. */
import { type Field, hostOf } from "./field";
import { dialogOf } from "./tab";

/** The height of the open keyboard in CSS pixels, for the page's own rules; `0px` while it is closed. */
export const HEIGHT = "--keyboard-height";

/** Room between the field and the keyboard, in CSS pixels. */
const MARGIN = 16;

/**
 * The element that holds the keyboard. A modal dialog makes everything outside of it dead, so the keyboard goes
 * into the dialog of its field; where a component has the dialog in its shadow tree, into the component, which
 * shows its children in the dialog.
 */
export function homeOf(field: Field | undefined): HTMLElement {
  const dialog = field && dialogOf(field);
  if (!dialog) return document.body;
  const root = dialog.getRootNode();
  return root instanceof ShadowRoot && root.host instanceof HTMLElement ? root.host : dialog;
}

/** Tells the page how high the keyboard is. */
export function publishHeight(pixels: number): void {
  document.documentElement.style.setProperty(HEIGHT, `${pixels}px`);
}

/**
 * Brings the field above the keyboard, with its whole form where that fits, and the dialog around it; again when
 * the form grows, as it does by a message. Returns the way back.
 */
export function reveal(field: Field, height: number): () => void {
  const dialog = dialogOf(field);
  const back = dialog ? lift(dialog, height) : () => {};
  const form = field.closest("form") ?? hostOf(field)?.closest("form");
  if (!form) {
    show(field, height);
    return back;
  }
  const room = window.innerHeight - height - 2 * MARGIN;
  const observer = new ResizeObserver(() => show(form.offsetHeight <= room ? form : field, height));
  observer.observe(form);
  return () => {
    observer.disconnect();
    back();
  };
}

function show(element: HTMLElement, height: number): void {
  const { scrollMarginBottom } = element.style;
  element.style.scrollMarginBottom = `${height + MARGIN}px`;
  element.scrollIntoView({ block: "nearest" });
  element.style.scrollMarginBottom = scrollMarginBottom;
}

/** Moves a dialog up, as far as the keyboard hides it, and makes it no higher than what is left. */
function lift(dialog: HTMLDialogElement, height: number): () => void {
  const { maxHeight, translate } = dialog.style;
  dialog.style.maxHeight = `calc(100vh - ${height + MARGIN}px)`;
  const stop = whenStill(dialog, () => {
    const { top, bottom } = dialog.getBoundingClientRect();
    const hidden = bottom + MARGIN / 2 - (window.innerHeight - height);
    if (hidden > 0) dialog.style.translate = `0 ${-Math.min(hidden, Math.max(top, 0))}px`;
  });
  return () => {
    stop();
    Object.assign(dialog.style, { maxHeight, translate });
  };
}

/** Calls when an element has been in the same place for three frames: dialogs slide in. */
function whenStill(element: Element, call: () => void): () => void {
  let frame = 0;
  let still = 0;
  let last = "";
  const look = () => {
    const { top, height } = element.getBoundingClientRect();
    still = `${top},${height}` === last ? still + 1 : 0;
    last = `${top},${height}`;
    if (still >= 3) call();
    else frame = requestAnimationFrame(look);
  };
  look();
  return () => cancelAnimationFrame(frame);
}
