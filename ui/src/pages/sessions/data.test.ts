import { describe, expect, it } from "vitest";
import { byStation, type Session, sorted, sortOf, wantedOf } from "./data";

const session = (person: string, station: string | null, started: string, more: object = {}): Session => ({
  id: person,
  person: { id: person, name: person },
  user: { id: person, name: person.toLowerCase() },
  directory: { id: "d", name: "Plant users" },
  roles: [{ id: "r", name: "Operator" }],
  strength: "single",
  started_at: started,
  active_at: started,
  idle_ends_at: started,
  ends_at: started,
  checked_at: started,
  lease: { seconds: 10 },
  ...(station === null ? {} : { station: { id: station, name: station } }),
  ...more,
});

const all = [
  session("Änne", "Line 10", "2026-05-04T10:00:00Z"),
  session("Bea", null, "2026-05-04T12:00:00Z", { emergency: true }),
  session("Chloe", "Line 2", "2026-05-04T11:00:00Z"),
];
const compare = new Intl.Collator("de", { numeric: true }).compare;
const nothing = { text: "", station: "", emergency: "" };
const people = (found: Session[]) => found.map((one) => one.person.name);

describe("the filter", () => {
  it("wants every word, in any name of the session", () => {
    expect(people(wantedOf(all, { ...nothing, text: "line operator" }))).toEqual(["Änne", "Chloe"]);
    expect(people(wantedOf(all, { ...nothing, text: "ÄNNE" }))).toEqual(["Änne"]);
    expect(people(wantedOf(all, { ...nothing, text: "line bea" }))).toEqual([]);
  });

  it("tells stations from none, and emergencies", () => {
    expect(people(wantedOf(all, { ...nothing, station: "no" }))).toEqual(["Bea"]);
    expect(people(wantedOf(all, { ...nothing, station: "yes" }))).toEqual(["Änne", "Chloe"]);
    expect(people(wantedOf(all, { ...nothing, emergency: "yes" }))).toEqual(["Bea"]);
    expect(wantedOf(all, nothing)).toHaveLength(3);
  });
});

describe("the order", () => {
  it("is by the newest where nothing else is asked", () => {
    expect(people(sorted(all, sortOf(undefined), compare))).toEqual(["Bea", "Chloe", "Änne"]);
    expect(sortOf("nonsense")).toEqual({ by: "started", down: true });
  });

  it("counts numbers in names, and puts those without a station last either way", () => {
    expect(people(sorted(all, sortOf("station"), compare))).toEqual(["Chloe", "Änne", "Bea"]);
    expect(people(sorted(all, sortOf("-station"), compare))).toEqual(["Änne", "Chloe", "Bea"]);
    expect(people(sorted(all, sortOf("person"), compare))).toEqual(["Änne", "Bea", "Chloe"]);
  });
});

it("a station has the one who is in charge of it", () => {
  expect(byStation(all).get("Line 2")?.person.name).toBe("Chloe");
  expect(byStation(all).size).toBe(2);
});
