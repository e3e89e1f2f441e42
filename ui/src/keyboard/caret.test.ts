import { describe, expect, it } from "vitest";
import { edited, type Text } from "./caret";
import type { Action, Edit } from "./machine";

/** A text with its caret as `|`, or its selection between two. */
function text(marked: string): Text {
  const [before = "", selected = "", after] = marked.split("|");
  const middle = after === undefined ? "" : selected;
  const value = before + middle + (after ?? selected);
  return { value, start: before.length, end: before.length + middle.length };
}

const insert = (what: string): Edit => ({ kind: "insert", text: what });
const voice = (mark: string): Edit => ({ kind: "voice", mark });
const act = (action: Action): Edit => ({ kind: "action", action });

describe("an edit at the caret", () => {
  it.each<[string, Edit, string]>([
    ["ab|cd", insert("x"), "abx|cd"],
    ["a|bc|d", insert("x"), "ax|d"],
    ["ab|cd", act("backspace"), "a|cd"],
    ["|ab", act("backspace"), "|ab"],
    ["a|bc|d", act("backspace"), "a|d"],
    ["ab|cd", act("delete"), "ab|d"],
    ["ab|", act("delete"), "ab|"],
    ["a|bc|d", act("delete"), "a|d"],
    ["ab|cd", act("left"), "a|bcd"],
    ["|ab", act("left"), "|ab"],
    ["a|bc|d", act("left"), "a|bcd"],
    ["ab|cd", act("right"), "abc|d"],
    ["ab|", act("right"), "ab|"],
    ["a|bc|d", act("right"), "abc|d"],
    ["ab|cd", act("home"), "|abcd"],
    ["ab|cd", act("end"), "abcd|"],
    ["one\ntw|o\nsix", act("home"), "one\n|two\nsix"],
    ["one\ntw|o\nsix", act("end"), "one\ntwo|\nsix"],
    ["\n|x", act("home"), "\n|x"],
    ["か|き", voice("゛"), "が|き"],
    ["か|き|", voice("゛"), "か゛|"],
    ["|", voice("゜"), "゜|"],
  ])("%j", (before, edit, after) => {
    expect(edited(text(before), edit, 99)).toEqual(text(after));
  });

  it("takes what a person sees as one character", () => {
    for (const whole of ["👩‍🔧", "e\u0301", "🇨🇭", "𝒜"]) {
      expect(edited(text(`a${whole}|`), act("backspace"), 99)).toEqual(text("a|"));
      expect(edited(text(`|${whole}a`), act("delete"), 99)).toEqual(text("|a"));
      expect(edited(text(`a${whole}|`), act("left"), 99)).toEqual(text(`a|${whole}`));
      expect(edited(text(`|${whole}a`), act("right"), 99)).toEqual(text(`${whole}|a`));
    }
  });
});

describe("a full field", () => {
  it("takes nothing more", () => expect(edited(text("abc|"), insert("d"), 3)).toEqual(text("abc|")));
  it("takes a letter for a letter", () =>
    expect(edited(text("a|b|c"), insert("x"), 3)).toEqual(text("ax|c")));
  it("takes a sound mark that joins", () => expect(edited(text("か|"), voice("゛"), 1)).toEqual(text("が|")));
  it("that a script filled beyond its length can be shortened", () => {
    expect(edited(text("abcd|"), act("backspace"), 2)).toEqual(text("abc|"));
  });
});
