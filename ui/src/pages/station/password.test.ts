import { expect, it } from "vitest";
import { daysLeft } from "./password";

const now = Date.parse("2026-05-01T12:00:00Z");

it("a password is told to end in the last fortnight", () => {
  expect(daysLeft("2026-06-01T00:00:00Z", now)).toBeNull();
  expect(daysLeft("2026-05-15T12:00:00Z", now)).toBe(14);
  expect(daysLeft("2026-05-02T00:00:00Z", now)).toBe(1);
  expect(daysLeft("2026-04-01T00:00:00Z", now)).toBe(0);
});
