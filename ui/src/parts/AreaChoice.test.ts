import { expect, it } from "vitest";
import { rowsOf } from "../pages/areas/tree";
import { marksOf } from "./AreaChoice";

const area = (id: string, parent: string | null) => ({ id, name: id, path: id, parent, version: 1 });
const plant = [area("dairy", null), area("line1", "dairy"), area("mixer", "line1"), area("line2", "dairy")];
const rows = rowsOf(plant, { closed: new Set(), text: "", compare: (a, b) => a.localeCompare(b) });

it("what lies below a chosen area is meant by it, and nothing beside it", () => {
  expect(rows.map((row) => row.area.id)).toEqual(["dairy", "line1", "mixer", "line2"]);
  expect(marksOf(rows, new Set(["line1"]))).toEqual(["none", "chosen", "meant", "none"]);
  expect(marksOf(rows, new Set(["dairy", "mixer"]))).toEqual(["chosen", "meant", "meant", "meant"]);
  expect(marksOf(rows, new Set())).toEqual(["none", "none", "none", "none"]);
});
