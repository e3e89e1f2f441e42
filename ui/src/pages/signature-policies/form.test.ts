import { describe, expect, it } from "vitest";
import { clashing, type Policy } from "./data";
import { EMPTY, type Form, formOf, isValid, reasonsOf, toApi, wrongOf } from "./form";

const named = (id: string) => ({ id, name: id });

const FULL: Form = {
  ...EMPTY,
  name: "Release",
  actions: ["batch/release"],
  areas: [named("dairy")],
  steps: [{ key: "a", roles: [named("operator")], count: 2, meaning: "performed" }],
};

const POLICY: Policy = {
  id: "p",
  name: "Release",
  enabled: true,
  actions: [{ id: "r", name: "batch/release" }],
  areas: [named("dairy")],
  steps: [{ roles: [named("operator")], count: 2, meaning: "performed" }],
  ordered: true,
  one_station: true,
  performer_differs: false,
  one_person_once: false,
  when: "after",
  reason: "forced",
  reasons: ["spoilt", "late"],
  comment: "none",
  valid_seconds: 5_400,
  continuous_seconds: 120,
  strength: "single",
  cancel_roles: [named("lead")],
  warnings: [],
  version: 7,
};

describe("the form of a policy", () => {
  it("gives back what was read, rule by rule", () => {
    const { id: _, warnings: __, actions, areas, steps, cancel_roles, ...rules } = POLICY;
    expect(toApi(formOf(POLICY), 7)).toEqual({
      ...rules,
      actions: actions.map((action) => action.name),
      areas: areas.map((area) => area.id),
      steps: steps.map((step) => ({ ...step, roles: step.roles.map((role) => role.id) })),
      cancel_roles: cancel_roles.map((role) => role.id),
    });
    const free: Policy = { ...POLICY, continuous_seconds: 0, valid_seconds: null };
    expect(toApi(formOf(free))).toMatchObject({ continuous_seconds: 0, valid_seconds: null });
  });

  it("cannot be saved without name, act, area, step, or a role of a step", () => {
    expect(isValid(FULL)).toBe(true);
    const holes: Partial<Form>[] = [
      { name: "  " },
      { actions: [] },
      { areas: [] },
      { steps: [] },
      { steps: [{ key: "b", roles: [], count: 1, meaning: "approved" }] },
    ];
    for (const hole of holes) expect(isValid({ ...FULL, ...hole }), JSON.stringify(hole)).toBe(false);
    expect([...wrongOf({ ...FULL, steps: EMPTY.steps }).steps]).toEqual(["first"]);
  });

  it("takes times within the server's bounds only", () => {
    const valid = (amount: string, unit: "second" | "day" | "hour"): boolean =>
      !wrongOf({ ...FULL, valid: { amount, unit } }).valid;
    expect([valid("9", "second"), valid("10", "second"), valid("366", "day"), valid("367", "day")]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(valid("", "hour")).toBe(false);
    expect(wrongOf({ ...FULL, continuous: { amount: "13", unit: "hour" } }).continuous).toBe(true);
    expect(wrongOf({ ...FULL, continuous: { amount: "12", unit: "hour" } }).continuous).toBe(false);
  });

  it("takes different reasons, none where none is asked for", () => {
    expect(reasonsOf({ reason: "forced", reasons: " a \n\nb" })).toEqual(["a", "b"]);
    expect(reasonsOf({ reason: "none", reasons: "a" })).toEqual([]);
    expect(wrongOf({ ...FULL, reasons: "a\na" }).reasons).toBe(true);
    expect(wrongOf({ ...FULL, reasons: "x".repeat(201) }).reasons).toBe(true);
  });

  it("meets another policy only for the same act in the same area", () => {
    const own = { enabled: true, actions: ["batch/release"], areas: [named("dairy")] };
    const names = (policy: Partial<Policy>) => clashing(own, [{ ...POLICY, ...policy }]).length;
    expect(names({})).toBe(1);
    expect(names({ enabled: false })).toBe(0);
    expect(names({ areas: [named("dairy/line1")] })).toBe(0);
    expect(names({ actions: [{ id: "h", name: "batch/hold" }] })).toBe(0);
    expect(clashing({ ...own, id: "p" }, [POLICY])).toEqual([]);
    expect(clashing({ ...own, enabled: false }, [POLICY])).toEqual([]);
  });
});
