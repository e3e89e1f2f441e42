import { describe, expect, it } from "vitest";
import type { Overview } from "./data";
import { beginOf, tilesOf } from "./figures";

const counted = { log_ons: 5, refused: 2, failures: 0, alarms: 1 };
const whole: Overview = {
  at: "2026-05-04T13:05:09.123456Z",
  sessions: { running: 4, emergency: 0 },
  stations: { all: 12, enabled: 11, in_use: 3 },
  events: { last_hour: counted, last_day: counted, log_ons: [], counted_from: "2026-05-03T13:05:09Z" },
  directories: [
    { id: "1", name: "local", kind: "local", enabled: true, up: true, servers: [] },
    { id: "2", name: "works", kind: "ldap", enabled: true, up: false, servers: [] },
    { id: "3", name: "old", kind: "ldap", enabled: false, up: false, servers: [] },
  ],
  log: { size: 99, checkpoint_at: "2026-05-04T13:05:00Z", writable: true },
};

const names = (overview: Overview): string[] => tilesOf(overview).map(({ name }) => name);

const figure = (overview: Overview, tile: string, name: string) =>
  tilesOf(overview)
    .find((one) => one.name === tile)
    ?.figures.find((one) => one.name === name);

describe("the figures", () => {
  it("are those that the reader may see", () => {
    const { events: _, ...sessions } = whole;
    expect(names(sessions)).toEqual(["sessions", "stations", "directories", "log"]);
    const { sessions: _s, stations: _t, ...events } = whole;
    expect(names(events)).toEqual(["directories", "log", "logOns", "refused", "failures", "alarms"]);
    expect(names(whole)).toHaveLength(8);
  });

  it("lead to what they count", () => {
    expect(figure(whole, "refused", "hour")).toMatchObject({
      value: 2,
      to: "events",
      search: { type: "log-on-refused,log-ons-refused", from: "2026-05-04T12:06:00.000Z" },
    });
    expect(figure(whole, "failures", "day")?.search).toEqual({
      result: "failed",
      from: "2026-05-03T13:06:00.000Z",
    });
    expect(figure(whole, "stations", "inUse")).toMatchObject({ to: "sessions", search: { station: "yes" } });
    expect(figure(whole, "alarms", "hour")?.search.type?.split(",")).toContain("log-gap");
  });

  it("name the one directory that is down; one that is switched off is not", () => {
    expect(figure(whole, "directories", "up")?.value).toBe(1);
    expect(figure(whole, "directories", "down")).toMatchObject({ value: 1, id: "2", bad: true });
  });

  it("are bad where somebody should look", () => {
    expect(figure(whole, "sessions", "emergency")?.bad).toBe(false);
    const emergency = { ...whole, sessions: { running: 4, emergency: 1 } };
    expect(figure(emergency, "sessions", "emergency")?.bad).toBe(true);
    expect(figure(whole, "alarms", "day")?.bad).toBe(true);
    expect(figure(whole, "refused", "day")?.bad).toBe(false);
    const unwritten = { ...whole, log: { size: 99, writable: false } };
    expect(figure(unwritten, "log", "checkpoint")).toMatchObject({ value: undefined, bad: true });
  });
});

it("the last minutes begin with a whole minute, the present one among them", () => {
  expect(beginOf(1, "2026-05-04T13:05:59.999999Z")).toBe("2026-05-04T13:05:00.000Z");
});
