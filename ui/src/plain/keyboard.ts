/**
 * The touch keyboard of the plain pages (`/lite`), drawn without React for panels that would wait for it: the same
 * keys, layouts and rules. Built by itself as `lite/keyboard.js` for browsers from 2018 on (Chromium 69); where a
 * browser cannot read it, the page works as it does without.
 */
import { acted, type Shown } from "../keyboard/acts";
import { fullFaces, type KeyFace, pinFaces, type Texts } from "../keyboard/face";
import { isSecret } from "../keyboard/field";
import { claim, follow } from "../keyboard/follow";
import { PATHS } from "../keyboard/icon-paths";
import "../keyboard/keyboard.css";
import { LAYOUTS, layoutFor } from "../keyboard/layouts";
import { REST } from "../keyboard/machine";
import { publishHeight, reveal } from "../keyboard/place";
import { hearPresses } from "../keyboard/press";
import { currentBoard, openKeyboard, subscribe } from "../keyboard/store";
import "./keyboard.css";

type Catalogue = Record<string, string | Record<string, string>>;

const CATALOGUES = import.meta.glob<Catalogue>("../i18n/*/keyboard.json", { eager: true, import: "default" });

const layout = layoutFor(document.documentElement.lang);

const t: Texts = (key, values) => {
  const [first = "", second = ""] = key.replace("keyboard:", "").split(".");
  const found = CATALOGUES[`../i18n/${layout.code}/keyboard.json`]?.[first];
  const text = typeof found === "object" ? found[second] : found;
  return (text ?? "").replace("{{accent}}", values?.accent ?? "");
};

const SVG = "http://www.w3.org/2000/svg";

function picture(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "tk-icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", path);
  return svg;
}

function mark(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** A key, and how it takes another face: the key under a finger stays the same element. */
function keyOf(first: KeyFace): { key: HTMLButtonElement; show: (face: KeyFace) => void } {
  const key = document.createElement("button");
  const cap = key.appendChild(document.createElement("span"));
  const path = PATHS[first.id];
  if (path !== undefined) cap.appendChild(picture(path));
  const main = cap.appendChild(document.createElement("span"));
  key.type = "button";
  key.className = "tk-key";
  key.dataset.key = first.id;
  key.style.flexGrow = String(first.width);
  cap.className = "tk-cap";
  main.className = "tk-main";
  const show = (face: KeyFace): void => {
    key.setAttribute("aria-label", face.name);
    mark(key, "aria-pressed", face.isOn === undefined ? undefined : String(face.isOn));
    key.disabled = face.isIdle ?? false;
    key.tabIndex = face.isTabStop ? 0 : -1;
    main.textContent = face.cap;
    main.hidden = face.cap === "";
    mark(cap, "data-shifted", face.shifted);
    mark(cap, "data-altgr", face.altGr);
  };
  show(first);
  return { key, show };
}

/** Draws the rows; the same keys are only shown anew. */
function drawer(board: HTMLElement): (rows: KeyFace[][]) => void {
  let drawn = "";
  let keys: ReturnType<typeof keyOf>[] = [];
  return (rows) => {
    const places = JSON.stringify(rows.map((row) => row.map(({ id, width }) => [id, width])));
    const faces = rows.reduce<KeyFace[]>((all, row) => all.concat(row), []);
    if (places === drawn) {
      keys.forEach(({ show }, at) => {
        const face = faces[at];
        if (face) show(face);
      });
      return;
    }
    drawn = places;
    keys = [];
    board.textContent = "";
    for (const row of rows) {
      const line = board.appendChild(document.createElement("div"));
      line.className = "tk-row";
      for (const face of row) {
        const made = keyOf(face);
        keys.push(made);
        line.appendChild(made.key);
      }
    }
  };
}

/** Opens the keyboard on panels whose touch screen says it is a mouse. */
function opener(): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = t("keyboard:keyboard");
  button.addEventListener("click", openKeyboard);
  return button;
}

/** The keyboard's style is no part of the page, which is to be painted before it. */
function dress(): void {
  const link = document.head.appendChild(document.createElement("link"));
  link.rel = "stylesheet";
  link.href = "/lite/keyboard.css";
}

function start(field: HTMLElement): void {
  dress();
  const board = document.createElement("div");
  board.setAttribute("role", "group");
  board.dir = "ltr";
  board.dataset.touchKeyboard = "";
  const draw = drawer(board);
  let shown: Shown = { layout: LAYOUTS[layout.code], state: REST, isChoosing: false };
  let undo: (() => void)[] = [];
  const update = (): void => {
    const { field, isPin } = currentBoard();
    const secret = field !== undefined && isSecret(field);
    board.dataset.secret = String(secret);
    board.className = isPin ? "tk tk-pin" : "tk";
    board.setAttribute("aria-label", t(isPin ? "keyboard:pinPad" : "keyboard:keyboard"));
    draw(isPin ? pinFaces(t) : fullFaces(shown, secret, t));
  };
  const place = (): void => {
    for (const back of undo) back();
    undo = [];
    const { field, isOpen } = currentBoard();
    if (!isOpen) board.remove();
    else document.body.appendChild(board);
    const height = Math.ceil(board.getBoundingClientRect().height);
    publishHeight(height);
    if (isOpen && field) undo = [claim(field), reveal(field, height)];
  };
  hearPresses(board, (key) => {
    shown = acted(shown, key);
    update();
  });
  subscribe(() => {
    update();
    place();
  });
  follow("touch");
  field.closest("form")?.appendChild(opener());
}

const field = document.querySelector<HTMLElement>("form input:not([type=hidden])");
if (field) start(field);
