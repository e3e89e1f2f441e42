import { expect, test } from "vitest";
import { asText, indented, pieces, sha256 } from "./text";

const plain = (text: string): string =>
  pieces(text)
    .map((piece) => (piece.hidden ? `<${piece.text}>` : piece.text))
    .join("");

test("what cannot be seen stands by its number", () => {
  expect(plain("a\u202Eb\u200B\u0000c")).toBe("a<U+202E>b<U+200B><U+0000>c");
  expect(plain("two\r\nlines\tand \u00fcml\u00e4ute \u{1F95B} 出荷")).toBe(
    "two\r\nlines\tand \u00fcml\u00e4ute \u{1F95B} 出荷",
  );
  expect(plain("over\rwritten")).toBe("over<U+000D>written");
  expect(plain("")).toBe("");
});

test("JSON is laid out and not changed", () => {
  const json = '{"10":1,"9":[1.0,1e400,12345678901234567890],"a":{},"b":[],"c":"{\\"x\\": [1, 2]}"}';
  const shown = indented(json);
  expect(shown).toBe(
    '{\n  "10": 1,\n  "9": [\n    1.0,\n    1e400,\n    12345678901234567890\n  ],\n  "a": {},\n  "b": [],\n  "c": "{\\"x\\": [1, 2]}"\n}',
  );
  const bare = (text: string): string => text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
  expect(bare(shown)).toBe(json);
});

test("bytes that are no UTF-8 are no text", () => {
  expect(asText(new Uint8Array([0xff, 0xfe]).buffer)).toBeNull();
  expect(asText(new TextEncoder().encode("Milch").buffer)).toBe("Milch");
});

test("the hash of nothing is the known one", async () => {
  expect(await sha256(new ArrayBuffer(0))).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});
