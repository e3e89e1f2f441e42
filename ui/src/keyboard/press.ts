/** Fingers on keys: which key a touch means, and how long it is held. */
import { type PointerEvent, type SyntheticEvent, useEffect, useMemo, useRef } from "react";
import { repeats } from "./frame";

/** How long a key is held before it repeats, and how often it does then, in milliseconds. */
const REPEAT_AFTER = 500;
const REPEAT_EVERY = 70;

/** How far beside a key a finger still means it, in CSS pixels. */
const SLOP = 24;

interface Press {
  key: HTMLElement;
  timer: number;
}

export interface PressHandlers {
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  onPointerUp(event: PointerEvent<HTMLElement>): void;
  onPointerCancel(event: PointerEvent<HTMLElement>): void;
  onClick(event: SyntheticEvent<HTMLElement, MouseEvent>): void;
  onMouseDown(event: SyntheticEvent): void;
  onContextMenu(event: SyntheticEvent): void;
}

/**
 * A key acts when the finger comes down, wherever it slides then: gloves slide. `click` is left to those who
 * press a key without a pointer (a switch, a screen reader, the Enter key).
 */
export function usePresses(act: (key: string) => void): PressHandlers {
  const latest = useRef(act);
  latest.current = act;
  const presses = useRef(new Map<number, Press>());
  useEffect(() => stopAll(presses.current), []);
  return useMemo(() => handlers(presses.current, (key) => latest.current(key)), []);
}

function handlers(presses: Map<number, Press>, act: (key: string) => void): PressHandlers {
  const lift = (event: PointerEvent) => stop(presses, event.pointerId);
  return {
    onPointerDown(event) {
      event.preventDefault();
      const key = event.button === 0 ? keyAt(event) : undefined;
      if (key) hold(presses, event, key, act);
    },
    onPointerUp: lift,
    onPointerCancel: lift,
    onClick(event) {
      const key = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null;
      if (event.nativeEvent.detail === 0 && key?.dataset.key) act(key.dataset.key);
    },
    onMouseDown: refuse,
    onContextMenu: refuse,
  };
}

/** The field keeps the focus, and a long press opens no menu. */
const refuse = (event: SyntheticEvent): void => event.preventDefault();

function hold(
  presses: Map<number, Press>,
  event: PointerEvent<HTMLElement>,
  key: HTMLElement,
  act: (key: string) => void,
): void {
  const id = key.dataset.key ?? "";
  stop(presses, event.pointerId);
  event.currentTarget.setPointerCapture(event.pointerId);
  // In a password no key shows that it is the one.
  if (event.currentTarget.dataset.secret !== "true") key.dataset.pressed = "";
  presses.set(event.pointerId, { key, timer: repeats(id) ? repeat(() => act(id)) : 0 });
  act(id);
}

/** Calls again and again, first after a while. Returns the interval. */
function repeat(call: () => void): number {
  const start = performance.now();
  return window.setInterval(() => {
    if (performance.now() - start >= REPEAT_AFTER) call();
  }, REPEAT_EVERY);
}

function stop(presses: Map<number, Press>, pointer: number): void {
  const press = presses.get(pointer);
  if (!press) return;
  window.clearInterval(press.timer);
  delete press.key.dataset.pressed;
  presses.delete(pointer);
}

function stopAll(presses: Map<number, Press>): () => void {
  return () => {
    for (const pointer of [...presses.keys()]) stop(presses, pointer);
  };
}

/** The key under a finger, else the nearest one within the slop. */
function keyAt(event: PointerEvent<HTMLElement>): HTMLElement | undefined {
  const under = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null;
  if (under) return under;
  const keys = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-key]")];
  const near = keys.map((key) => ({ key, distance: distanceTo(key.getBoundingClientRect(), event) }));
  return near.filter(({ distance }) => distance <= SLOP).sort((a, b) => a.distance - b.distance)[0]?.key;
}

function distanceTo(box: DOMRect, { clientX, clientY }: { clientX: number; clientY: number }): number {
  const beside = Math.max(box.left - clientX, 0, clientX - box.right);
  const above = Math.max(box.top - clientY, 0, clientY - box.bottom);
  return Math.hypot(beside, above);
}
