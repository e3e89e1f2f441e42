/** The plain pages: without script, with the touch keyboard's, and as they look. */
import { describe, expect, it } from "vitest";
import { LAYOUTS } from "../src/keyboard/layouts";
import { reachOf } from "../src/keyboard/reach";
import { demoUser, stage, type Visit, type Visitor } from "./stage";

const { enter } = stage();
const USER = "#user";
const PASSWORD = "#password";

async function logOn(
  visitor: Visitor,
  { user, password }: { user: string; password: string },
): Promise<void> {
  const { page } = visitor;
  await visitor.open("/lite");
  await page.fill(USER, user);
  await page.fill(PASSWORD, password);
  await page.click("button[type=submit]");
}

describe("the plain pages", () => {
  it("are all there is to see without script", async () => {
    const visitor = await enter({ scripts: false });
    const { page } = visitor;
    await logOn(visitor, { user: "nobody", password: "wrong" });
    await page.getByRole("alert").waitFor();
    expect(await page.inputValue(USER)).toBe("nobody");
    expect(await page.inputValue(PASSWORD)).toBe("");
    await logOn(visitor, demoUser({ user: "operator4" }));
    await page.getByRole("heading", { name: "Operator" }).waitFor();
    await page.getByRole("button", { name: "Stay logged on" }).click();
    await page.getByRole("link", { name: "Deutsch" }).click();
    await page.getByRole("button", { name: "Abmelden" }).click();
    await page.locator(USER).waitFor();
    await visitor.leave();
  });

  it("look right in both sizes and themes", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.open("/lite");
    await visitor.look("lite-logon");
    await logOn(visitor, { user: "nobody", password: "wrong" });
    await page.getByRole("alert").waitFor();
    await visitor.look("lite-refused");
    await logOn(visitor, demoUser({ user: "operator4" }));
    await page.getByRole("heading", { name: "Operator" }).waitFor();
    await visitor.look("lite-station");
    await page.getByRole("link", { name: "Change user" }).click();
    await page.locator(USER).waitFor();
    await visitor.look("lite-change");
    await visitor.leave();
  });
});

const PANEL: Visit = { size: "panel", touch: true, language: "de" };

async function touch({ page }: Visitor, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.locator(`.tk [data-key="${key}"]`).first().tap();
}

async function type(visitor: Visitor, text: string): Promise<void> {
  const ways = reachOf(LAYOUTS.de);
  for (const character of text) await touch(visitor, ways.get(character) ?? []);
}

describe("the touch keyboard of the plain pages", () => {
  it("logs somebody on by touch alone", async () => {
    const visitor = await enter(PANEL);
    const { page } = visitor;
    const { user, password } = demoUser({ user: "operator4" });
    await visitor.open("/lite/logon");
    await page.locator(USER).tap();
    await page.locator(".tk").waitFor();
    await type(visitor, user);
    await touch(visitor, ["tab"]);
    await type(visitor, password);
    expect(await page.inputValue(USER)).toBe(user);
    expect(await page.inputValue(PASSWORD)).toBe(password);
    await touch(visitor, ["enter"]);
    await page.waitForURL("**/lite/station");
    await visitor.leave();
  });

  it("has keys that a glove hits, above which the field is seen, in both themes", async () => {
    for (const theme of ["light", "dark"] as const) {
      const visitor = await enter({ ...PANEL, theme });
      const { page } = visitor;
      await visitor.open("/lite/logon");
      await page.locator(PASSWORD).tap();
      await page.locator(".tk").waitFor();
      for (const key of await page.locator(".tk .tk-cap").all()) {
        const box = await key.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(60);
      }
      const keyboard = await page.locator(".tk").boundingBox();
      const field = await page.locator(PASSWORD).boundingBox();
      expect((field?.y ?? 0) + (field?.height ?? 0)).toBeLessThanOrEqual(keyboard?.y ?? 0);
      await visitor.shot(`lite-keyboard-${theme}`);
      await visitor.axe();
      await visitor.leave();
    }
  });

  it("shows in a password not which key was hit, changes its layers and layouts, and closes", async () => {
    const visitor = await enter(PANEL);
    const { page } = visitor;
    await visitor.open("/lite/logon");
    await page.locator(PASSWORD).tap();
    await page.locator('.tk[data-secret="true"]').waitFor();
    await touch(visitor, ["shift"]);
    await page.locator('.tk [data-key="1.0"]', { hasText: "Q" }).waitFor();
    await touch(visitor, ["layout", "layout.fr"]);
    await page.locator('.tk [data-key="1.0"]', { hasText: "a" }).waitFor();
    await touch(visitor, ["close"]);
    await page.locator(".tk").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Bildschirmtastatur" }).click();
    await page.locator(".tk").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".tk").waitFor({ state: "detached" });
    await visitor.leave();
  });
});
