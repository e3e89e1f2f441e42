/** The frame of the administration. */
import { describe, expect, it } from "vitest";
import { demoUser, stage } from "./stage";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

describe("the administration", () => {
  it("offers its pages in the menu, and each has its address", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin");
    await page.locator("ix-menu-item").first().waitFor();
    await visitor.look("shell");
    for (const item of await page.locator('ix-menu-item:not([slot="bottom"])').all()) {
      await item.click();
      await page.locator(".page h1").first().waitFor();
      expect(await page.locator("html").evaluate(() => document.title)).toMatch(/ · Pforte$/);
    }
    await visitor.leave();
  });

  it("goes by keys: menu, page, dialog and back", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin");
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.locator("h1").first().waitFor();
    // Touch keyboard, log off, the menu's names, the menu itself.
    await press("Tab", "Tab", "Tab", "Tab", "Home", "ArrowDown", "Enter");
    await page.waitForURL("**/admin/users");
    await page.goBack();
    await page.locator("h1", { hasText: "Overview" }).waitFor();
    await page.locator("ix-menu-item").first().locator("button").focus();
    await press("End", "Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("is shut to who has no right for it, and says which right is missing", async () => {
    const visitor = await enter();
    await visitor.logOn(demoUser({ role: "Operator" }), "/admin/users");
    await visitor.page.getByText("You do not have the right for this.").waitFor();
    await visitor.page.getByText("pforte/users.read").waitFor();
    await visitor.shot("shell-not-allowed");
    await visitor.leave();
  });

  it("logs off from everywhere, and the address is not kept for the next one", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/users");
    await page.getByRole("button", { name: "Log off" }).first().click();
    await page.locator("#log-on-title").waitFor();
    expect(new URL(page.url()).search).toBe("");
    await visitor.leave();
  });

  it("says that an address is none", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator(), "/admin/nonsense/x");
    await visitor.page.getByText("There is no such page").waitFor();
    await visitor.leave();
  });
});
