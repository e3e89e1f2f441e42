import { renderHook } from "@testing-library/react";
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { startTexts } from "../../i18n";
import { LANGUAGES } from "../../i18n/languages";
import type { Rules } from "./rules";
import { type Scope, useRulesTelling } from "./telling";

const named = (name: string) => ({ id: name, name });

const RULES: Rules = {
  steps: [
    { roles: [named("Operator")], count: 1, meaning: "performed" },
    { roles: [named("Quality"), named("Shift lead")], count: 2, meaning: "approved" },
  ],
  ordered: true,
  one_station: false,
  performer_differs: true,
  one_person_once: true,
  when: "before",
  reason: "none",
  reasons: [],
  comment: "forced",
  valid_seconds: 600,
  continuous_seconds: 0,
  strength: "single",
  cancel_roles: [named("Shift lead")],
};
const SCOPE: Scope = { actions: ["batch/release"], areas: [named("dairy/line1")], enabled: true };

function told(changes: Partial<Rules> = {}, scope?: Scope): string {
  const { result } = renderHook(() => useRulesTelling());
  const text = result.current.sentences({ ...RULES, ...changes }, scope);
  return text.replaceAll(/[\u2068\u2069]/g, "").replaceAll("\u00a0", " ");
}

describe("the sentences of a policy", () => {
  beforeAll(async () => {
    await startTexts(["signature-parts"]);
    await i18next.changeLanguage("en");
  });

  it("say who signs what, where, how and by when", () => {
    expect(told({}, SCOPE)).toBe(
      "batch/release in dairy/line1 and everything below waits until all have signed. " +
        "They sign in this order: 1 × Operator as “performed” → 2 × Quality or Shift lead as “approved”. " +
        "Nobody signs twice. Whoever performs the action may sign it only as “performed”. " +
        "Name and password are given each time. A comment must be added. " +
        "All must have signed within 10 minutes. It is cancelled by Shift lead or by the application.",
    );
  });

  it("say the opposite of each rule where it is set so", () => {
    const other = told(
      {
        ordered: false,
        one_station: true,
        performer_differs: false,
        one_person_once: false,
        when: "after",
        reason: "forced",
        reasons: ["a", "b"],
        comment: "none",
        valid_seconds: null,
        continuous_seconds: 900,
        strength: "strong",
        cancel_roles: [],
      },
      { ...SCOPE, enabled: false },
    );
    for (const part of [
      "Switched off",
      "is done at once",
      "in any order",
      "One person may sign several steps.",
      "at the same station",
      "For 15 minutes after",
      "At least this proof is needed: strong",
      "One of 2 reasons must be chosen.",
      "does not expire",
      "Only the application can cancel it.",
    ])
      expect(other).toContain(part);
    for (const part of ["Whoever performs", "comment", "Nobody signs twice"])
      expect(other).not.toContain(part);
  });

  it("are there in every language, with every name in them and nothing left open", async () => {
    for (const language of Object.keys(LANGUAGES)) {
      await i18next.changeLanguage(language);
      for (const reason of ["none", "optional", "forced"]) {
        const text = told({ reason, reasons: reason === "forced" ? ["a", "b"] : [] }, SCOPE);
        for (const part of ["batch/release", "dairy/line1", "Operator", "Quality", "Shift lead", "10"])
          expect(text, language).toContain(part);
        expect(text, language).not.toMatch(/\{\{|\b(reasonFree|commentAsked|meanings)\b/);
      }
    }
    await i18next.changeLanguage("en");
  });

  it("take nothing in a name for a text of their own, and count many instead of naming them", () => {
    const hostile = "{{n}} $t(parts:save) <b>";
    expect(told({ cancel_roles: [named(hostile)] })).toContain(hostile);
    const many = Array.from({ length: 30 }, (_, at) => `act${at}`);
    expect(told({}, { ...SCOPE, actions: many })).toContain("and 25 more");
  });
});
