/** Reads the log for the page: older events as they are asked for, new ones while it is live. */
import { useCallback, useEffect, useRef, useState } from "react";
import { api, call } from "../../api/client";
import { onLink } from "../../api/link";
import { isPassing } from "../../api/problem";
import { queries, retries } from "../../api/query";
import type { Filter } from "./filter";
import {
  askedOn,
  begin,
  goesOn,
  type Listed,
  type PageOfEvents,
  shownFresh,
  withNewer,
  withOlder,
} from "./listed";

const PAGE = 100;
const TAIL = 200;
const TAIL_MS = 1_000;

interface Where {
  before?: number;
  after?: number;
  newest?: boolean;
  limit: number;
}

/** One page; it goes the way of every question, so that the end of the session is noticed. */
function read(filter: Filter, where: Where, signal: AbortSignal): Promise<PageOfEvents> {
  return queries.fetchQuery({
    queryKey: ["events", "page", filter, where],
    queryFn: () => call(api.GET("/api/v1/events", { params: { query: { ...filter, ...where } }, signal })),
    retry: retries,
    staleTime: 0,
    gcTime: 0,
  });
}

/** Where a list begins: at the newest event, or below the one that the address names. */
async function beginning(before: number | undefined, signal: AbortSignal): Promise<Listed> {
  const { items } = await read({}, { newest: true, limit: 1 }, signal);
  const newest = items[0]?.sequence ?? -1;
  return begin(before ?? newest + 1, newest);
}

export interface Events {
  /** None until the server has said where the log ends. */
  list: Listed | undefined;
  /** An older page is being read. */
  reading: boolean;
  error: unknown;
  /** What the last look for new ones failed with; the next one may mend it. */
  tailError: unknown;
  /** Reads on: the reader came near the end, or asked for more. */
  more: () => void;
  /** Stops a search that finds little. */
  stop: () => void;
  /** Tries again what failed. */
  retry: () => void;
  /** Shows the new ones. */
  showFresh: () => void;
}

export interface EventsOptions {
  filter: Filter;
  /** Begins below this event instead of at the newest. */
  before: number | undefined;
  /** Asks for new ones. */
  live: boolean;
  /** Whether new ones are shown as they come: the reader looks at the top. */
  follow: () => boolean;
}

export function useEvents({ filter, before, live, follow }: EventsOptions): Events {
  const [list, setList] = useState<Listed>();
  const [error, setError] = useState<unknown>(null);
  const [tailError, setTailError] = useState<unknown>(null);
  const [anew, setAnew] = useState(0);
  const [stopped, setStopped] = useState(false);
  const following = useRef(follow);
  following.current = follow;
  // The filter as it was when this list began; the effects below begin anew with another.
  const key = JSON.stringify([filter, before ?? null, anew]);
  const filterNow = useRef(filter);
  filterNow.current = filter;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for filter and beginning
  useEffect(() => {
    const abort = new AbortController();
    setList(undefined);
    setError(null);
    setStopped(false);
    beginning(before, abort.signal).then(
      (begun) => !abort.signal.aborted && setList(begun),
      (failed) => !abort.signal.aborted && setError(failed),
    );
    return () => abort.abort();
  }, [key]);

  const wanted = list !== undefined && error === null && !stopped && goesOn(list);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the number of pages asks for the next one
  useEffect(() => {
    const from = list?.older;
    if (!wanted || from === undefined) return;
    const abort = new AbortController();
    read(filterNow.current, { before: from, limit: PAGE }, abort.signal).then(
      (page) => !abort.signal.aborted && setList((now) => now && withOlder(now, page)),
      (failed) => !abort.signal.aborted && setError(failed),
    );
    return () => abort.abort();
  }, [wanted, list?.older, list?.pages, key]);

  const tail = live && before === undefined && list !== undefined && !list.overflow;
  const newer = useRef(-1);
  newer.current = list?.newer ?? -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter has another tail
  useEffect(() => {
    setTailError(null);
    if (!tail) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<boolean> => {
      if (document.visibilityState === "hidden") return false;
      const page = await read(filterNow.current, { after: newer.current, limit: TAIL }, abort.signal);
      if (abort.signal.aborted) return false;
      setTailError(null);
      setList((now) => {
        const heard = now && withNewer(now, page);
        return heard && following.current() ? shownFresh(heard) : heard;
      });
      return typeof page.next === "string";
    };
    const again = (more: boolean): void => {
      if (!abort.signal.aborted) timer = setTimeout(tick, more ? 0 : TAIL_MS);
    };
    // What a look at the tail fails with, the next one may mend; a lost server the banner tells.
    const failed = (problem: unknown): void => {
      if (!abort.signal.aborted && !isPassing(problem)) setTailError(problem);
      again(false);
    };
    const tick = (): void => void look().then(again, failed);
    tick();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [tail, key]);

  const missing = list === undefined;
  const retry = useCallback(() => {
    setError(null);
    // Without an error the reading goes on by itself; what has not begun begins anew.
    if (missing) setAnew((before) => before + 1);
  }, [missing]);
  // A failure heals with the connection.
  useEffect(() => (error === null ? undefined : onLink(retry)), [error, retry]);

  return {
    list,
    reading: wanted || (list === undefined && error === null),
    error,
    tailError,
    more: useCallback(() => {
      setStopped(false);
      setList((now) => (now !== undefined && !goesOn(now) && now.older !== undefined ? askedOn(now) : now));
    }, []),
    stop: useCallback(() => setStopped(true), []),
    retry,
    showFresh: useCallback(() => {
      setList((now) => now && shownFresh(now));
      setAnew((before) => (list?.overflow ? before + 1 : before));
    }, [list?.overflow]),
  };
}
