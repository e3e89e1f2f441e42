/**
 * What the server tells by itself: a stream of server-sent events whose every message holds for its
 * lease. Whoever hears nothing for that long knows nothing any more.
 */
import { heard, lost } from "./link";

/** A message with the time for which it may be believed. */
export interface Leased {
  lease: { seconds: number };
}

export interface Listening<T extends Leased> {
  /** The stream's address. */
  path: string;
  /** The name of the messages that are meant: `session`, `in-charge`. */
  event: string;
  /** A message has come. */
  told: (message: T) => void;
  /** The stream is over and there is nothing more to hear. */
  ended: () => void;
  /** Nothing was heard for the lease; the next message mends it. */
  expired: () => void;
  /** Asks whether the stream may be opened again; `false` ends it. */
  goesOn: () => Promise<boolean>;
  /** Opens the stream; tests give another. */
  open?: (path: string) => EventSource;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
const FIRST_LEASE_S = 10;

function read<T>(data: unknown): T | undefined {
  try {
    return JSON.parse(String(data)) as T;
  } catch {
    return undefined;
  }
}

/** Listens until the answer is called or the stream is over. */
export function listen<T extends Leased>(to: Listening<T>): () => void {
  const open = to.open ?? ((path: string) => new EventSource(path));
  let source: EventSource | undefined;
  let lease: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let pause = FIRST_PAUSE_MS;
  let leaseMs = FIRST_LEASE_S * 1000;
  let over = false;

  const stop = (): void => {
    over = true;
    source?.close();
    clearTimeout(lease);
    clearTimeout(again);
  };
  const renew = (): void => {
    clearTimeout(lease);
    lease = setTimeout(() => {
      lost();
      to.expired();
      // The stream hangs without having ended: begin anew.
      reopen();
    }, leaseMs);
  };
  const reopen = (): void => {
    source?.close();
    clearTimeout(again);
    again = setTimeout(() => void retry(), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };
  const retry = async (): Promise<void> => {
    const goesOn = await to.goesOn().catch(() => true);
    if (over) return;
    if (goesOn) begin();
    else {
      stop();
      to.ended();
    }
  };
  const begin = (): void => {
    const stream = open(to.path);
    source = stream;
    stream.addEventListener(to.event, (message) => {
      const told = read<T>((message as MessageEvent).data);
      if (over || stream !== source || told === undefined) return;
      heard();
      pause = FIRST_PAUSE_MS;
      leaseMs = told.lease.seconds * 1000;
      renew();
      to.told(told);
    });
    stream.addEventListener("ended", () => {
      if (over || stream !== source) return;
      stop();
      to.ended();
    });
    stream.addEventListener("error", () => {
      if (over || stream !== source) return;
      lost();
      reopen();
    });
  };
  renew();
  begin();
  return stop;
}
