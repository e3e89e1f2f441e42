import { describe, expect, it } from "vitest";
import {
  applied,
  countOf,
  difference,
  heldBy,
  holds,
  NO_CHANGES,
  remaining,
  turned,
  without,
} from "./changes";
import type { Role } from "./data";

const role = (id: string, ...rights: string[]): Role => ({
  id,
  name: id,
  description: "",
  built_in: false,
  rights,
  version: 1,
});

const HELD = heldBy([role("a", "hmi/view", "batch/start"), role("b")]);

describe("a change of the matrix", () => {
  it("is collected for its role and counted", () => {
    const one = turned(HELD, NO_CHANGES, "a", "hmi/view");
    const two = turned(HELD, one, "b", "hmi/view");
    expect([holds(HELD, two, "a", "hmi/view"), holds(HELD, two, "b", "hmi/view")]).toEqual([false, true]);
    expect(holds(HELD, two, "a", "batch/start")).toBe(true);
    expect(countOf(two)).toBe(2);
    expect(countOf(without(two, "b"))).toBe(1);
  });

  it("is none any more when it is taken back", () => {
    const there = turned(HELD, NO_CHANGES, "a", "hmi/view");
    expect(turned(HELD, there, "a", "hmi/view")).toEqual(NO_CHANGES);
  });

  it("leaves alone the rights that it does not name", () => {
    const of = new Map([
      ["hmi/view", false],
      ["batch/hold", true],
    ]);
    expect(applied(["hmi/view", "batch/start"], of)).toEqual(["batch/hold", "batch/start"]);
  });

  it("is done where somebody else did the same meanwhile, and gone with its role", () => {
    let changes = turned(HELD, NO_CHANGES, "a", "batch/hold");
    changes = turned(HELD, changes, "a", "hmi/view");
    changes = turned(HELD, changes, "b", "hmi/view");
    const now = heldBy([role("a", "hmi/view", "batch/hold")]);
    expect(remaining(now, changes)).toEqual(new Map([["a", new Map([["hmi/view", false]])]]));
  });
});

it("tells what somebody else added and removed", () => {
  expect(difference(["a/b", "a/c"], ["a/c", "a/d"])).toEqual({ added: ["a/d"], removed: ["a/b"] });
});
