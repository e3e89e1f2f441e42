import { describe, expect, it } from "vitest";
import type { Area } from "./data";
import { canMove, countBelow, isWithin, rowsOf, stepOf } from "./tree";

const area = (path: string): Area => {
  const steps = path.split("/");
  const above = steps.slice(0, -1).join("/");
  return { id: path, name: steps.at(-1) ?? "", path, version: 1, ...(above === "" ? {} : { parent: above }) };
};

const plant = ["dairy", "dairy/line2", "dairy/line2/mixer", "dairy/line10", "dairy/line1"].map(area);
const compare = new Intl.Collator("en", { numeric: true }).compare;
const rows = (text = "", closed: string[] = []) => rowsOf(plant, { closed: new Set(closed), text, compare });
const ids = (seen: ReturnType<typeof rows>) => seen.map((row) => row.area.id);

describe("the tree", () => {
  it("is seen from top to bottom, numbers in names in their order", () => {
    expect(ids(rows())).toEqual(["dairy", "dairy/line1", "dairy/line2", "dairy/line2/mixer", "dairy/line10"]);
    expect(rows().map((row) => [row.level, row.place, row.size])).toEqual([
      [1, 1, 1],
      [2, 1, 3],
      [2, 2, 3],
      [3, 1, 1],
      [2, 3, 3],
    ]);
  });

  it("hides what lies below a closed branch", () => {
    expect(ids(rows("", ["dairy/line2"]))).not.toContain("dairy/line2/mixer");
    expect(rows("", ["dairy/line2"]).find((row) => row.area.id === "dairy/line2")).toMatchObject({
      branch: true,
      open: false,
    });
  });

  it("shows what a search means and the way to it, closed or not", () => {
    const found = rows("MIX", ["dairy", "dairy/line2"]);
    expect(ids(found)).toEqual(["dairy", "dairy/line2", "dairy/line2/mixer"]);
    expect(found.filter((row) => row.hit).map((row) => row.area.id)).toEqual(["dairy/line2/mixer"]);
    expect(ids(rows("line2/m"))).toEqual(["dairy", "dairy/line2", "dairy/line2/mixer"]);
    expect(rows("nowhere")).toEqual([]);
  });

  it("shows an area whose parent is not there at the top", () => {
    const orphan = { ...area("gone/pump"), parent: "gone" };
    const seen = rowsOf([...plant, orphan], { closed: new Set(), text: "", compare });
    expect(seen.find((row) => row.area === orphan)?.level).toBe(1);
  });
});

describe("the keys", () => {
  it("go up, down, to the ends, and stop there", () => {
    expect(stepOf(rows(), "dairy", "ArrowDown")).toEqual({ to: "dairy/line1" });
    expect(stepOf(rows(), "dairy", "ArrowUp")).toEqual({ to: "dairy" });
    expect(stepOf(rows(), "dairy", "End")).toEqual({ to: "dairy/line10" });
    expect(stepOf(rows(), "dairy/line10", "ArrowDown")).toEqual({ to: "dairy/line10" });
    expect(stepOf(rows(), "dairy/line10", "Home")).toEqual({ to: "dairy" });
    expect(stepOf(rows(), undefined, "ArrowDown")).toEqual({ to: "dairy" });
  });

  it("open and close branches, then go in and out", () => {
    const closed = rows("", ["dairy/line2"]);
    expect(stepOf(closed, "dairy/line2", "ArrowRight")).toEqual({ toggle: "dairy/line2" });
    expect(stepOf(rows(), "dairy/line2", "ArrowRight")).toEqual({ to: "dairy/line2/mixer" });
    expect(stepOf(rows(), "dairy/line2", "ArrowLeft")).toEqual({ toggle: "dairy/line2" });
    expect(stepOf(rows(), "dairy/line2/mixer", "ArrowLeft")).toEqual({ to: "dairy/line2" });
    expect(stepOf(rows(), "dairy/line1", "ArrowRight")).toEqual({});
  });

  it("find the next name that begins with a letter, around the end", () => {
    expect(stepOf(rows(), "dairy", "l")).toEqual({ to: "dairy/line1" });
    expect(stepOf(rows(), "dairy/line10", "L")).toEqual({ to: "dairy/line1" });
    expect(stepOf(rows(), "dairy", "x")).toEqual({});
    expect(stepOf(rows(), "dairy", "F5")).toBeUndefined();
  });
});

describe("a move", () => {
  it("leads anywhere but below itself, to where it is, or with the plant itself", () => {
    expect(canMove(plant, "dairy/line2/mixer", "dairy/line1")).toBe(true);
    expect(canMove(plant, "dairy/line2/mixer", "dairy")).toBe(true);
    expect(canMove(plant, "dairy/line2", "dairy/line2/mixer")).toBe(false);
    expect(canMove(plant, "dairy/line2", "dairy/line2")).toBe(false);
    expect(canMove(plant, "dairy/line2", "dairy")).toBe(false);
    expect(canMove(plant, "dairy", "dairy/line1")).toBe(false);
    expect(canMove(plant, "dairy/line2", "nowhere")).toBe(false);
  });

  it("takes all below along", () => {
    expect(countBelow(plant, "dairy")).toBe(4);
    expect(countBelow(plant, "dairy/line1")).toBe(0);
    expect(isWithin(plant, "dairy/line2/mixer", "dairy")).toBe(true);
    expect(isWithin(plant, "dairy", "dairy/line2/mixer")).toBe(false);
  });
});
