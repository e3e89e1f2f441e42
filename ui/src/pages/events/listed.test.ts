import { expect, it } from "vitest";
import {
  askedOn,
  begin,
  ENOUGH,
  goesOn,
  MOST_FRESH,
  MOST_PAGES,
  MOST_ROWS,
  shownFresh,
  withNewer,
  withOlder,
} from "./listed";
import type { LoggedEvent } from "./record";

const event = (sequence: number): LoggedEvent => ({ sequence, at: "2026-05-04T13:05:09.000001Z" });
const down = (from: number, count: number): LoggedEvent[] =>
  Array.from({ length: count }, (_, at) => event(from - at));
const numbers = (events: readonly LoggedEvent[]): number[] => events.map(({ sequence }) => sequence);

it("older pages follow each other without a gap or a repetition", () => {
  let list = begin(100, 99);
  list = withOlder(list, { items: down(99, 3), next: "97" });
  list = withOlder(list, { items: down(97, 3), next: "94" });
  expect(numbers(list.rows)).toEqual([99, 98, 97, 96, 95]);
  expect(list.older).toBe(94);
});

it("a search that finds little goes on by itself, up to a bound, and on again when asked", () => {
  let list = begin(1_000_000, 999_999);
  let pages = 0;
  while (goesOn(list)) {
    pages += 1;
    list = withOlder(list, { items: [], next: String(1_000_000 - 5_000 * pages) });
  }
  expect(pages).toBe(MOST_PAGES);
  expect(goesOn(askedOn(list))).toBe(true);
});

it("a search that found enough waits, and one at the log's beginning is over", () => {
  const list = withOlder(begin(1_000, 999), { items: down(999, ENOUGH), next: "900" });
  expect(goesOn(list)).toBe(false);
  const over = withOlder(begin(1_000, 999), { items: [] });
  expect(over.older).toBeUndefined();
  expect(goesOn(askedOn(over))).toBe(false);
});

it("new events wait until they are shown, each once", () => {
  let list = withOlder(begin(100, 99), { items: down(99, 2), next: "98" });
  list = withNewer(list, { items: [event(100), event(102)] });
  list = withNewer(list, { items: [event(102), event(103)], next: "110" });
  expect(numbers(list.fresh)).toEqual([103, 102, 100]);
  expect(list.newer).toBe(110);
  expect(numbers(shownFresh(list).rows)).toEqual([103, 102, 100, 99, 98]);
  expect(shownFresh(list).fresh).toEqual([]);
});

it("a flood of new events does not fill the page", () => {
  const flood = down(1_000, MOST_FRESH + 1).reverse();
  const list = withNewer(begin(100, 99), { items: flood });
  expect(list.fresh.length).toBe(MOST_FRESH);
  expect(list.overflow).toBe(true);
});

it("the page keeps a bounded number, and reads on from the oldest that it keeps", () => {
  let list = withOlder(begin(MOST_ROWS, MOST_ROWS - 1), { items: down(MOST_ROWS - 1, MOST_ROWS) });
  list = shownFresh(withNewer(list, { items: [event(MOST_ROWS)] }));
  expect(list.rows.length).toBe(MOST_ROWS);
  expect(list.older).toBe(1);
  expect(goesOn(askedOn(list))).toBe(false);
});
