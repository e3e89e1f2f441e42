import { useEffect, useState } from "react";

const left = (at: number | undefined): number =>
  at === undefined ? 0 : Math.max(0, Math.ceil((at - Date.now()) / 1000));

/** The whole seconds until a moment of this computer's clock, counted down; 0 when it is past or unknown. */
export function useSeconds(at: number | undefined): number {
  const [seconds, setSeconds] = useState(() => left(at));
  useEffect(() => {
    setSeconds(left(at));
    if (left(at) === 0) return;
    const timer = setInterval(() => {
      setSeconds(left(at));
      if (left(at) === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [at]);
  return seconds;
}

/** Renders the page again every so many milliseconds and tells the time. */
export function useNow(everyMs: number, now: () => number = Date.now): number {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, now]);
  return at;
}
