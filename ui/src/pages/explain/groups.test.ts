import { expect, test } from "vitest";
import { stopsOf } from "./groups";
import type { Way } from "./reason";

const way = (assignment: string, ...groups: string[]): Way => ({
  groups: groups.map((name) => ({ id: name, name, told: "local" })),
  assignment,
  role: { id: "r", name: "r" },
  area: null,
  unmet: [],
});

const drawn = (...ways: Way[]): string[] =>
  stopsOf(ways).map(({ group, indent, ways }) =>
    `${"  ".repeat(indent)}${group?.name ?? "person"}: ${ways.map((one) => one.assignment).join(" ")}`.trimEnd(),
  );

test("what is given to the person stands at the person", () => {
  expect(drawn(way("a1"), way("a2"))).toEqual(["person: a1 a2"]);
});

test("a chain of groups stays in one line downwards, however long", () => {
  const names = Array.from({ length: 12 }, (_, at) => `g${at}`);
  const stops = stopsOf([way("a1", ...names)]);
  expect(stops.map(({ indent }) => indent)).toEqual(Array.from({ length: 13 }, () => 0));
  expect(stops.map(({ from }) => from).slice(0, 3)).toEqual(["", "person", "person g0"]);
  expect(stops.at(-1)?.ways).toHaveLength(1);
});

test("ways with the same groups share them, and what branches is moved in", () => {
  expect(drawn(way("a1", "crew", "line"), way("a2", "crew"), way("a3", "lab"), way("a4"))).toEqual([
    "person: a4",
    "  crew: a2",
    "  line: a1",
    "  lab: a3",
  ]);
});

test("the same group by two ways stands twice, each with a key of its own", () => {
  const keys = stopsOf([way("a1", "x", "z"), way("a2", "y", "z")]).map(({ key }) => key);
  expect(new Set(keys).size).toBe(5);
});
