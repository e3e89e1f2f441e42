/** When the keyboard opens, which field it follows, and when it closes by itself. */
import { type Field, fieldOf } from "./field";
import { attach, closeKeyboard, currentBoard, openKeyboard } from "./store";

/**
 * - `touch`: when a field gets the focus or is touched, and the last thing done was a touch;
 * - `focus`: whenever a field gets the focus (panels whose touch screen says it is a mouse);
 * - `ask`: only by the page's button.
 */
export type OpenOn = "touch" | "focus" | "ask";

/** The narrowest page that has room for keys a finger hits; below it, phones have their own keyboard. */
const NARROWEST = "(min-width: 56rem)";

/** Follows the focus until the returned function is called. */
export function follow(openOn: OpenOn): () => void {
  const stop = new AbortController();
  const options = { capture: true, signal: stop.signal };
  let isTouch = false;
  document.addEventListener(
    "pointerdown",
    (event) => {
      isTouch = event.pointerType !== "mouse";
    },
    options,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.isTrusted) isTouch = false;
      closeByEscape(event);
    },
    options,
  );
  const meet = (event: Event) => meetField(event, openOn === "focus" || (openOn === "touch" && isTouch));
  document.addEventListener("focusin", meet, options);
  document.addEventListener("click", meet, options);
  const removed = new MutationObserver(closeWithField);
  removed.observe(document, { childList: true, subtree: true });
  return () => {
    stop.abort();
    removed.disconnect();
  };
}

function meetField(event: Event, opens: boolean): void {
  const field = fieldOf(event);
  if (field === undefined) return;
  attach(field);
  if (opens && !currentBoard().isOpen && matchMedia(NARROWEST).matches) openKeyboard();
}

/** Escape closes the keyboard first; pressed again it does what it does on the page. */
function closeByEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape" || !currentBoard().isOpen) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  closeKeyboard();
}

/** A keyboard without a field is in the way: it closes when its field leaves the page. */
function closeWithField(): void {
  const { field, isOpen } = currentBoard();
  if (isOpen && field && !field.isConnected) closeKeyboard();
}

/**
 * Keeps the keyboard of the operating system away from a field while ours is open. Returns the way back.
 */
export function claim(field: Field): () => void {
  const before = field.getAttribute("inputmode");
  field.setAttribute("inputmode", "none");
  return () => {
    if (before === null) field.removeAttribute("inputmode");
    else field.setAttribute("inputmode", before);
  };
}
