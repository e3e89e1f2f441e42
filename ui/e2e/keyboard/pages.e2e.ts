/** The log-on of a panel by fingers alone, on the real pages under their real policy. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { LAYOUTS } from "../../src/keyboard/layouts";
import { reachOf } from "../../src/keyboard/reach";
import { demoUser, SIZES, stage } from "../stage";

const { enter } = stage();

const NAME = 'input[name="username"]';
const PASSWORD = 'input[name="password"]';
const SEND = 'form button[type="submit"]';

async function touchKeys(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.locator(`.tk [data-key="${key}"]`).first().tap();
}

async function type(page: Page, text: string): Promise<void> {
  const ways = reachOf(LAYOUTS.de);
  for (const character of text) await touchKeys(page, ways.get(character) ?? []);
}

/** Whether a finger on the middle of an element hits it. */
function isFree(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const hit = document.elementFromPoint(x + width / 2, y + height / 2);
    return hit !== null && (element.contains(hit) || hit.contains(element));
  });
}

describe("the touch keyboard on the log-on", () => {
  it("logs an administrator on by touch alone, and goes with the page", async () => {
    const visitor = await enter({ size: "panel", touch: true, language: "de" });
    const { page } = visitor;
    const { user, password } = demoUser({ role: "Administrator" });
    await visitor.open("/logon");
    await page.locator(NAME).tap();
    await type(page, user);
    await touchKeys(page, ["tab"]);
    await type(page, password);
    expect(await page.locator(NAME).inputValue()).toBe(user);
    expect(await page.locator(PASSWORD).inputValue()).toBe(password);
    await touchKeys(page, ["enter"]);
    await page.waitForURL((at) => at.pathname === "/station");
    await page.locator(".tk").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it.each(["light", "dark"] as const)("hides nothing that the log-on needs, in %s", async (theme) => {
    const visitor = await enter({ size: "panel", touch: true, theme, language: "de" });
    const { page } = visitor;
    await visitor.open("/logon");
    for (const field of [NAME, PASSWORD]) {
      await page.locator(field).tap();
      await page.locator(".tk").waitFor();
      await visitor.shot(`keyboard-logon-${theme}`);
      for (const part of [NAME, PASSWORD, SEND, "form select"])
        expect(await isFree(page, part), part).toBe(true);
    }
    await visitor.axe();
    await visitor.leave();
  });

  it("leaves a refusal in sight, and everything that a second try needs", async () => {
    const visitor = await enter({ size: "panel", touch: true, language: "de" });
    const { page } = visitor;
    await visitor.open("/logon");
    await page.locator(NAME).tap();
    await type(page, "nobody");
    await touchKeys(page, ["tab"]);
    await type(page, "wrong");
    await touchKeys(page, ["enter"]);
    await page.locator(".told.alarm").waitFor();
    for (const part of [NAME, PASSWORD, SEND, ".told.alarm strong", '.tk [data-key="space"]'])
      expect(await isFree(page, part), part).toBe(true);
    await visitor.shot("keyboard-logon-refused");
    const bottom = await page.locator(".tk").evaluate((keyboard) => keyboard.getBoundingClientRect().bottom);
    expect(bottom).toBe(SIZES.panel.height);
    await visitor.leave();
  });

  it("tells of its own Caps as of a real one", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    await visitor.open("/logon");
    await page.locator(PASSWORD).tap();
    await touchKeys(page, ["caps", "1.0"]);
    await page.getByText("Caps lock is on.").waitFor();
    await touchKeys(page, ["caps", "1.0"]);
    await page.getByText("Caps lock is on.").waitFor({ state: "detached" });
    await visitor.leave();
  });
});
