import { describe, expect, it } from "vitest";
import { newPassword } from "./password";

describe("a generated password", () => {
  it("has every class of characters and none that look alike", () => {
    for (let at = 0; at < 200; at += 1) {
      expect(newPassword()).toMatch(/^[A-HJKMNP-Z][2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{5}){3}$/);
    }
  });

  it("always has a digit and differs each time", () => {
    const made = Array.from({ length: 200 }, () => newPassword());
    expect(made.every((text) => /[0-9]/.test(text))).toBe(true);
    expect(new Set(made).size).toBe(200);
  });

  it("draws again what would make some letters likelier", () => {
    let round = 0;
    const text = newPassword((bytes) => {
      // 255 lies in the incomplete round of 31; it must never count.
      bytes.forEach((_, at) => {
        bytes[at] = at % 2 === 0 ? 255 : (round + at * 7) % 248;
      });
      round += 1;
    });
    expect(text).toHaveLength(23);
  });
});
