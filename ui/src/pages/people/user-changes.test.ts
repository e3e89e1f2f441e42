import { describe, expect, it } from "vitest";
import type { User } from "./data";
import { changesOf, newestOf } from "./user-changes";

const USER: User = {
  id: "1",
  directory: { id: "d", name: "local" },
  login: "anna",
  label: "Anna",
  person: { id: "p", name: "Anna" },
  enabled: true,
  essential: false,
  version: 3,
};

describe("the change of a user", () => {
  it("sends only what differs", () => {
    expect(changesOf(USER, USER)).toEqual({});
    expect(changesOf({ ...USER, label: "Ännchen", version: 9 }, USER)).toEqual({ label: "Ännchen" });
    expect(changesOf({ ...USER, person: { id: "q", name: "Bea" }, essential: true }, USER)).toEqual({
      person: "q",
      essential: true,
    });
  });

  it("goes on from the versions that the page itself made, and from no others", () => {
    const steps = new Map([
      [3, 4],
      [4, 5],
      [7, 8],
    ]);
    expect(newestOf(steps, 3)).toBe(5);
    expect(newestOf(steps, 5)).toBe(5);
    expect(newestOf(steps, 6)).toBe(6);
  });
});
