import { describe, expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

describe("the log-on", () => {
  it("looks right in both sizes and themes", async () => {
    const visitor = await enter();
    await visitor.open("/");
    await visitor.page.locator("#log-on-title").waitFor();
    expect(new URL(visitor.page.url()).pathname).toBe("/logon");
    await visitor.look("logon");
    await visitor.leave();
  });

  it("goes by keys alone and leads to the station view", async () => {
    const visitor = await enter();
    const { user, password } = administrator();
    await visitor.open("/logon");
    await visitor.page.locator('input[name="username"]').waitFor();
    await visitor.page.keyboard.type(user);
    await visitor.page.keyboard.press("Tab");
    await visitor.page.keyboard.type(password);
    await visitor.page.keyboard.press("Enter");
    await visitor.page.locator(".in-charge-name").waitFor();
    expect(new URL(visitor.page.url()).pathname).toBe("/station");
    await visitor.leave();
  });

  it("says what to do after a wrong password and keeps what was typed", async () => {
    const visitor = await enter();
    await visitor.open("/logon");
    await visitor.page.locator('input[name="username"]').fill("nobody<script>");
    await visitor.page.locator('input[name="password"]').fill("wrong");
    await visitor.page.locator('button[type="submit"]').click();
    await visitor.page.getByText("The name or the password is wrong.").waitFor();
    expect(await visitor.page.locator('input[name="username"]').inputValue()).toBe("nobody<script>");
    expect(await visitor.page.locator('input[name="password"]').inputValue()).toBe("wrong");
    await visitor.look("logon-refused");
    await visitor.leave();
  });

  it("counts down until the next try after too many", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.open("/logon");
    await page.locator('input[name="username"]').fill("somebody who guesses");
    await page.locator('input[name="password"]').fill("wrong");
    const button = page.locator('button[type="submit"]');
    const waits = page.getByText(/^Try again in \d:\d\d/);
    for (let tries = 0; tries < 30 && (await waits.count()) === 0; tries += 1) {
      const answered = page.waitForResponse(/sessions$/);
      await button.click();
      await answered;
      await page.locator('button[type="submit"]:enabled').or(waits).first().waitFor();
    }
    await waits.waitFor();
    expect(await button.isDisabled()).toBe(true);
    await visitor.look("logon-waits");
    await waits.waitFor({ state: "detached", timeout: 60_000 });
    expect(await button.isEnabled()).toBe(true);
    await visitor.leave();
  }, 120_000);

  it("tells caps lock", async () => {
    const visitor = await enter();
    await visitor.open("/logon");
    await visitor.page.locator('input[name="password"]').waitFor();
    await visitor.page.evaluate(() => {
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "A", modifierCapsLock: true }));
    });
    await visitor.page.getByText("Caps lock is on.").waitFor();
    await visitor.leave();
  });

  it("speaks all seven languages", async () => {
    const visitor = await enter({ language: "de" });
    await visitor.open("/logon");
    const title = visitor.page.locator("#log-on-title");
    await title.waitFor();
    expect(await title.textContent()).toBe("Anmelden");
    const titles: Record<string, string> = {
      fr: "Connexion",
      it: "Accesso",
      es: "Iniciar sesión",
      ja: "ログオン",
      zh: "登录",
      en: "Log on",
    };
    for (const [language, text] of Object.entries(titles)) {
      await visitor.page.locator(".frame-head button").first().click();
      await visitor.page.locator("dialog select").first().selectOption(language);
      await visitor.page.keyboard.press("Escape");
      await visitor.page.locator("#log-on-title", { hasText: text }).waitFor();
      await visitor.shot(`logon-${language}`);
    }
    expect(await visitor.page.locator("html").getAttribute("lang")).toBe("en");
    await visitor.leave();
  });

  it("comes back to the address that was asked for", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator(), "/admin?x=1");
    expect(visitor.page.url()).toBe(`${visitor.url}/admin?x=1`);
    await visitor.leave();
  });

  it("never leads to another server", async () => {
    const visitor = await enter();
    for (const to of ["//evil.invalid", "https://evil.invalid", "javascript:alert(1)", "/\\evil.invalid"]) {
      await visitor.logOn(administrator(), `/logon?to=${encodeURIComponent(to)}`);
      expect(visitor.page.url()).toBe(`${visitor.url}/station`);
      await visitor.page.getByRole("button", { name: "Log off" }).click();
      await visitor.page.locator("#log-on-title").waitFor();
    }
    await visitor.leave();
  });

  it("keeps a panel on its page", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    await visitor.open("/logon");
    await visitor.page.locator("#log-on-title").waitFor();
    const kept = await visitor.page.evaluate(() =>
      ["contextmenu", "dragover", "drop", "dragstart"].map(
        (kind) => !document.body.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true })),
      ),
    );
    expect(kept).toEqual([true, true, true, true]);
    expect(await visitor.page.locator("a[href]").count()).toBe(0);
    await visitor.leave();
  });
});

it("a log-on by touch alone goes with the touch keyboard", async () => {
  const visitor = await enter({ size: "panel", touch: true });
  await visitor.open("/logon");
  await visitor.page.locator('input[name="username"]').tap();
  await visitor.page.locator("[data-touch-keyboard]").waitFor();
  await visitor.shot("logon-keyboard");
  const box = await visitor.page.locator('input[name="password"]').boundingBox();
  const keyboard = await visitor.page.locator("[data-touch-keyboard]").boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(keyboard?.y ?? 0);
  await visitor.axe();
  await visitor.leave();
});

it("a notice of several lines is read without scrolling where there is room, and never pushes the fields out", async () => {
  const lines = [...Array(9)].map((_, line) => `Line ${line + 1} of the notice.`).join("\n");
  await withServer({ config: `[notice]\ntext = """${lines}"""` }, async (server) => {
    const visitor = await enter({ url: server.url, touch: true });
    const { page } = visitor;
    await visitor.open("/logon");
    const notice = page.locator(".notice");
    const hidden = () => notice.evaluate((one) => one.scrollHeight - one.clientHeight);
    expect(await hidden()).toBe(0);
    await visitor.look("logon-notice");
    await page.setViewportSize({ width: 1024, height: 600 });
    await page.locator('input[name="password"]').tap();
    const keys = page.locator(".tk");
    await keys.waitFor();
    const field = await page.locator('input[name="password"]').boundingBox();
    expect((field?.y ?? 0) + (field?.height ?? 0)).toBeLessThanOrEqual((await keys.boundingBox())?.y ?? 0);
    await visitor.shot("logon-notice-keyboard");
    await visitor.leave();
  });
});
