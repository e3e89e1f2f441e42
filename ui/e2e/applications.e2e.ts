/** Applications: registration, scope, credential, thousands of rights, two administrators, bad answers. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { withSomeone } from "./stage/made";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });
const LIST = "/admin/applications";

const HOSTILE = [
  `<script>alert(1)</script><b>x</b> ${"x".repeat(90)}`,
  "🏭 نظام التعبئة رقم ٢ – خط",
  "W".repeat(128),
];

async function applications(visit = {}, path = LIST): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(administrator(), path);
  await visitor.page.getByRole("table").waitFor();
  return visitor;
}

let made = 0;
/** An application of a test's own, made behind the page's back. */
async function own(visitor: Visitor, name: string, rights: object[] = []): Promise<string> {
  made += 1;
  const body = { key: `own${made}`, name, areas: ["dairy"] };
  const { application } = await call(visitor.page, "POST", "/applications", body);
  await call(visitor.page, "PUT", `/applications/${application.id}/rights`, { rights });
  return application.id;
}

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    action: `unit.act-${at + 1}`,
    names: { en: `Do act ${at + 1}`, de: `Handlung ${at + 1}` },
  }));

const remove = (visitor: Visitor, id: string) => call(visitor.page, "DELETE", `/applications/${id}`);

async function open(visitor: Visitor, id: string, more = ""): Promise<void> {
  await visitor.open(`${LIST}?id=${id}${more}`);
  await visitor.page.getByRole("navigation", { name: "Parts of the application" }).waitFor();
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const asked = (page: Page, name: string) =>
  page.getByRole("alertdialog").getByRole("button", { name, exact: true });
const right = (page: Page, name: string) =>
  page.getByRole("list", { name: "Rights" }).getByText(name, { exact: true });

describe("the applications", () => {
  it("are listed, searched and opened; reload and back keep where one is", async () => {
    const visitor = await applications();
    const { page } = visitor;
    await visitor.look("applications");
    await page.getByRole("textbox", { name: "Search applications" }).fill("batch");
    await page.waitForURL(/text=batch/);
    const link = page.getByRole("table").getByRole("link").first();
    const name = (await link.textContent()) ?? "";
    await link.click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByRole("tree", { name: "Areas" }).waitFor();
    await visitor.look("application");
    await page.getByRole("button", { name: /^Rights/ }).click();
    await page.getByRole("textbox", { name: "Search rights" }).fill("rel");
    await page.waitForURL(/right=rel/);
    await page.reload();
    await right(page, "Release batches").waitFor();
    await visitor.look("application-rights");
    await page.goBack();
    await page.getByRole("table").waitFor();
    expect(await page.getByRole("textbox", { name: "Search applications" }).inputValue()).toBe("batch");
    await visitor.leave();
  });

  it("are registered, told their credential once, given a scope, switched off, renewed and removed", async () => {
    const visitor = await applications();
    const { page } = visitor;
    await button(page, "New application").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("Historian");
    await dialog.getByRole("textbox", { name: "Key" }).fill("no key/");
    await dialog.getByText("It begins with a letter").waitFor();
    expect(await button(page, "Register").isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Key" }).fill("batch");
    await button(page, "Register").click();
    await dialog.getByRole("alert").waitFor();
    expect(await dialog.getByRole("textbox", { name: "Name" }).inputValue()).toBe("Historian");
    await visitor.look("application-new-refused");
    await dialog.getByRole("textbox", { name: "Key" }).fill("historian");
    await button(page, "Register").click();
    const told = page.getByRole("alertdialog").locator("code");
    const credential = (await told.textContent()) ?? "";
    expect(credential.length).toBeGreaterThan(20);
    await visitor.look("application-credential");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("alertdialog").count()).toBe(1);
    await asked(page, "I have kept it").click();
    expect(await page.content()).not.toContain(credential);
    await page.getByText("It gets no answer anywhere.").waitFor();
    await page.getByRole("treeitem", { name: "line1" }).click();
    await page.getByRole("checkbox", { name: /Line 1 panel/ }).check();
    await page.getByRole("checkbox", { name: /Switched on/ }).uncheck();
    await button(page, "Save").click();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("button", { name: "Take out dairy/line1" }).waitFor();
    expect(await page.getByRole("checkbox", { name: /Line 1 panel/ }).isChecked()).toBe(true);
    expect(await page.getByRole("checkbox", { name: /Switched on/ }).isChecked()).toBe(false);
    await button(page, "New credential").click();
    await asked(page, "New credential").click();
    await told.waitFor();
    expect(await told.textContent()).not.toBe(credential);
    await asked(page, "I have kept it").click();
    await button(page, "Remove").click();
    await asked(page, "Remove").click();
    await page.getByRole("table").waitFor();
    await page.getByRole("link", { name: "Historian" }).waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("get a name and a scope by the keyboard alone", async () => {
    const visitor = await applications();
    const { page } = visitor;
    const id = await own(visitor, "Keys");
    await open(visitor, id);
    await page.getByRole("textbox", { name: "Name", exact: true }).focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" only");
    await page.getByRole("treeitem", { name: "dairy" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.getByRole("treeitem", { name: "dairy" }).and(page.locator('[aria-checked="false"]')).waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Keys only" }).waitFor();
    const { areas } = await call(page, "GET", `/applications/${id}`);
    expect(areas).toHaveLength(1);
    await remove(visitor, id);
    await visitor.leave();
  });

  it("whose rights a role has are not removed, and say which role", async () => {
    const visitor = await applications({}, `${LIST}?text=batch`);
    const { page } = visitor;
    await page.getByRole("table").getByRole("link").first().click();
    await button(page, "Remove").click();
    await asked(page, "Remove").click();
    await page
      .getByRole("alertdialog")
      .getByText(/the role /)
      .waitFor();
    await visitor.look("application-in-use");
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("have two thousand rights that are found, scrolled and reached by keys", async () => {
    const visitor = await applications();
    const { page } = visitor;
    const id = await own(visitor, "Large", many(2_000));
    await open(visitor, id, "&tab=rights");
    const lines = page.getByRole("listitem").filter({ has: page.locator("code") });
    await right(page, "Do act 1").waitFor();
    expect(await lines.count()).toBeLessThan(60);
    await page.getByRole("button", { name: "Rights (2,000)" }).waitFor();
    await visitor.look("application-2000");
    await lines.first().getByRole("button").focus();
    await page.keyboard.press("End");
    await right(page, "Do act 2000").waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("unit.act-2000");
    await page.keyboard.press("PageUp");
    await page.keyboard.press("Home");
    await right(page, "Do act 1").waitFor();
    const began = Date.now();
    await page.getByRole("textbox", { name: "Search rights" }).fill("handlung 1999");
    await right(page, "Do act 1999").waitFor();
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(await lines.count()).toBe(1);
    await remove(visitor, id);
    await visitor.leave();
  });

  it("get rights from an administrator, renamed by language and retired", async () => {
    const visitor = await applications();
    const { page } = visitor;
    const id = await own(visitor, "Rights", many(3));
    await open(visitor, id, "&tab=rights");
    await button(page, "New right").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Action" }).fill("unit.act-2");
    await dialog.getByRole("textbox", { name: "English" }).fill("Do it all");
    await button(page, "Add").click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByRole("textbox", { name: "Action" }).fill("unit.all");
    await dialog.getByRole("textbox", { name: "日本語" }).fill("すべて実行");
    await button(page, "Add").click();
    await dialog.waitFor({ state: "detached" });
    await right(page, "Do it all").click();
    await visitor.look("application-right");
    await dialog.getByRole("textbox", { name: "Deutsch" }).fill("Alles tun");
    await page.keyboard.press("Escape");
    await asked(page, "Stay here").click();
    await button(page, "Save").click();
    await dialog.waitFor({ state: "detached" });
    await page.reload();
    await right(page, "de en ja").waitFor();
    await right(page, "Do act 3").click();
    await button(page, "Retire").click();
    await page.getByText("No role has it.").waitFor();
    await asked(page, "Retire").click();
    await right(page, "Do act 3").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Rights (3)" }).waitFor();
    await remove(visitor, id);
    await visitor.leave();
  });

  it("say which roles lose a right that is retired", async () => {
    const visitor = await applications({}, `${LIST}?text=batch&tab=rights`);
    const { page } = visitor;
    await page.getByRole("table").getByRole("link").first().click();
    await right(page, "Release batches").click();
    await button(page, "Retire").click();
    await page.getByRole("alertdialog").getByText("Quality", { exact: true }).waitFor();
    await visitor.look("application-retire");
    await asked(page, "Cancel").click();
    await visitor.leave();
  });

  it("that another administrator changed meanwhile are shown, not overwritten", async () => {
    const visitor = await applications();
    const { page } = visitor;
    const id = await own(visitor, "Shared", many(2));
    await open(visitor, id);
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Mine");
    // Other rights are nothing that a name overwrites.
    await call(page, "PUT", `/applications/${id}/rights`, { rights: many(3) });
    await button(page, "Save").click();
    await page.getByRole("heading", { level: 1, name: "Mine" }).waitFor();
    await name.fill("Mine again");
    const { version } = await call(page, "GET", `/applications/${id}`);
    await call(page, "PATCH", `/applications/${id}`, { version, name: "Theirs" });
    await button(page, "Save").click();
    await page.getByRole("alertdialog").getByText("Theirs", { exact: true }).last().waitFor();
    await visitor.look("application-conflict");
    await button(page, "Keep theirs").click();
    await page.getByRole("heading", { level: 1, name: "Theirs" }).waitFor();

    await page.getByRole("button", { name: /^Rights/ }).click();
    await right(page, "Do act 2").click();
    await page.getByRole("dialog").getByRole("textbox", { name: "English" }).fill("My words");
    const theirs = many(4).map((one) =>
      one.action === "unit.act-2" ? { ...one, names: { en: "Their words" } } : one,
    );
    await call(page, "PUT", `/applications/${id}/rights`, { rights: theirs });
    await button(page, "Save").click();
    await page.getByRole("alertdialog").getByText("Their words").waitFor();
    await page.getByRole("button", { name: "Save what is chosen" }).click();
    await right(page, "My words").waitFor();
    // What they put in besides is still there.
    await page.getByRole("button", { name: "Rights (4)" }).waitFor();
    await remove(visitor, id);
    await visitor.leave();
  });

  it("show any name as text and keep their layout", async () => {
    const visitor = await applications();
    const { page } = visitor;
    const ids: string[] = [];
    for (const hostile of HOSTILE) {
      const rights = HOSTILE.map((name, at) => ({ action: `a${at}`, names: { en: name, ar: name } }));
      ids.push(await own(visitor, hostile, rights));
    }
    await page.reload();
    for (const hostile of HOSTILE) await page.getByRole("link", { name: hostile }).waitFor();
    await visitor.look("applications-hostile");
    await open(visitor, ids[0] ?? "", "&tab=rights");
    await visitor.look("application-rights-hostile");
    await right(page, HOSTILE[2] ?? "").click();
    await visitor.look("application-right-hostile");
    expect(await page.locator(".page b, .page script, dialog b, dialog script").count()).toBe(0);
    for (const id of ids) await remove(visitor, id);
    await visitor.leave();
  });

  it("are only shown to who may read but not change them", async () => {
    const other = await applications();
    await withSomeone(other, ["applications.read"], async (reader) => {
      const visitor = await enter();
      const { page } = visitor;
      await visitor.logOn(reader, LIST);
      await page.getByRole("table").waitFor();
      expect(await button(page, "New application").count()).toBe(0);
      await page.getByRole("table").getByRole("link").first().click();
      await page.getByText("Areas", { exact: true }).waitFor();
      for (const name of ["Save", "Remove", "New credential"])
        expect(await button(page, name).count()).toBe(0);
      expect(await page.getByRole("tree").count()).toBe(0);
      await visitor.look("application-read-only");
      await visitor.leave();
    });
    await other.leave();
  });

  it("cannot be changed where it is Pforte itself", async () => {
    const visitor = await applications({}, `${LIST}?text=pforte`);
    const { page } = visitor;
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByText("This is Pforte itself.").waitFor();
    expect(await button(page, "Remove").count()).toBe(0);
    await visitor.leave();
  });

  it("keep what was typed while answers are late, fail or do not come", async () => {
    const visitor = await applications();
    const { page } = visitor;
    const id = await own(visitor, "Late", many(1));
    await open(visitor, id);
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("Typed");
    const one = `**/api/v1/applications/${id}`;
    const patched = async (act: Parameters<Page["route"]>[1], says: string): Promise<void> => {
      await page.route(one, act);
      await button(page, "Save").click();
      await page.getByText(says).waitFor();
      expect(await name.inputValue()).toBe("Typed");
      await page.unroute(one);
    };
    await patched((route) => route.abort(), "The server does not answer.");
    await patched(
      (route) =>
        route.fulfill({ status: 503, json: { status: 503, code: "busy", detail: "", request_id: "r-2" } }),
      "busy · r-2",
    );
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(one, async (route) => {
      await late;
      await route.continue();
    });
    await button(page, "Save").click();
    await page.locator('button[aria-busy="true"]').waitFor();
    answer();
    await page.getByRole("heading", { level: 1, name: "Typed" }).waitFor();
    await page.unroute(one);
    await remove(visitor, id);
    await page.route("**/api/v1/applications?*", (route) =>
      route.fulfill({ status: 500, json: { status: 500, code: "internal", detail: "", request_id: "r-3" } }),
    );
    await visitor.open(LIST);
    await page.getByText("internal · r-3").waitFor();
    await page.unroute("**/api/v1/applications?*");
    await button(page, "Try again").click();
    await page.getByRole("table").waitFor();
    await visitor.leave();
  });

  it("are chosen and changed by touch on the panel, in another language", async () => {
    const visitor = await enter({ size: "panel", touch: true, language: "de" });
    const { page } = visitor;
    await visitor.logOn(administrator(), LIST);
    await page.getByRole("table").getByRole("link").first().tap();
    await page.getByRole("tree", { name: "Bereiche" }).waitFor();
    await visitor.fits();
    const sizes = await page
      .locator(".page a, .page button:not([hidden]), .page [role=treeitem]")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
    await page.getByRole("treeitem", { name: "dairy", exact: true }).tap();
    await page.getByRole("treeitem", { name: "line2" }).tap();
    await page.getByText("Noch nicht gespeichert").waitFor();
    await visitor.shot("application-de");
    await page.getByRole("button", { name: "Verwerfen" }).tap();
    await page.getByRole("button", { name: /^Rechte/ }).tap();
    await page.locator(".app-line button").first().tap();
    await page.getByRole("dialog").waitFor();
    await visitor.shot("application-right-de");
    await visitor.leave();
  });

  it("are read again when the server comes back", async () => {
    await withServer({}, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(demoUser({ role: "Administrator" }, server.data), LIST);
      await page.getByRole("table").getByRole("link").first().click();
      const name = page.getByRole("textbox", { name: "Name", exact: true });
      await name.fill("Typed meanwhile");
      await server.stop();
      await page.locator(".link-lost").waitFor();
      await server.restart();
      await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
      expect(await name.inputValue()).toBe("Typed meanwhile");
      await button(page, "Save").click();
      await page.getByRole("heading", { level: 1, name: "Typed meanwhile" }).waitFor();
      await visitor.leave();
    });
  });
});
