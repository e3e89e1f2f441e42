import { describe, expect, it } from "vitest";
import { demoCredentials, demoUser, stage } from "./stage";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });
const operator = () => demoUser({ role: "Operator" });

describe("the station view", () => {
  it("tells who is in charge, and looks right in both sizes and themes", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator());
    await visitor.page.locator(".in-charge-name").waitFor();
    expect(await visitor.page.locator(".in-charge .chip").allTextContents()).toContain("Administrator");
    await visitor.look("station");
    await visitor.leave();
  });

  it("names the station that the browser proved to be", async () => {
    const station = demoCredentials().find(({ kind }) => kind === "station");
    const visitor = await enter({ headers: { "pforte-station": station?.credential ?? "" } });
    await visitor.logOn(operator());
    await visitor.page
      .locator(".frame-head")
      .getByText(station?.name ?? "")
      .waitFor();
    await visitor.shot("station-named");
    await visitor.leave();
  });

  it("keeps the old session until the change of user has succeeded", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator());
    const before = await visitor.page.locator(".in-charge-name").textContent();
    await visitor.page.getByRole("button", { name: "Change user" }).click();
    await visitor.page.getByText(`${before} stays in charge`).waitFor();
    await visitor.page.locator('input[name="username"]').fill(operator().user);
    await visitor.page.locator('input[name="password"]').fill("wrong");
    await visitor.page.locator('button[type="submit"]').click();
    await visitor.page.getByText("The name or the password is wrong.").waitFor();
    await visitor.shot("change-user-refused");
    await visitor.page.getByRole("button", { name: "Cancel" }).click();
    expect(await visitor.page.locator(".in-charge-name").textContent()).toBe(before);
    await visitor.page.getByRole("button", { name: "Change user" }).click();
    await visitor.page.locator('input[name="username"]').fill(operator().user);
    await visitor.page.locator('input[name="password"]').fill(operator().password);
    await visitor.page.locator('button[type="submit"]').click();
    await visitor.page.waitForURL("**/station");
    await visitor.page.locator(".in-charge-name").waitFor();
    expect(await visitor.page.locator(".in-charge-name").textContent()).not.toBe(before);
    await visitor.leave();
  });

  it("speaks the language of who is logged on, and the station's again afterwards", async () => {
    const visitor = await enter();
    const { page } = visitor;
    const choose = async (from: string, to: string): Promise<void> => {
      await page.getByRole("button", { name: from }).click();
      await page.getByRole("dialog").locator("select").first().selectOption({ label: to });
      await page.keyboard.press("Escape");
    };
    await visitor.logOn(operator());
    await choose("English", "Deutsch");
    await page.getByRole("button", { name: "Abmelden" }).click();
    await page.getByRole("heading", { name: "Log on" }).waitFor();
    await visitor.logOn(administrator());
    await page.getByRole("button", { name: "Log off" }).click();
    await choose("English", "Italiano");
    await page.locator('html[lang="it"]').waitFor();
    await visitor.logOn(operator());
    await page.locator('html[lang="de"]').waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Abmelden" }).click();
    await page.locator('html[lang="it"]').waitFor();
    await visitor.leave();
  });

  it("goes to the log-on in every page of the browser when one logs off", async () => {
    const visitor = await enter();
    await visitor.logOn(operator());
    const second = await visitor.context.newPage();
    await second.goto(`${visitor.url}/station`);
    await second.locator(".in-charge-name").waitFor();
    await visitor.page.getByRole("button", { name: "Log off" }).click();
    await visitor.page.locator("#log-on-title").waitFor();
    await second.locator("#log-on-title").waitFor();
    await visitor.leave();
  });

  it("does not offer the administration to who has no right for it", async () => {
    const visitor = await enter();
    await visitor.logOn(operator());
    await visitor.page.locator(".in-charge-name").waitFor();
    expect(await visitor.page.getByRole("button", { name: "Administration" }).count()).toBe(0);
    await visitor.leave();
  });
});
