import { expect, it } from "vitest";
import { IDLE, SESSION, toMinutes, toSeconds } from "./minutes";

it("every second that a role may have is the same after it was shown and typed", () => {
  for (let seconds = IDLE.least; seconds <= 4_000; seconds += 1) {
    expect(toSeconds(toMinutes(seconds), IDLE)).toBe(seconds);
  }
  expect(toSeconds(toMinutes(604_800), SESSION)).toBe(604_800);
});

it("nothing typed is no time of the role's own", () => {
  expect(toSeconds("  ", IDLE)).toBeNull();
  expect([toMinutes(null), toMinutes(undefined)]).toEqual(["", ""]);
});

it("a comma is a point, and what lies outside the bounds or is no number is refused", () => {
  expect(toSeconds("7,5", IDLE)).toBe(450);
  for (const typed of ["0.1", "-5", "1e3", "abc", "10081", "5 min", "."]) {
    expect(toSeconds(typed, IDLE), typed).toBeUndefined();
  }
  expect(toSeconds("0.5", SESSION)).toBeUndefined();
});
