import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Session } from "../api/session";
import { endingOf } from "./countdown";

const begun = Date.parse("2026-05-01T12:00:00Z");
const at = (seconds: number): string => new Date(begun + seconds * 1000).toISOString();

const session = (idle: number, latest: number): Session => ({
  id: "s",
  person: { id: "p", name: "Anna" },
  user: { id: "u", name: "anna" },
  directory: { id: "d", name: "local" },
  roles: [],
  strength: "single",
  started_at: at(0),
  active_at: at(0),
  checked_at: at(0),
  idle_ends_at: at(idle),
  ends_at: at(latest),
  lease: { seconds: 10 },
});

beforeEach(() => void vi.useFakeTimers({ now: begun }));
afterEach(() => void vi.useRealTimers());

it("a session warns in its last minute", () => {
  vi.setSystemTime(begun + 539_000);
  expect(endingOf(session(600, 3600))).toEqual({ left: 61, canStay: true, warns: false });
  vi.setSystemTime(begun + 540_000);
  expect(endingOf(session(600, 3600))).toEqual({ left: 60, canStay: true, warns: true });
});

it("a session that is short anyway warns in its last third", () => {
  expect(endingOf(session(60, 3600)).warns).toBe(false);
  vi.setSystemTime(begun + 41_000);
  expect(endingOf(session(60, 3600)).warns).toBe(true);
});

it("nothing puts off the latest end of a session", () => {
  vi.setSystemTime(begun + 3_550_000);
  expect(endingOf(session(3600, 3600))).toEqual({ left: 50, canStay: false, warns: true });
});
