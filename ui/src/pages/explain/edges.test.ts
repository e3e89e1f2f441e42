import { expect, test } from "vitest";
import { pathOf } from "./edges";

const box = (left: number, top: number) => ({ left, right: left + 100, top, bottom: top + 40 });

test("a line down a chain is straight, one to a branch bends to its side", () => {
  expect(pathOf(box(0, 0), box(0, 60), "down")).toBe("M 20 40 V 60");
  expect(pathOf(box(0, 0), box(40, 60), "down")).toBe("M 20 40 V 72 q 0 8 8 8 H 40");
});

test("a line across ends in the middle of both sides", () => {
  expect(pathOf(box(0, 0), box(200, 100), "across")).toBe("M 100 20 C 150 20 150 120 200 120");
});
