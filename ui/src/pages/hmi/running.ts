/**
 * The process and the release that waits for signatures, kept while one looks at another page of this browser:
 * a plant goes on while its picture is not shown.
 */
import { useSyncExternalStore } from "react";
import { BEGINNING, later, type Process } from "./process";

/** A release that was asked for, and waits. */
export interface Release {
  /** The request, and what opens it. */
  id: string;
  view: string | undefined;
  /** What the batch is called. */
  batch: string;
}

export interface Running {
  process: Process;
  release: Release | null;
}

const STEP_MS = 500;

let running: Running = { process: BEGINNING, release: null };
let runs = false;
const listeners = new Set<() => void>();

export function change(next: (now: Running) => Running): void {
  running = next(running);
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  if (!runs) setInterval(() => change((now) => ({ ...now, process: later(now.process) })), STEP_MS);
  runs = true;
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useRunning = (): Running => useSyncExternalStore(listen, () => running);
