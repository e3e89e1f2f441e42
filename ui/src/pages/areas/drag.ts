/** Carrying a line of the tree to another with a mouse, a pen or a finger. */
import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from "react";

/** So far a mouse moves before a press is a drag and no click. */
const SLACK_PX = 6;
/** So long a closed branch is hovered before it opens. */
const OPEN_AFTER_MS = 700;
/** So near to the edge of the tree it scrolls, and so far at each step. */
const EDGE_PX = 40;
const SCROLL_PX = 12;

export interface Carried {
  id: string;
  x: number;
  y: number;
  /** The line under it. */
  over: string | undefined;
}

export interface DragOptions {
  /** Whether one line may be dropped on another. */
  canDrop: (id: string, over: string) => boolean;
  onDrop: (id: string, over: string) => void;
  /** Opens a branch that was hovered for a while. */
  onOpen?: (id: string) => void;
  /** The attribute in which a line names itself. */
  attribute?: `data-${string}`;
}

const lineAt = (x: number, y: number, attribute: string): string | undefined =>
  document.elementFromPoint(x, y)?.closest(`[${attribute}]`)?.getAttribute(attribute) ?? undefined;

/** What is carried, and the beginning of a drag for a line (mouse) or its grip (finger). */
export function useDrag({ canDrop, onDrop, onOpen, attribute = "data-area" }: DragOptions) {
  const [carried, setCarried] = useState<Carried | null>(null);
  const latest = useRef({ canDrop, onDrop, onOpen });
  latest.current = { canDrop, onDrop, onOpen };
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  const start = (id: string, event: ReactPointerEvent<HTMLElement>): void => {
    if (event.button !== 0 || stop.current !== null) return;
    const from = { x: event.clientX, y: event.clientY };
    const pointer = event.pointerId;
    const tree = event.currentTarget.closest<HTMLElement>("[data-scrolls]");
    let now: Carried | null = null;
    let opening: ReturnType<typeof setTimeout> | undefined;

    const show = (next: Carried | null): void => {
      now = next;
      setCarried(next);
    };
    const hover = (x: number, y: number): void => {
      const over = lineAt(x, y, attribute);
      if (over !== now?.over) {
        clearTimeout(opening);
        if (over !== undefined) opening = setTimeout(() => latest.current.onOpen?.(over), OPEN_AFTER_MS);
      }
      show({ id, x, y, over });
    };
    const scroll = setInterval(() => {
      if (now === null || tree === null) return;
      const box = tree.getBoundingClientRect();
      const by = now.y < box.top + EDGE_PX ? -SCROLL_PX : now.y > box.bottom - EDGE_PX ? SCROLL_PX : 0;
      if (by === 0) return;
      tree.scrollTop += by;
      hover(now.x, now.y);
    }, 30);

    const move = (moved: PointerEvent): void => {
      if (moved.pointerId !== pointer) return;
      const far = Math.hypot(moved.clientX - from.x, moved.clientY - from.y) > SLACK_PX;
      if (now !== null || far) hover(moved.clientX, moved.clientY);
    };
    const end = (ended: PointerEvent): void => {
      if (ended.pointerId !== pointer) return;
      const { over } = now ?? {};
      finish();
      if (over !== undefined && latest.current.canDrop(id, over)) latest.current.onDrop(id, over);
    };
    const cancel = (): void => finish();
    const key = (pressed: KeyboardEvent): void => {
      if (pressed.key !== "Escape" || now === null) return;
      pressed.stopPropagation();
      finish();
    };
    const finish = (): void => {
      if (now !== null) swallowClick();
      clearInterval(scroll);
      clearTimeout(opening);
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", key, true);
      stop.current = null;
      show(null);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", key, true);
    stop.current = finish;
  };
  return { carried, start };
}

/** The click that follows the end of a drag selects nothing. */
function swallowClick(): void {
  const stop = (event: MouseEvent): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", stop, { capture: true }), 0);
}
