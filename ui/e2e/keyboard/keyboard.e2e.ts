/** The touch keyboard under real fingers: every layout, every kind of field, and what a password must not show. */
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { LANGUAGES } from "../../src/i18n/languages";
import { LAYOUTS, layoutFor } from "../../src/keyboard/layouts";
import { alphabetOf, reachOf } from "../../src/keyboard/reach";
import { Bench, PANEL, type Panel, SCREEN } from "./panel";

const SHOTS = new URL("../shots/keyboard/", import.meta.url).pathname;
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let bench: Bench;
let panel: Panel;

beforeAll(async () => {
  await mkdir(SHOTS, { recursive: true });
  bench = await Bench.start();
});

afterAll(() => bench.stop());

afterEach(async () => {
  const { failures } = panel;
  await panel.close();
  expect(failures).toEqual([]);
});

async function open(query: Record<string, string> = {}, viewport = PANEL): Promise<Panel> {
  panel = await bench.panel(query, viewport);
  return panel;
}

describe.each(Object.keys(LANGUAGES))("the layout %s", (lang) => {
  it("types all of its characters by touch", async () => {
    const { page } = await open({ lang });
    const layout = layoutFor(lang);
    const ways = reachOf(layout);
    const alphabet = alphabetOf(layout);
    await panel.enter("#controlled");
    for (const character of alphabet) await panel.keys(...(ways.get(character) ?? []));
    expect(await panel.value("#controlled")).toBe(alphabet.join(""));
    expect(await page.locator("#seen").textContent()).toBe(alphabet.join(""));
    expect(await panel.focused()).toBe("controlled");
  });
});

it("the layout is changed on the keyboard itself", async () => {
  await open({ lang: "en" });
  await panel.enter("#name");
  await panel.keys("1.5", "layout", "layout.de", "1.5", "altGr", "1.0");
  expect(await panel.value("#name")).toBe("yz@");
});

describe("the keys", () => {
  const measure = () =>
    panel.page.evaluate(() => {
      const caps = [...document.querySelectorAll(".tk-cap")].map((cap) => cap.getBoundingClientRect());
      const board = document.querySelector(".tk")?.getBoundingClientRect();
      return {
        width: Math.min(...caps.map((cap) => cap.width)),
        height: Math.min(...caps.map((cap) => cap.height)),
        board: board?.height ?? 0,
        bottom: board?.bottom ?? 0,
        right: Math.max(...caps.map((cap) => cap.right)),
        left: Math.min(...caps.map((cap) => cap.left)),
        told: Number.parseFloat(document.documentElement.style.getPropertyValue("--keyboard-height")),
      };
    });

  it.each(Object.values(LAYOUTS))("of $code are 60 by 60 pixels or more on a panel", async ({ code }) => {
    await open({ lang: code });
    await panel.enter("#name");
    const small = await measure();
    expect(small.width).toBeGreaterThanOrEqual(60);
    expect(small.height).toBeGreaterThanOrEqual(60);
    expect(small.left).toBeGreaterThanOrEqual(0);
    expect(small.right).toBeLessThanOrEqual(PANEL.width);
    expect(small.bottom).toBe(PANEL.height);
    expect(small.told).toBe(small.board);
    expect(small.board).toBeLessThan(0.55 * PANEL.height);
  });

  it("are bigger on a bigger screen", async () => {
    await open({}, SCREEN);
    await panel.enter("#name");
    const big = await measure();
    expect(big.width).toBeGreaterThan(75);
    expect(big.height).toBeGreaterThan(70);
  });

  it("for a PIN are 60 by 60 pixels or more, and type digits only", async () => {
    await open();
    await panel.enter("#pin");
    const { width, height } = await measure();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(60);
    await panel.keys("digit.1", "digit.0", "digit.9", "backspace", "digit.4", "left", "digit.7");
    expect(await panel.value("#pin")).toBe("1074");
    expect(await panel.page.locator(".tk [data-key='1.0']").count()).toBe(0);
    await panel.keys("enter");
    expect(await panel.page.locator("#sent").textContent()).toBe("//1074");
  });

  it("leave no gap to miss: a finger between two keys, or just beside, hits one", async () => {
    await open();
    await panel.enter("#name");
    const a = await panel.place("2.0");
    const s = await panel.place("2.1");
    await panel.fingers({ x: (a.x + s.x) / 2, y: a.y });
    await panel.fingers();
    await panel.fingers({ x: (await panel.place("space")).x, y: PANEL.height - 1 });
    await panel.fingers();
    expect(await panel.value("#name")).toMatch(/^[as] $/);
  });

  it("type once when a finger slides off, and the page stays where it is", async () => {
    await open();
    await panel.enter("#name");
    const a = await panel.place("2.0");
    await panel.fingers(a);
    await panel.slide({ x: a.x + 30, y: a.y - 90 });
    await panel.slide({ x: a.x + 60, y: a.y - 200 });
    await panel.fingers();
    expect(await panel.value("#name")).toBe("a");
    expect(await panel.page.evaluate(() => window.scrollY)).toBe(0);
  });

  it("take two fingers at once", async () => {
    await open();
    await panel.enter("#name");
    const a = await panel.place("2.0");
    const l = await panel.place("2.8");
    await panel.fingers(a);
    await panel.fingers(a, l);
    await panel.fingers();
    expect(await panel.value("#name")).toBe("al");
  });

  it("neither zoom nor select nor open a menu, however fast they are hit", async () => {
    const { page } = await open();
    await page.evaluate(() => {
      document.addEventListener("contextmenu", (event) => {
        document.title = event.defaultPrevented ? document.title : "menu";
      });
    });
    await panel.enter("#name");
    const l = await panel.place("2.8");
    for (let count = 0; count < 6; count++) await page.touchscreen.tap(l.x, l.y);
    await panel.fingers(l);
    await page.waitForTimeout(1_200);
    await panel.fingers();
    expect(await panel.value("#name")).toBe("lllllll");
    expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
    expect(await page.evaluate(() => getSelection()?.toString())).toBe("");
    expect(await page.title()).toBe("Touch keyboard");
  });

  it("that erase and move go on while they are held, and stop at once", async () => {
    const { page } = await open();
    await panel.enter("#name");
    await page.locator("#name").fill("a".repeat(60));
    await panel.fingers(await panel.place("backspace"));
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#name")?.value.length === 50);
    await panel.fingers();
    const left = (await panel.value("#name")).length;
    await page.waitForTimeout(300);
    expect((await panel.value("#name")).length).toBe(left);
    await panel.fingers(await panel.place("left"));
    await page.waitForFunction(
      () => (document.querySelector<HTMLInputElement>("#name")?.selectionStart ?? 99) < 40,
    );
    await panel.fingers();
  });
});

describe("a field", () => {
  it("is written at its caret and its selection", async () => {
    const { page } = await open();
    await panel.enter("#controlled");
    await page.locator("#controlled").fill("one two");
    await page.locator("#controlled").evaluate((field: HTMLInputElement) => field.setSelectionRange(0, 3));
    await panel.keys("1.0", "1.1", "right", "delete", "end", "1.2", "home", "2.0", "left", "left", "2.1");
    expect(await page.locator("#seen").textContent()).toBe("saqw woe");
  });

  it("of iX is written inside its shadow tree, and the component tells the page", async () => {
    const { page } = await open();
    await panel.enter("#ix-name");
    await panel.keys("1.0", "shift", "1.1", "tab", "1.2", "tab");
    expect(await page.locator("#ix-seen").textContent()).toBe("qW");
    expect(await page.locator("#ix-password").evaluate((field: HTMLIxInputElement) => field.value)).toBe("e");
  });

  it("that is full takes nothing more", async () => {
    await open();
    await panel.enter("#short");
    await panel.keys("1.0", "1.1", "1.2", "1.3");
    expect(await panel.value("#short")).toBe("qwe");
  });

  it("of the types without a caret is written at its end", async () => {
    await open();
    await panel.enter("#email");
    await panel.keys("2.0", "shift", "0.2", "3.4", "backspace", "3.5");
    expect(await panel.value("#email")).toBe("a@n");
    await panel.enter("#number");
    await panel.keys("0.1", "0.2", "3.8", "backspace");
    expect(await panel.value("#number")).toBe("1");
  });

  it("that is read-only opens no keyboard", async () => {
    await open();
    await panel.page.locator("#fixed").tap();
    expect(await panel.isOpen()).toBe(false);
  });

  it.each([{}, { inner: "" }])("behind the keyboard is scrolled into sight %o", async (query) => {
    const { page } = await open(query);
    await panel.enter("#text");
    await page.waitForFunction(
      () => {
        const field = document.querySelector("#text")?.getBoundingClientRect();
        const board = document.querySelector(".tk")?.getBoundingClientRect();
        return field && board && field.bottom < board.top;
      },
      undefined,
      { timeout: 2_000 },
    );
    await panel.keys("1.0", "enter", "1.1");
    expect(await panel.value("#text")).toBe("q\nw");
  });

  it("keeps the system's keyboard away only while this one is open", async () => {
    const { page } = await open();
    await panel.enter("#pin");
    expect(await page.locator("#pin").getAttribute("inputmode")).toBe("none");
    await panel.keys("close");
    expect(await page.locator("#pin").getAttribute("inputmode")).toBe("numeric");
    await panel.enter("#pin");
    expect(await page.locator(".tk-pin").isVisible()).toBe(true);
  });

  it("that leaves the page takes the keyboard with it", async () => {
    const { page } = await open();
    await panel.enter("#short");
    await page.locator("#remove").tap();
    await page.locator(".tk").waitFor({ state: "detached", timeout: 2_000 });
    expect(
      await page.evaluate(() => document.documentElement.style.getPropertyValue("--keyboard-height")),
    ).toBe("0px");
  });
});

describe("the log-on", () => {
  it("is done by touch alone: name, Tab, password, Enter", async () => {
    const { page } = await open({ lang: "de" });
    await panel.enter("#name");
    await panel.keys("3.5", "1.8", "3.5", "tab");
    expect(await panel.focused()).toBe("password");
    await panel.keys("altGr", "0.7", "altGr", "1.2", "enter");
    expect(await page.locator("#sent").textContent()).toBe("bob/{€/");
  });

  it("goes back with Shift and Tab", async () => {
    await open();
    await panel.enter("#password");
    await panel.keys("shift", "tab");
    expect(await panel.focused()).toBe("name");
    await panel.keys("1.0");
    expect(await panel.value("#name")).toBe("q");
  });

  it("asks nothing of the network when the keyboard opens", async () => {
    const { page } = await open();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.locator("#name").tap();
    await page.locator(".tk").waitFor({ timeout: 500 });
    await page.waitForLoadState("networkidle");
    expect(asked).toEqual([]);
  });
});

describe("a password", () => {
  /** What the keyboard looks like while a key is held, after the sign that every key gives. */
  const heldLooks = async (key: string): Promise<string> => {
    await panel.fingers(await panel.place(key));
    await panel.page.waitForFunction(() => document.getAnimations().length === 0);
    const shot = await panel.page.locator(".tk").screenshot();
    await panel.fingers();
    return shot.toString("base64");
  };

  it.each(["#password", "#pin"])("%s looks the same whichever key is held", async (field) => {
    await open({ lang: "de" });
    await panel.enter(field);
    const keys = field === "#pin" ? ["digit.1", "digit.8", "digit.0"] : ["2.0", "1.5", "0.12", "space"];
    const looks = new Set<string>();
    for (const key of keys) looks.add(await heldLooks(key));
    expect(looks.size).toBe(1);
  });

  it("is told from a name, where the key that is held shows it", async () => {
    await open({ lang: "de" });
    await panel.enter("#name");
    expect(await heldLooks("2.0")).not.toBe(await heldLooks("1.5"));
  });

  it("stays hidden on the keys while the page shows it", async () => {
    const { page } = await open();
    await panel.enter("#ix-password");
    await page.locator("#ix-password ix-icon-button").tap();
    await panel.enter("#ix-password");
    expect(await page.locator(".tk").getAttribute("data-secret")).toBe("true");
  });

  it("gives the same sign for every key", async () => {
    const { page } = await open();
    await panel.enter("#password");
    for (const key of ["2.0", "shift", "1.5", "backspace", "space"]) {
      const before = await page.locator(".tk").getAttribute("data-pulse");
      await panel.keys(key);
      expect(await page.locator(".tk").getAttribute("data-pulse")).not.toBe(before);
    }
  });
});

describe("in a modal dialog", () => {
  it.each([
    ["an own one", "#open-own", "#in-own", {}],
    ["one of iX", "#open-ix", "#in-ix", {}],
    ["one of iX in the middle", "#open-ix", "#in-ix-2", { centered: "" }],
  ])("%s the keyboard types, and hides no field", async (_, opener, field, query) => {
    const { page } = await open(query);
    await page.locator(opener).tap();
    await panel.enter(field);
    await page.waitForFunction(
      (wanted) => {
        const box = document.querySelector(wanted)?.getBoundingClientRect();
        const board = document.querySelector(".tk")?.getBoundingClientRect();
        return (
          box &&
          board &&
          box.top >= 0 &&
          box.bottom <= board.top &&
          board.bottom === innerHeight &&
          board.left === 0
        );
      },
      field,
      { timeout: 3_000 },
    );
    await panel.keys("1.0", "1.1");
    expect(await page.locator(field).evaluate((input: HTMLInputElement) => input.value)).toBe("qw");
  });

  it("Enter presses the button that Tab went to", async () => {
    const { page } = await open();
    await page.locator("#open-own").tap();
    await panel.enter("#in-own");
    await panel.keys("tab", "enter");
    await page.locator("#in-own").waitFor({ state: "hidden", timeout: 2_000 });
    expect(await panel.isOpen()).toBe(false);
  });

  it("Tab stays inside", async () => {
    const { page } = await open();
    await page.locator("#open-own").tap();
    await panel.enter("#in-own");
    await panel.keys("tab");
    expect(await panel.focused()).toBe("close-own");
    await panel.keys("tab");
    expect(await panel.focused()).toBe("in-own");
  });

  it.each([
    ["an own one", "#open-own", "#in-own", "#close-own"],
    ["one of iX", "#open-ix", "#in-ix", "#close-ix"],
  ])("%s that closes takes the keyboard with it", async (_, opener, field, closer) => {
    const { page } = await open();
    await page.locator(opener).tap();
    await panel.enter(field);
    await page.locator(closer).tap();
    await page.locator(".tk").waitFor({ state: "hidden", timeout: 3_000 });
    await panel.enter("#name");
    await panel.keys("1.0");
    expect(await panel.value("#name")).toBe("q");
  });

  it.each([
    ["an own one", "#open-own", "#in-own"],
    ["one of iX", "#open-ix", "#in-ix"],
  ])("%s Escape closes the keyboard first, then the dialog", async (_, opener, field) => {
    const { page } = await open();
    await page.locator(opener).tap();
    await panel.enter(field);
    await page.keyboard.press("Escape");
    expect(await panel.isOpen()).toBe(false);
    expect(await page.locator(field).isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await page.locator(field).waitFor({ state: "hidden", timeout: 3_000 });
  });
});

describe("people without a touch screen", () => {
  it("never meet the keyboard", async () => {
    const { page } = await open();
    await page.locator("#name").click();
    await page.keyboard.press("Tab");
    expect(await panel.isOpen()).toBe(false);
  });

  it("open it with the page's button, which leaves them in their field, and type on their own keys", async () => {
    const { page } = await open({ lang: "de" });
    await page.locator("#name").click();
    await page.locator("#toggle").click();
    expect(await panel.focused()).toBe("name");
    await page.locator(".tk [data-key='1.10']").click();
    await page.keyboard.type("x");
    await page.locator(".tk [data-key='1.10']").click();
    expect(await panel.value("#name")).toBe("üxü");
    expect(await panel.focused()).toBe("name");
    await page.locator("#toggle").click();
    expect(await panel.isOpen()).toBe(false);
  });

  it("close it by keys alone and are back in their field", async () => {
    const { page } = await open();
    await panel.enter("#text");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-key"))).toBe("close");
    await page.keyboard.press("Enter");
    expect(await panel.isOpen()).toBe(false);
    expect(await panel.focused()).toBe("text");
  });

  it("have it at every focus where the panel says that its touch screen is a mouse", async () => {
    const { page } = await open({ open: "focus" });
    await page.locator("#name").click();
    expect(await panel.isOpen()).toBe(true);
  });

  it("on a phone have the phone's own keyboard", async () => {
    await open({}, { width: 390, height: 844 });
    await panel.page.locator("#name").tap();
    expect(await panel.isOpen()).toBe(false);
  });
});

describe.each(["light", "dark"])("in %s", (scheme) => {
  const findings = () =>
    panel.page.evaluate(async () => {
      const axe = (window as unknown as { axe: typeof import("axe-core") }).axe;
      const { violations } = await axe.run({ include: [[".tk"]] });
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")

        .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });

  it.each([PANEL, SCREEN])(
    "at $width it has no finding of axe, and its pictures are taken",
    async (viewport) => {
      const { page } = await open({ lang: "de", scheme }, viewport);
      await page.addScriptTag({ path: AXE });
      const shoot = async (name: string) => {
        await page.waitForFunction(() => document.getAnimations().length === 0);
        await page.screenshot({ path: `${SHOTS}${name}-${viewport.width}-${scheme}.png` });
        expect(await findings(), name).toEqual([]);
      };
      await panel.enter("#name");
      await shoot("plain");
      await panel.keys("shift");
      await shoot("shift");
      await panel.keys("shift", "altGr");
      await shoot("altgr");
      await panel.keys("altGr", "layout");
      await shoot("layouts");
      for (const code of ["fr", "it", "es", "en"]) {
        await panel.keys(`layout.${code}`);
        await shoot(code);
        await panel.keys("layout");
      }
      await panel.keys("layout.ja", "hiragana");
      await shoot("hiragana");
      await panel.keys("katakana", "shift");
      await shoot("katakana-shift");
      await panel.enter("#pin");
      await shoot("pin");
      await page.locator("#open-ix").tap();
      await panel.enter("#in-ix-2");
      await page.waitForTimeout(600);
      await shoot("dialog");
    },
  );
});
