import { expect, it } from "vitest";
import { daysLeft } from "./password";

const now = Date.parse("2026-05-01T12:00:00Z");

it("a password is told to end from as many days ahead as the server says", () => {
  expect(daysLeft("2026-06-01T00:00:00Z", now, 14)).toBeNull();
  expect(daysLeft("2026-05-15T12:00:00Z", now, 14)).toBe(14);
  expect(daysLeft("2026-05-02T00:00:00Z", now, 14)).toBe(1);
  expect(daysLeft("2026-05-15T12:00:00Z", now, 13)).toBeNull();
  expect(daysLeft("2026-04-01T00:00:00Z", now, 14)).toBe(0);
});
