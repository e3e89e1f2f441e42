import { afterEach, expect, it, vi } from "vitest";
import { byServer, secondsUntil, serverNow, tellServerTime } from "./clock";

afterEach(() => {
  vi.useRealTimers();
  tellServerTime(new Date().toUTCString(), Date.now());
});

it("counts by the server's clock where the panel's own is wrong", () => {
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
  tellServerTime("Thu, 01 Jan 2026 02:00:00 GMT", Date.now());
  expect(secondsUntil("2026-01-01T02:01:00Z")).toBeGreaterThanOrEqual(59);
  expect(secondsUntil("2026-01-01T02:01:00Z")).toBeLessThanOrEqual(60);
  expect(secondsUntil("2026-01-01T01:00:00Z")).toBe(0);
  expect(byServer(Date.now())).toBe(serverNow());
});

it("leaves a clock alone that is right to the second", () => {
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00.900Z") });
  tellServerTime("Thu, 01 Jan 2026 00:00:00 GMT", Date.now());
  tellServerTime("nonsense", Date.now());
  tellServerTime(null, Date.now());
  expect(serverNow()).toBe(Date.now());
});
