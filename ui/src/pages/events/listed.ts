/**
 * The events that are in the page: read from the newest to the oldest, page by page, with the new ones
 * that came meanwhile. The log may have many millions; only a bounded part of it is here at a time.
 */
import type { LoggedEvent } from "./record";

/** Most events that are kept in the page; further back goes a list that begins there. */
export const MOST_ROWS = 10_000;
/** Most new events that wait for being shown; with more the list begins anew. */
export const MOST_FRESH = 500;
/** Found events after which a search pauses until somebody scrolls on. */
export const ENOUGH = 50;
/** Pages after which a search that finds little asks whether to go on. */
export const MOST_PAGES = 40;

export interface Listed {
  /** The newest first. */
  rows: readonly LoggedEvent[];
  /** New ones that are not shown yet, the newest first. */
  fresh: readonly LoggedEvent[];
  /** More new ones came than are kept. */
  overflow: boolean;
  /** Events with smaller numbers were not looked at; none when the log was read to its beginning. */
  older: number | undefined;
  /** Events with greater numbers were not looked at. */
  newer: number;
  /** Found and pages read since somebody asked for more. */
  found: number;
  pages: number;
}

/** What `next` of a page says. */
const cursor = (next: string | null | undefined): number | undefined =>
  next === undefined || next === null ? undefined : Number(next);

export interface PageOfEvents {
  items: LoggedEvent[];
  next?: string | null;
}

/** A list that begins below `before` and hears of what is newer than `newer`. */
export const begin = (before: number, newer: number): Listed => ({
  rows: [],
  fresh: [],
  overflow: false,
  older: before,
  newer,
  found: 0,
  pages: 0,
});

/** An older page at the end. */
export function withOlder(list: Listed, page: PageOfEvents): Listed {
  const last = list.rows.at(-1)?.sequence ?? Number.POSITIVE_INFINITY;
  const more = page.items.filter((event) => event.sequence < last);
  return {
    ...list,
    rows: [...list.rows, ...more],
    older: cursor(page.next),
    found: list.found + more.length,
    pages: list.pages + 1,
  };
}

/** Somebody asks for more. */
export const askedOn = (list: Listed): Listed => ({ ...list, found: 0, pages: 0 });

/** Whether the next page is to be read without being asked. */
export const goesOn = (list: Listed): boolean =>
  list.older !== undefined && list.rows.length < MOST_ROWS && list.found < ENOUGH && list.pages < MOST_PAGES;

/** New events, the oldest first as the server tells them. */
export function withNewer(list: Listed, page: PageOfEvents): Listed {
  const top = list.newer;
  const more = page.items.filter((event) => event.sequence > top).reverse();
  const fresh = [...more, ...list.fresh];
  const newer = Math.max(top, cursor(page.next) ?? -1, more[0]?.sequence ?? -1);
  if (more.length === 0 && newer === top) return list;
  return {
    ...list,
    fresh: fresh.slice(0, MOST_FRESH),
    overflow: list.overflow || fresh.length > MOST_FRESH,
    newer,
  };
}

/** Shows the new ones; the oldest leave where there are too many. */
export function shownFresh(list: Listed): Listed {
  if (list.fresh.length === 0) return list;
  const all = [...list.fresh, ...list.rows];
  const rows = all.slice(0, MOST_ROWS);
  const older = all.length > MOST_ROWS ? rows.at(-1)?.sequence : list.older;
  return { ...list, rows, fresh: [], older };
}
