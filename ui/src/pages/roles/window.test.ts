import { describe, expect, it } from "vitest";
import { type Grid, inSight, moved, scrolled, withOne } from "./window";

describe("what is in sight", () => {
  it("is what the view shows, with some more on each side, and nothing beyond the ends", () => {
    expect(inSight(0, 100, 10, 1000, 2)).toEqual({ first: 0, end: 12 });
    expect(inSight(505, 100, 10, 1000, 2)).toEqual({ first: 48, end: 63 });
    expect(inSight(9_950, 100, 10, 1000, 2)).toEqual({ first: 993, end: 1000 });
    expect(inSight(500, 100, 10, 3, 2)).toEqual({ first: 3, end: 3 });
  });

  it("keeps what has the focus", () => {
    expect(withOne({ first: 3, end: 6 }, 4)).toEqual([3, 4, 5]);
    expect(withOne({ first: 3, end: 6 }, 0)).toEqual([0, 3, 4, 5]);
    expect(withOne({ first: 3, end: 6 }, 90)).toEqual([3, 4, 5, 90]);
  });

  it("moves no further than it must", () => {
    expect(scrolled(100, 200, 50, 10, 20)).toBe(100);
    expect(scrolled(100, 200, 50, 2, 20)).toBe(40);
    expect(scrolled(100, 200, 50, 20, 20)).toBe(270);
  });
});

describe("the keys of the matrix", () => {
  // Rows 0 and 3 are headings.
  const grid: Grid = { rows: 6, columns: 3, takes: (row) => row !== 0 && row !== 3, page: 10 };
  const at = (row: number, column: number) => ({ row, column });

  it("step over headings", () => {
    expect(moved(grid, at(2, 1), "ArrowDown", false)).toEqual(at(4, 1));
    expect(moved(grid, at(4, 1), "ArrowUp", false)).toEqual(at(2, 1));
    expect(moved(grid, at(1, 1), "ArrowUp", false)).toEqual(at(1, 1));
  });

  it("stay within the table", () => {
    expect(moved(grid, at(5, 2), "ArrowDown", false)).toEqual(at(5, 2));
    expect(moved(grid, at(5, 2), "ArrowRight", false)).toEqual(at(5, 2));
    expect(moved(grid, at(2, 0), "ArrowLeft", false)).toEqual(at(2, 0));
    expect(moved(grid, at(2, 0), "PageDown", false)).toEqual(at(5, 0));
  });

  it("go to the ends of the row and of the table", () => {
    expect(moved(grid, at(4, 1), "Home", false)).toEqual(at(4, 0));
    expect(moved(grid, at(4, 1), "Home", true)).toEqual(at(1, 0));
    expect(moved(grid, at(1, 1), "End", true)).toEqual(at(5, 2));
  });

  it("are no others", () => {
    expect(moved(grid, at(1, 1), "Tab", false)).toBeUndefined();
    expect(moved({ ...grid, takes: () => false }, at(1, 1), "ArrowDown", false)).toBeUndefined();
  });
});
