/** Light, dark, or as the system says; the choice is kept in this browser. */
import { useSyncExternalStore } from "react";
import { keep, kept } from "./kept";

export type Theme = "system" | "light" | "dark";

export const THEMES: readonly Theme[] = ["system", "light", "dark"];

const isTheme = (value: unknown): value is Theme => THEMES.includes(value as Theme);
const listeners = new Set<() => void>();
let theme: Theme = "system";

function show(): void {
  const root = document.documentElement;
  root.dataset.ixTheme = "classic";
  root.dataset.ixColorSchema = theme;
  root.style.colorScheme = theme === "system" ? "light dark" : theme;
}

export function startTheme(): void {
  const chosen = kept("theme");
  theme = isTheme(chosen) ? chosen : "system";
  show();
}

export function setTheme(next: Theme): void {
  theme = next;
  keep("theme", next);
  show();
  for (const listener of listeners) listener();
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );

const dark = (): MediaQueryList => globalThis.matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is shown dark just now; for pictures that cannot ask the style sheet (charts). */
export function useDark(): boolean {
  const chosen = useTheme();
  const system = useSyncExternalStore(
    (listener) => {
      const media = dark();
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => dark().matches,
  );
  return chosen === "dark" || (chosen === "system" && system);
}
