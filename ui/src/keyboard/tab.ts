/** Tab from the touch keyboard: browsers move the focus only for the key of a real keyboard. */

const CANDIDATES = ["INPUT", "SELECT", "TEXTAREA", "BUTTON"];

/** Moves the focus to the next (1) or the previous (-1) place in the order of Tab, around the end. */
export function moveFocus(from: Element, step: 1 | -1): void {
  const places = tabbables(scopeOf(from));
  const at = places.indexOf(from as HTMLElement);
  const to = places[(at + step + places.length) % places.length];
  to?.focus();
}

/** The dialog around an element, across shadow trees, or the page: Tab stays inside of a modal dialog. */
export function scopeOf(element: Element): Element {
  return dialogOf(element) ?? document.body;
}

/** The open dialog around an element, across shadow trees and slots. */
export function dialogOf(element: Element): HTMLDialogElement | undefined {
  for (let node: Element | null = element; node; node = parentOf(node)) {
    if (node instanceof HTMLDialogElement && node.open) return node;
  }
  return undefined;
}

/** The element above in the tree that is painted. */
function parentOf(element: Element): Element | null {
  if (element.assignedSlot) return element.assignedSlot;
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

function tabbables(root: Element): HTMLElement[] {
  return childrenOf(root).flatMap((child) => [...(isTabbable(child) ? [child] : []), ...tabbables(child)]);
}

/** The children in the tree that is painted, without the keyboard itself. */
function childrenOf(element: Element): Element[] {
  if (element.hasAttribute("data-touch-keyboard")) return [];
  if (element instanceof HTMLSlotElement) {
    const assigned = element.assignedElements();
    return assigned.length > 0 ? assigned : [...element.children];
  }
  return [...(element.shadowRoot ?? element).children];
}

function isTabbable(element: Element): element is HTMLElement {
  if (!(element instanceof HTMLElement) || element.tabIndex < 0 || element.shadowRoot?.delegatesFocus)
    return false;
  const takesFocus =
    CANDIDATES.includes(element.tagName) || element.hasAttribute("href") || element.hasAttribute("tabindex");
  return takesFocus && !element.matches(":disabled") && isShown(element);
}

/** Old panels cannot be asked; what takes no room there is not shown. */
function isShown(element: Partial<Pick<Element, "checkVisibility">> & Element): boolean {
  return element.checkVisibility?.({ visibilityProperty: true }) ?? element.getClientRects().length > 0;
}
