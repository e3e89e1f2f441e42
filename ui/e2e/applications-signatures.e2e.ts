/** What an application has to do with signatures: its own dialog, and the webhook by which it hears of them. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visit, type Visitor } from "./stage";
import { call } from "./stage/call";

const { enter } = stage();
const LIST = "/admin/applications";

async function administrator(visit: Visit = {}): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }), LIST);
  await visitor.page.getByRole("table").waitFor();
  return visitor;
}

let made = 0;
/** An application of a test's own, made behind the page's back. */
async function own(visitor: Visitor, name: string): Promise<string> {
  made += 1;
  const body = { key: `signing${made}`, name, areas: ["dairy"] };
  return (await call(visitor.page, "POST", "/applications", body)).application.id;
}

async function open(visitor: Visitor, id: string, more = ""): Promise<void> {
  await visitor.open(`${LIST}?id=${id}${more}`);
  await visitor.page.getByRole("navigation", { name: "Parts of the application" }).waitFor();
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const saved = (page: Page) => page.getByText("Not saved yet").waitFor({ state: "detached" });

describe("the own dialog of an application", () => {
  const check = (page: Page) => page.getByRole("checkbox", { name: /typed in its own dialog/ });

  it("is off by default, says what it means, and is saved", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await own(visitor, "Dialog");
    await open(visitor, id);
    expect(await check(page).isChecked()).toBe(false);
    await page.getByText("sees the password of everybody who signs").waitFor();
    await check(page).check();
    await visitor.look("application-own-dialog");
    await button(page, "Save").click();
    await saved(page);
    expect(await call(page, "GET", `/applications/${id}`)).toMatchObject({
      own_dialog: true,
      name: "Dialog",
    });
    await page.reload();
    await check(page).waitFor();
    expect(await check(page).isChecked()).toBe(true);
    await visitor.leave();
  });

  it("of which two administrators want different things is asked, not overwritten", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await own(visitor, "Both");
    await open(visitor, id);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Mine");
    const { version } = await call(page, "GET", `/applications/${id}`);
    await call(page, "PATCH", `/applications/${id}`, { version, own_dialog: true });
    await button(page, "Save").click();
    await page.getByRole("alertdialog").getByText("May send names and passwords").waitFor();
    await visitor.look("application-own-dialog-conflict");
    await button(page, "Save what is chosen").click();
    await page.getByRole("heading", { level: 1, name: "Mine" }).waitFor();
    expect(await call(page, "GET", `/applications/${id}`)).toMatchObject({ own_dialog: true, name: "Mine" });
    expect(await check(page).isChecked()).toBe(true);
    await visitor.leave();
  });

  it("of Pforte itself is none", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await visitor.open(`${LIST}?text=pforte`);
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByText("This is Pforte itself.").waitFor();
    expect(await check(page).count()).toBe(0);
    await visitor.leave();
  });
});
