/** How texts of others are shown: nothing in them can hide or look like something else. */

/** A piece of a text; `code` is a character that could not be seen, by its number. */
export interface Piece {
  text: string;
  hidden: boolean;
}

// Controls, marks of direction, and letters without a face; a line may end with CR LF.
const HIDDEN =
  /\r(?!\n)|[^\P{Cc}\t\n\r]|[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;

const numbered = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** A text in pieces: what cannot be seen stands by its number. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const hit of text.matchAll(HIDDEN)) {
    if (hit.index > from) found.push({ text: text.slice(from, hit.index), hidden: false });
    found.push({ text: numbered(hit[0]), hidden: true });
    from = hit.index + hit[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), hidden: false });
  return found;
}

/**
 * JSON with line breaks and indents between its parts. The parts themselves stay as they are, letter by
 * letter: reading and writing it anew could change numbers and the order of names.
 */
export function indented(json: string): string {
  const parts = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs) ?? [];
  let [text, depth] = ["", 0];
  const line = (): string => `\n${"  ".repeat(depth)}`;
  for (const [place, part] of parts.entries()) {
    const isEmpty = parts[place - 1] === "{" || parts[place - 1] === "[";
    if (part === "{" || part === "[") {
      depth += 1;
      text += part;
      if (parts[place + 1] !== "}" && parts[place + 1] !== "]") text += line();
    } else if (part === "}" || part === "]") {
      depth = Math.max(0, depth - 1);
      text += isEmpty ? part : line() + part;
    } else if (part === ",") text += part + line();
    else text += part === ":" ? ": " : part;
  }
  return text;
}

/** Bytes as text, if they are UTF-8. */
export function asText(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The SHA-256 of bytes, hexadecimal; `null` where the browser computes none (outside https). */
export async function sha256(bytes: ArrayBuffer): Promise<string | null> {
  const made = await globalThis.crypto?.subtle?.digest("SHA-256", bytes);
  if (made === undefined) return null;
  return Array.from(new Uint8Array(made), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
