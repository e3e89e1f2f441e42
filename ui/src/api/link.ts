/**
 * Whether the server can be heard. It counts as lost with the first thing that fails and as there with
 * the first that comes through.
 */
export interface Link {
  lost: boolean;
  /** When the server was last heard, in milliseconds of this computer's clock. */
  heardAt: number;
}

type Listener = () => void;

let link: Link = { lost: false, heardAt: Date.now() };
const listeners = new Set<Listener>();

function become(next: Link): void {
  const changed = next.lost !== link.lost;
  link = next;
  if (changed) for (const listener of listeners) listener();
}

export const currentLink = (): Link => link;

/** Something of the server came through. */
export const heard = (): void => become({ lost: false, heardAt: Date.now() });

/** Something failed on the way to the server. */
export const lost = (): void => become({ ...link, lost: true });

/** Calls when the link is lost or there again; the answer ends it. */
export function onLink(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// The browser knows of a pulled cable before any call has failed.
if (typeof window !== "undefined") window.addEventListener("offline", lost);
