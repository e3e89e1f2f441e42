import { expect, it } from "vitest";
import { filterOf, fromField, sequenceOf, toField, wordsOf } from "./filter";

it("an address chooses events by what the server knows, and by nothing else", () => {
  expect(filterOf({ type: "logged-on,logged-off", text: "", event: "7", other: "x" })).toEqual({
    type: "logged-on,logged-off",
  });
});

it("a time that is none does not count", () => {
  expect(filterOf({ from: "yesterday", to: "2026-05-04T13:00:00Z" })).toEqual({ to: "2026-05-04T13:00:00Z" });
});

it("a text is cut to what the server takes, whole characters only", () => {
  expect(filterOf({ text: "😀".repeat(300) }).text).toBe("😀".repeat(256));
});

it("the number of an event is digits", () => {
  expect([sequenceOf("70"), sequenceOf("-1"), sequenceOf("7e3"), sequenceOf("9".repeat(20))]).toEqual([
    70,
    undefined,
    undefined,
    undefined,
  ]);
});

it("words stand with commas between", () => {
  expect(wordsOf("a,,b")).toEqual(["a", "b"]);
  expect(wordsOf(undefined)).toEqual([]);
});

it("a moment goes into the browser's field and back", () => {
  const time = new Date(2026, 4, 4, 13, 5).toISOString();
  expect(toField(time)).toBe("2026-05-04T13:05");
  expect(fromField(toField(time))).toBe(time);
  expect([toField("x"), fromField(""), fromField("x")]).toEqual(["", undefined, undefined]);
});
