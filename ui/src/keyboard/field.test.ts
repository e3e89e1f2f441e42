import { afterEach, describe, expect, it } from "vitest";
import { type Field, isField, isSecret, read, wantsDigits, write } from "./field";
import { strike } from "./keys";
import type { Action, Edit } from "./machine";

const insert = (text: string): Edit => ({ kind: "insert", text });
const act = (action: Action): Edit => ({ kind: "action", action });

function put<T extends HTMLElement = HTMLInputElement>(html: string): T {
  document.body.innerHTML = html;
  const element = document.body.querySelector<T>("[data-here]");
  if (element === null) throw new Error("the markup marks nothing with data-here");
  return element;
}

/** What the page hears from a field, in order. */
function heard(field: Field): string[] {
  const events: string[] = [];
  for (const kind of ["keydown", "keypress", "beforeinput", "input", "keyup"]) {
    field.addEventListener(kind, (event) => events.push(event.type));
  }
  return events;
}

afterEach(() => {
  document.body.innerHTML = "";
});

describe("an edit", () => {
  it("is heard by the page like a key of a real keyboard", () => {
    const field = put("<input data-here>");
    const events = heard(field);
    strike(field, insert("a"));
    expect(events).toEqual(["keydown", "keypress", "beforeinput", "input", "keyup"]);
    expect(field.value).toBe("a");
  });

  it("leaves the caret behind what was typed", () => {
    const field = put('<input data-here value="one two">');
    field.setSelectionRange(0, 3);
    write(field, insert("x"));
    expect(read(field)).toEqual({ value: "x two", start: 1, end: 1 });
  });

  it("goes by the setter that a library put on the element", () => {
    const field = put("<input data-here>");
    const own: string[] = [];
    const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    Object.defineProperty(field, "value", {
      configurable: true,
      get: () => native?.get?.call(field),
      set: (value: string) => own.push(value),
    });
    write(field, insert("a"));
    expect(field.value).toBe("a");
    expect(own).toEqual([]);
  });

  it.each(["keydown", "keypress", "beforeinput"])("that the page refuses in %s is not done", (kind) => {
    const field = put("<input data-here>");
    field.addEventListener(kind, (event) => event.preventDefault());
    strike(field, insert("a"));
    expect(field.value).toBe("");
  });

  it("that changes nothing is no input", () => {
    const field = put("<input data-here>");
    const events = heard(field);
    strike(field, act("backspace"));
    expect(events).toEqual(["keydown", "keyup"]);
  });
});

describe("Enter", () => {
  const form = (inner: string) => put(`<form><input data-here>${inner}</form>`);
  const sent = (field: HTMLInputElement): number => {
    let count = 0;
    field.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      count += 1;
    });
    strike(field, act("enter"));
    return count;
  };

  it("sends the form by its button", () => expect(sent(form("<button>Go</button>"))).toBe(1));
  it("sends a form without a button", () => expect(sent(form(""))).toBe(1));
  it("sends nothing while the button is idle", () =>
    expect(sent(form("<button disabled>Go</button>"))).toBe(0));
  it("breaks the line of a text of many lines", () => {
    const field = put<HTMLTextAreaElement>("<textarea data-here>ab</textarea>");
    field.setSelectionRange(1, 1);
    strike(field, act("enter"));
    expect(field.value).toBe("a\nb");
  });
});

describe("a field", () => {
  it.each([
    ["<input data-here>", true],
    ["<textarea data-here></textarea>", true],
    ['<input data-here type="password">', true],
    ['<input data-here type="checkbox">', false],
    ["<input data-here readonly>", false],
    ["<input data-here disabled>", false],
    ["<select data-here></select>", false],
  ])("%s takes text: %s", (html, takes) => expect(isField(put(html))).toBe(takes));

  it("stays a secret while the page shows the password", () => {
    const field = put('<input data-here type="password">');
    expect(isSecret(field)).toBe(true);
    field.type = "text";
    expect(isSecret(field)).toBe(true);
  });

  it("is a secret by its purpose as well", () => {
    expect(isSecret(put('<input data-here autocomplete="new-password">'))).toBe(true);
    expect(isSecret(put('<input data-here autocomplete="username">'))).toBe(false);
  });

  it("inside a component is what the component says", () => {
    const host = Object.assign(put<HTMLElement>('<div data-here data-keyboard="pin"></div>'), {
      type: "password",
    });
    const field = document.createElement("input");
    host.attachShadow({ mode: "open" }).append(field);
    expect(isSecret(field)).toBe(true);
    expect(wantsDigits(field)).toBe(true);
  });
});
