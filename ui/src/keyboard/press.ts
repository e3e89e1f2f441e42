/** Fingers on keys: which key a touch means, and how long it is held. */
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

/**
 * Hears the keys of a keyboard until the returned function is called. A key acts when the finger comes down,
 * wherever it slides then: gloves slide. `click` is left to those who press a key without a pointer (a switch, a
 * screen reader, the Enter key).
 */
export function hearPresses(keyboard: HTMLElement, act: (key: string) => void): () => void {
  const presses = new Map<number, Press>();
  const stopped = new AbortController();
  const { signal } = stopped;
  const lift = (event: PointerEvent) => stop(presses, event.pointerId);
  keyboard.addEventListener(
    "pointerdown",
    (event) => {
      event.preventDefault();
      const key = event.button === 0 ? keyAt(keyboard, event) : undefined;
      if (key) hold(keyboard, presses, event, key, act);
    },
    { signal },
  );
  keyboard.addEventListener("pointerup", lift, { signal });
  keyboard.addEventListener("pointercancel", lift, { signal });
  keyboard.addEventListener(
    "click",
    (event) => {
      const key = keyOf(event.target);
      if (event.detail !== 0 || !key?.dataset.key) return;
      pulse(keyboard);
      act(key.dataset.key);
    },
    { signal },
  );
  for (const kind of ["mousedown", "contextmenu"]) keyboard.addEventListener(kind, refuse, { signal });
  return () => {
    stopped.abort();
    for (const pointer of [...presses.keys()]) stop(presses, pointer);
  };
}

/** The field keeps the focus, and a long press opens no menu. */
const refuse = (event: Event): void => event.preventDefault();

function hold(
  keyboard: HTMLElement,
  presses: Map<number, Press>,
  event: PointerEvent,
  key: HTMLElement,
  act: (key: string) => void,
): void {
  const id = key.dataset.key ?? "";
  stop(presses, event.pointerId);
  keyboard.setPointerCapture(event.pointerId);
  // In a password no key shows that it is the one.
  if (keyboard.dataset.secret !== "true") key.dataset.pressed = "";
  const strike = () => {
    pulse(keyboard);
    act(id);
  };
  presses.set(event.pointerId, { key, timer: repeats(id) ? repeat(strike) : 0 });
  strike();
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

const keyOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-key]") : null;

/** The key under a finger, else the nearest one within the slop. */
function keyAt(keyboard: HTMLElement, event: PointerEvent): HTMLElement | undefined {
  const under = keyOf(event.target);
  if (under) return under;
  const keys = [...keyboard.querySelectorAll<HTMLElement>("[data-key]")];
  const near = keys.map((key) => ({ key, distance: distanceTo(key.getBoundingClientRect(), event) }));
  return near.filter(({ distance }) => distance <= SLOP).sort((a, b) => a.distance - b.distance)[0]?.key;
}

function distanceTo(box: DOMRect, { clientX, clientY }: { clientX: number; clientY: number }): number {
  const beside = Math.max(box.left - clientX, 0, clientX - box.right);
  const above = Math.max(box.top - clientY, 0, clientY - box.bottom);
  return Math.hypot(beside, above);
}

/** One short sign at the edge of the keyboard for every key alike: it says that a key was hit, not which one. */
function pulse(keyboard: HTMLElement): void {
  keyboard.dataset.pulse = keyboard.dataset.pulse === "a" ? "b" : "a";
}
