import { describe, expect, it } from "vitest";
import type { Area } from "../areas/data";
import { type Assignment, EMPTY, formOf, isValid, toApi, wrongOf } from "./data";
import { sorted, sortOf, stateOf, wantedOf } from "./listed";

const areas = [
  { id: "1", path: "dairy", name: "dairy" },
  { id: "2", path: "dairy/line1", name: "line1", parent: "1" },
  { id: "3", path: "dairy/line1/filler", name: "filler", parent: "2" },
  { id: "4", path: "dairy/line2", name: "line2", parent: "1" },
] as Area[];

const named = (id: string) => ({ id, name: areas.find((area) => area.id === id)?.path ?? id });

const given = (who: string, role: string, area: string, more: Partial<Assignment> = {}): Assignment => ({
  id: `${who} ${role} ${area}`,
  principal: { kind: "group", id: who, name: who, directory: "local" },
  role: { id: role, name: role },
  areas: [named(area)],
  stations: [],
  version: 1,
  ...more,
});

const NOTHING = { text: "", role: "", area: "", principal: "" };
const all = [given("Öl", "Operator", "2"), given("Zoo", "Auditor", "1"), given("äpfel", "Operator", "4")];
const who = (found: readonly Assignment[]): string[] => found.map((one) => one.principal.name);

describe("the filter", () => {
  it("finds every word in any name, whatever its case", () => {
    expect(who(wantedOf(all, { ...NOTHING, text: "OPERATOR line1" }, areas))).toEqual(["Öl"]);
    expect(wantedOf(all, { ...NOTHING, text: "operator nobody" }, areas)).toEqual([]);
  });

  it("of an area keeps what is given there or above, not beside or below it", () => {
    expect(who(wantedOf(all, { ...NOTHING, area: "3" }, areas))).toEqual(["Öl", "Zoo"]);
    expect(who(wantedOf(all, { ...NOTHING, area: "1" }, areas))).toEqual(["Zoo"]);
  });

  it("of a role and of a principal keeps theirs", () => {
    expect(who(wantedOf(all, { ...NOTHING, role: "Auditor" }, areas))).toEqual(["Zoo"]);
    expect(who(wantedOf(all, { ...NOTHING, principal: "Öl" }, areas))).toEqual(["Öl"]);
  });
});

describe("the order", () => {
  const compare = new Intl.Collator("de").compare;

  it("is the reader's, not that of the code points", () => {
    expect(who(sorted(all, sortOf(undefined), compare))).toEqual(["äpfel", "Öl", "Zoo"]);
    expect(who(sorted(all, sortOf("-who"), compare))).toEqual(["Zoo", "Öl", "äpfel"]);
  });

  it("of a column puts the same in order by the others", () => {
    expect(who(sorted(all, sortOf("role"), compare))).toEqual(["Zoo", "äpfel", "Öl"]);
    expect(sortOf("nonsense")).toEqual({ by: "who", down: false });
  });
});

describe("an assignment", () => {
  const now = Date.parse("2026-05-04T12:00:00Z");

  it("is over at its end and has not begun before its beginning", () => {
    expect(stateOf({ until: "2026-05-04T12:00:00Z" }, now)).toBe("over");
    expect(stateOf({ from: "2026-05-04T12:00:01Z" }, now)).toBe("coming");
    expect(stateOf({ from: "2026-05-04T12:00:00Z", until: "2026-05-05T12:00:00Z" }, now)).toBe("now");
  });

  it("goes through the form without a change, its seconds with it", () => {
    const stored = given("a", "b", "1", {
      schedule: [{ from: "sun 22:00", to: "mon 06:00" }],
      stations: [{ id: "s", name: "Panel" }],
      from: "2026-05-04T12:00:07.500000Z",
      strength: "strong",
    });
    expect(toApi(formOf(stored), stored)).toEqual({
      areas: ["1"],
      stations: ["s"],
      schedule: stored.schedule,
      from: stored.from,
      until: null,
      strength: "strong",
    });
  });

  it("at all hours of the week is one without times", () => {
    const schedule = [
      { from: "mon 00:00", to: "thu 00:00" },
      { from: "thu 00:00", to: "mon 00:00" },
    ];
    expect(toApi({ ...EMPTY, schedule }).schedule).toBeNull();
  });

  it("needs an area, times where times are wanted, and an end after its beginning", () => {
    const good = { ...EMPTY, areas: [named("1")] };
    expect(isValid(good)).toBe(true);
    expect(wrongOf(EMPTY).areas).toBe(true);
    expect(isValid({ ...good, stations: [] })).toBe(false);
    expect(isValid({ ...good, schedule: [] })).toBe(false);
    expect(isValid({ ...good, schedule: [{ from: "mon 06:00", to: "mon " }] })).toBe(false);
    expect(isValid({ ...good, from: "2026-05-04T12:00", until: "2026-05-04T12:00" })).toBe(false);
  });
});
