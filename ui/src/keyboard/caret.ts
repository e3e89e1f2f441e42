/** The text of a field with its caret, and what an edit makes of it. Pure: the field itself is field.ts. */
import { type Action, type Edit, voiced } from "./machine";

export interface Text {
  readonly value: string;
  /** The selection, in UTF-16 units as the DOM counts; start equals end where nothing is selected. */
  readonly start: number;
  readonly end: number;
}

/** The text after an edit; the same text where the edit changes nothing. `max`: UTF-16 units, as `maxlength`. */
export function edited(text: Text, edit: Edit, max: number): Text {
  if (edit.kind === "insert") return replaced(text, text.start, text.end, edit.text, max);
  if (edit.kind === "voice") return marked(text, edit.mark, max);
  return moved(text, edit.action);
}

function replaced(text: Text, from: number, to: number, by: string, max = Number.POSITIVE_INFINITY): Text {
  const value = text.value.slice(0, from) + by + text.value.slice(to);
  if (value.length > Math.max(max, text.value.length)) return text;
  const caret = from + by.length;
  return { value, start: caret, end: caret };
}

function marked(text: Text, mark: string, max: number): Text {
  const before = text.start === text.end ? text.value.slice(previous(text), text.start) : "";
  const whole = voiced(before, mark);
  if (whole === undefined) return replaced(text, text.start, text.end, mark, max);
  return replaced(text, previous(text), text.start, whole, max);
}

function moved(text: Text, action: Action): Text {
  const isRange = text.start !== text.end;
  switch (action) {
    case "backspace":
      return replaced(text, isRange ? text.start : previous(text), text.end, "");
    case "delete":
      return replaced(text, text.start, isRange ? text.end : next(text), "");
    case "left":
      return at(text, isRange ? text.start : previous(text));
    case "right":
      return at(text, isRange ? text.end : next(text));
    case "home":
      return at(text, text.value.slice(0, text.start).lastIndexOf("\n") + 1);
    case "end":
      return at(text, lineEnd(text));
    default:
      return text;
  }
}

function at(text: Text, caret: number): Text {
  return { value: text.value, start: caret, end: caret };
}

function lineEnd(text: Text): number {
  const end = text.value.indexOf("\n", text.end);
  return end < 0 ? text.value.length : end;
}

/** One step is what a person sees as one character: a letter with its accents, an emoji with its parts. */
const CHARACTERS =
  typeof Intl.Segmenter === "function"
    ? new Intl.Segmenter(undefined, { granularity: "grapheme" })
    : undefined;

/** The characters of a text; old browsers know only those that Unicode numbers. */
const charactersOf = (text: string): string[] =>
  CHARACTERS === undefined ? [...text] : [...CHARACTERS.segment(text)].map(({ segment }) => segment);

function previous(text: Text): number {
  return text.start - (charactersOf(text.value.slice(0, text.start)).pop()?.length ?? 0);
}

function next(text: Text): number {
  return text.end + (charactersOf(text.value.slice(text.end))[0]?.length ?? 0);
}
