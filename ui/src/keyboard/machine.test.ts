import { describe, expect, it } from "vitest";
import { LAYOUTS } from "./layouts";
import { composed, press, REST, type State, symbolAt, voiced } from "./machine";
import { typeKeys } from "./reach";

const { de, en, es, fr, ja } = LAYOUTS;

/** Places of keys on QWERTZ. */
const [A, E, Q, S, ACUTE, CIRCUMFLEX, ONE, SHARP_S] = [
  "2.0",
  "1.2",
  "1.0",
  "2.1",
  "0.12",
  "0.0",
  "0.1",
  "0.11",
];

const stateAfter = (keys: string[], layout = de): State =>
  keys.reduce((state, key) => press(layout, state, key).state, REST);

describe("Shift", () => {
  it("holds for one character", () => expect(typeKeys(de, ["shift", A, S])).toBe("As"));
  it("is taken back by pressing it again", () => expect(typeKeys(de, ["shift", "shift", A])).toBe("a"));
  it("holds over a key that carries nothing", () => {
    expect(stateAfter(["altGr", A]).altGr).toBe(true);
    expect(typeKeys(de, ["altGr", A, Q])).toBe("@");
  });
});

describe("Caps", () => {
  it("holds until it is pressed again", () => expect(typeKeys(de, ["caps", A, S, "caps", A])).toBe("ASa"));
  it("leaves digits and signs alone", () => expect(typeKeys(de, ["caps", ONE])).toBe("1"));
  it("is turned around by Shift", () => expect(typeKeys(de, ["caps", "shift", A])).toBe("a"));
  it("leaves ß alone, whose capital would be two letters", () =>
    expect(typeKeys(de, ["caps", SHARP_S])).toBe("ß"));
  it("makes É where Shift gives a digit", () => expect(typeKeys(fr, ["caps", "0.2"])).toBe("É"));
  it("leaves the unit µ alone", () => expect(typeKeys(fr, ["caps", "shift", "2.11"])).toBe("µ"));
});

describe("AltGr", () => {
  it("holds for one character", () => expect(typeKeys(de, ["altGr", Q, Q])).toBe("@q"));
  it("gives what US programmers have on plain keys", () => {
    expect(typeKeys(de, ["altGr", "0.7", "altGr", "0.10", "altGr", "0.11", "altGr", "3.0"])).toBe("{}\\|");
  });
  it("with Shift gives the capital ẞ", () => expect(typeKeys(de, ["altGr", "shift", SHARP_S])).toBe("ẞ"));
  it("types nothing on a keyboard without it", () => expect(typeKeys(en, ["altGr", Q])).toBe(""));
});

describe("a dead key", () => {
  it("waits for its letter", () => {
    expect(press(de, REST, ACUTE)).toEqual({ state: { ...REST, dead: "´" }, edits: [] });
    expect(typeKeys(de, [ACUTE, E])).toBe("é");
  });
  it("joins a capital as well", () => expect(typeKeys(de, [CIRCUMFLEX, "shift", E])).toBe("Ê"));
  it("before a space gives the accent alone", () => expect(typeKeys(de, [CIRCUMFLEX, "space"])).toBe("^"));
  it("before a letter that takes no accent gives both", () => expect(typeKeys(de, [ACUTE, Q])).toBe("´q"));
  it("pressed twice gives both", () => expect(typeKeys(de, [ACUTE, ACUTE])).toBe("´´"));
  it("before another accent gives both", () => expect(typeKeys(de, [CIRCUMFLEX, ACUTE])).toBe("^´"));
  it("never joins two accents to a sign of another script", () => expect(composed("´", "¨")).toBe("´¨"));
  it("is taken back by backspace, which then takes no letter", () => {
    expect(typeKeys(de, [A, ACUTE, "backspace"])).toBe("a");
  });
  it("is written before the caret moves or the form is sent, so that no password lacks it", () => {
    const { edits, state } = press(de, stateAfter([CIRCUMFLEX]), "enter");
    expect(edits).toEqual([
      { kind: "insert", text: "^" },
      { kind: "action", action: "enter" },
    ]);
    expect(state.dead).toBe("");
  });
  it("waits while Shift is pressed", () =>
    expect(stateAfter([ACUTE, "shift"])).toEqual({ ...REST, dead: "´", shift: true }));

  it.each([
    ["´", "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"],
    ["`", "aeiouAEIOU", "àèìòùÀÈÌÒÙ"],
    ["^", "aeiouAEIOU", "âêîôûÂÊÎÔÛ"],
    ["¨", "aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"],
    ["~", "anoANO", "ãñõÃÑÕ"],
  ])("%s joins %s", (accent, letters, whole) => {
    expect([...letters].map((letter) => composed(accent, letter)).join("")).toBe(whole);
  });

  it("and the same sign without waiting are two keys where a keyboard has both", () => {
    expect(typeKeys(fr, ["1.10", "1.2"])).toBe("ê");
    expect(typeKeys(fr, ["altGr", "0.9", "1.2"])).toBe("^e");
    expect(typeKeys(es, ["altGr", "0.4", "2.9", "altGr", "0.4", "3.6"])).toBe("~ññ");
  });
});

describe("kana", () => {
  it("is typed in hiragana or katakana", () => {
    expect(typeKeys(ja, ["hiragana", "1.4", "1.5", "katakana", "1.4", "1.5"])).toBe("かんカン");
  });
  it("goes back to Latin by the same key", () => {
    expect(typeKeys(ja, ["hiragana", "hiragana", "1.4"])).toBe("t");
  });
  it("takes sound marks", () => {
    expect(typeKeys(ja, ["hiragana", "1.4", "1.10", "2.2"])).toBe("がし");
    expect(typeKeys(ja, ["katakana", "2.4", "1.11"])).toBe("キ゜");
    expect(typeKeys(ja, ["katakana", "0.1", "1.10"])).toBe("ブ");
    expect(voiced("は", "゜")).toBe("ぱ");
    expect(voiced("ウ", "゛")).toBe("ヴ");
  });
  it("keeps a sound mark that joins nothing", () => expect(typeKeys(ja, ["hiragana", "1.10"])).toBe("゛"));
  it("has small kana and the signs of Japanese on Shift", () => {
    expect(typeKeys(ja, ["katakana", "shift", "3.0", "shift", "0.6", "0.12", "shift", "3.8"])).toBe(
      "ッャー。",
    );
  });
  it("types the backslash on both keys that Windows has it on", () => {
    expect(typeKeys(ja, ["0.12", "3.10"])).toBe("\\\\");
  });
});

it("a key shows what it would type now", () => {
  expect(symbolAt(de, REST, "0.11")).toBe("ß");
  expect(symbolAt(de, { ...REST, altGr: true }, "0.11")).toBe("\\");
  expect(symbolAt(de, { ...REST, altGr: true }, "2.5")).toBe("");
  expect(symbolAt(ja, { ...REST, kana: "katakana" }, "2.0")).toBe("チ");
});

it("Tab with Shift goes back", () => {
  expect(press(de, stateAfter(["shift"]), "tab").edits).toEqual([{ kind: "action", action: "backTab" }]);
});
