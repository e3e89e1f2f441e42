import { expect, test } from "vitest";
import { namesOf, type Reason, stepsOf } from "./reason";

const named = (name: string) => ({ id: name, name });

const reason: Reason = {
  allowed: true,
  user: named("bob"),
  right: named("hmi/valve.operate"),
  area: named("dairy/line2/mixer"),
  path: {
    groups: [
      { ...named("lvl1"), told: "directory" },
      { ...named("crew"), told: "local" },
    ],
    role: named("Operator"),
    area: named("dairy/line2"),
  },
  missing: null,
};

test("the way leads from the person by each group and the role to the right", () => {
  expect(stepsOf(reason).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "user bob",
    "group lvl1",
    "group crew",
    "role Operator",
    "right hmi/valve.operate",
  ]);
  expect(stepsOf(reason)[3]?.area).toBe("dairy/line2");
});

test("without a way there is the person alone", () => {
  expect(stepsOf({ ...reason, path: null })).toEqual([{ kind: "user", name: "bob" }]);
});

test("what is missing names where the role holds instead", () => {
  expect(namesOf({ what: "area", holds_in: [named("dairy/line1")] })).toEqual(["dairy/line1"]);
  expect(namesOf({ what: "unknown-right", asked: "hmi/fly" })).toEqual(["hmi/fly"]);
  expect(namesOf({ what: "enabled" })).toEqual([]);
});
