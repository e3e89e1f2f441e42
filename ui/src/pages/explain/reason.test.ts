import { expect, test } from "vitest";
import { namesOf, type Reason, type Way, waysOf } from "./reason";

const named = (name: string) => ({ id: name, name });

const path = {
  groups: [{ ...named("crew"), told: "local" as const }],
  assignment: "a1",
  role: named("Operator"),
  area: named("dairy/line2"),
};

const reason: Reason = {
  allowed: true,
  user: named("bob"),
  right: named("hmi/valve.operate"),
  area: named("dairy/line2/mixer"),
  path,
  missing: null,
};

test("where the one way alone was told, it is the only one, with what was missing on it", () => {
  expect(waysOf(reason)).toEqual([{ ...path, unmet: [] }]);
  const missing = { what: "area" as const, holds_in: [named("dairy/line1")] };
  expect(waysOf({ ...reason, allowed: false, missing })).toEqual([{ ...path, unmet: ["area"] }]);
  // That the user is disabled is no condition of the assignment.
  expect(waysOf({ ...reason, allowed: false, missing: { what: "enabled" } })[0]?.unmet).toEqual([]);
});

test("where all ways were told, they are those", () => {
  const other: Way = { ...path, assignment: "a2", unmet: ["time"] };
  expect(waysOf({ ...reason, ways: [{ ...path, unmet: [] }, other] })).toHaveLength(2);
  expect(waysOf({ ...reason, path: null, ways: [] })).toEqual([]);
});

test("what is missing names where the role holds instead", () => {
  expect(namesOf({ what: "area", holds_in: [named("dairy/line1")] })).toEqual(["dairy/line1"]);
  expect(namesOf({ what: "unknown-right", asked: "hmi/fly" })).toEqual(["hmi/fly"]);
  expect(namesOf({ what: "enabled" })).toEqual([]);
});
