/** Whether there is anything on the page that would be lost with it. */
import { useLayoutEffect, useSyncExternalStore } from "react";

let parts = 0;
const listeners = new Set<() => void>();

function count(change: 1 | -1): void {
  parts += change;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells of a part of the page that holds unsaved changes while it is shown. */
export function useUnsaved(dirty: boolean): void {
  useLayoutEffect(() => {
    if (!dirty) return;
    count(1);
    return () => count(-1);
  }, [dirty]);
}

/** Whether any part of the page holds unsaved changes. */
export const useAnyUnsaved = (): boolean => useSyncExternalStore(subscribe, () => parts > 0);
