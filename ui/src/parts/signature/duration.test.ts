import { describe, expect, it } from "vitest";
import { durationOf, durationTold, secondsOf } from "./duration";

describe("a length of time", () => {
  it("stands in the largest unit that keeps it whole", () => {
    expect(durationOf(600)).toEqual({ amount: "10", unit: "minute" });
    expect(durationOf(86_400)).toEqual({ amount: "1", unit: "day" });
    expect(durationOf(90)).toEqual({ amount: "90", unit: "second" });
    for (const seconds of [10, 59, 60, 3_600, 5_400, 86_400, 366 * 86_400]) {
      expect(secondsOf(durationOf(seconds))).toBe(seconds);
    }
  });

  it("that is none is none", () => {
    for (const amount of ["", "0", "-1", "1.5", "1e3", "ten", "９"]) {
      expect(secondsOf({ amount, unit: "minute" }), amount).toBeUndefined();
    }
  });

  it("is written out in the reader's language", () => {
    expect(durationTold(600, "en")).toBe("10 minutes");
    expect(durationTold(5_400, "de")).toBe("1 Stunde 30 Minuten");
    expect(durationTold(86_400, "ja")).toContain("1");
  });
});
