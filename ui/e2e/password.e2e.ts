/** Whoever needs another password gets it at the log-on; whoever wants one, from the menus. */
import { describe, expect, it } from "vitest";
import { demoUser, type Visitor } from "./stage";
import { ad, api, arrive, enter, server } from "./stage/at-domain";

const FIRST = "Kiesgrube-Lampion-47";
const NEW = "Wolke-Anker-73-Birne";

/** A local user whose password must be changed. */
async function toChange(login: string): Promise<string> {
  await api.ask("POST", "/users", { login, password: FIRST, must_change: true });
  return login;
}

async function renew({ page }: Visitor, next: string, again = next): Promise<void> {
  await page.locator('input[name="new-password"]').fill(next);
  await page.locator('input[name="new-password-again"]').fill(again);
}

describe("a password that must be changed", () => {
  it("is changed while logging on to the domain, which tells each rule that is broken", async () => {
    const visitor = await arrive({ size: "panel", touch: true });
    const { page } = visitor;
    const user = ad.newUser();
    ad.mustChange(user);
    await page.locator(".log-on-fields select").selectOption("works");
    await visitor.tryLogOn(user, ad.facts.user_password);
    await page.getByText("A new password is needed").waitFor();
    expect(await page.locator('input[name="username"]').inputValue()).toBe(user);
    expect(await page.locator('input[name="password"]').inputValue()).toBe(ad.facts.user_password);
    await visitor.look("password-needed");
    await renew(visitor, "wolke", "wolken");
    await page.getByText("The two passwords differ.").waitFor();
    expect(await page.getByRole("button", { name: "Change and log on" }).isDisabled()).toBe(true);
    await renew(visitor, "wolke");
    await page.getByRole("button", { name: "Change and log on" }).click();
    const rules = page.locator(".broken-rules li");
    await rules.first().waitFor();
    expect(await rules.allTextContents()).toEqual([
      "It must have at least 10 characters.",
      expect.stringContaining("Missing: capital letters, digits, other characters."),
    ]);
    expect(await page.locator('input[name="new-password"]').inputValue()).toBe("wolke");
    await visitor.look("password-broken");
    await renew(visitor, NEW);
    await page.getByRole("button", { name: "Change and log on" }).click();
    await page.locator(".in-charge-name").waitFor();
    await visitor.leave();
  });

  it("is changed by keys alone where an administrator has set it", async () => {
    const visitor = await arrive({ language: "de" });
    const { page } = visitor;
    await page.locator(".log-on-fields select").selectOption("local");
    await visitor.tryLogOn(await toChange("anna.erst"), FIRST);
    await page.getByText("Ein neues Passwort ist nötig").waitFor();
    await page.keyboard.type(NEW);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type(NEW);
    await page.keyboard.press("Enter");
    await page.locator(".in-charge-name").waitFor();
    await visitor.leave();
  });

  it("is changed on the plain pages without script", async () => {
    const visitor = await enter({ url: server.url, scripts: false });
    const { page } = visitor;
    await visitor.open("/lite");
    await page.selectOption("#directory", "local");
    await page.fill("#user", await toChange("berta.erst"));
    await page.fill("#password", FIRST);
    await page.click("button[type=submit]");
    await page.locator("#new_password").waitFor();
    expect(await page.inputValue("#user")).toBe("berta.erst");
    for (const next of ["short", NEW]) {
      await page.fill("#password", FIRST);
      await page.fill("#new_password", next);
      await page.fill("#again", next);
      await page.click("button[type=submit]");
      if (next === "short") await page.getByText("It must have at least 15 characters.").waitFor();
    }
    await page.getByRole("heading", { name: "berta.erst" }).waitFor();
    await page.getByRole("link", { name: "Change password" }).click();
    await page.fill("#password", NEW);
    await page.fill("#new_password", "Kachel-Rhabarber-5-Tor");
    await page.fill("#again", "Kachel-Rhabarber-5-Tür");
    await page.click("button[type=submit]");
    await page.getByText("The two passwords differ.").waitFor();
    await page.fill("#password", NEW);
    await page.fill("#new_password", "Kachel-Rhabarber-5-Tor");
    await page.fill("#again", "Kachel-Rhabarber-5-Tor");
    await page.click("button[type=submit]");
    await page.getByRole("heading", { name: "berta.erst" }).waitFor();
    await visitor.leave();
  });
});

describe("the plain pages", () => {
  it("look right where a new password is asked for", async () => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.open("/lite");
    await page.selectOption("#directory", "local");
    await page.fill("#user", await toChange("dora.erst"));
    await page.fill("#password", FIRST);
    await page.click("button[type=submit]");
    await page.locator("#new_password").waitFor();
    await visitor.look("lite-password-needed");
    await page.fill("#password", FIRST);
    for (const field of ["#new_password", "#again"]) await page.fill(field, NEW);
    await page.click("button[type=submit]");
    await page.getByRole("link", { name: "Change password" }).click();
    await page.fill("#password", NEW);
    for (const field of ["#new_password", "#again"]) await page.fill(field, "short");
    await page.click("button[type=submit]");
    await page.getByText("It must have at least 15 characters.").waitFor();
    await visitor.look("lite-password");
    await visitor.leave();
  });
});

describe("the own password", () => {
  it("is changed from the station view, and a wrong old one is told", async () => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await api.ask("POST", "/users", { login: "clara.selbst", password: FIRST });
    await visitor.open("/logon");
    await page.locator(".log-on-fields select").selectOption("local");
    await visitor.logOnHere("clara.selbst", FIRST);
    await visitor.look("password-station");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.locator('input[name="password"]').fill("not the old one");
    await renew(visitor, NEW);
    await visitor.look("password-own");
    await page.locator('button[type="submit"]').click();
    await page.getByText("The name or the password is wrong.").waitFor();
    expect(await page.locator('input[name="new-password"]').inputValue()).toBe(NEW);
    await page.locator('input[name="password"]').fill(FIRST);
    await page.locator('button[type="submit"]').click();
    await page.getByText("The new password holds from now on.").waitFor();
    await page.getByRole("button", { name: "Back" }).click();
    await page.locator(".in-charge-name").waitFor();
    await visitor.leave();
  });

  it("is changed from the menu of the administration, to which it leads back", async () => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Administrator" }, server.data), "/admin/roles");
    await page.locator("ix-menu-item", { hasText: "Change password" }).click();
    await page.locator("#password-title").waitFor();
    await page.getByRole("button", { name: "Back" }).click();
    await page.waitForURL(/\/admin\/roles$/);
    await visitor.leave();
  });
});
