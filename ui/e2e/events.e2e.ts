/** The event log: filters in the address, the live tail, old and new value, the proof, hostile values, bad answers. */
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { withSomeone } from "./stage/made";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });
const LIST = "/admin/events";

const HOSTILE = [
  `<script>alert(1)</script><b>x</b> ${"x".repeat(80)}`,
  "🏭 نظام التعبئة رقم ٢ – خط",
  "W".repeat(128),
];

async function events(visit = {}, path = LIST): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(administrator(), path);
  await visitor.page.getByRole("grid").getByRole("row").nth(1).waitFor();
  return visitor;
}

interface Role {
  id: string;
  version: number;
}

const made: string[] = [];

/** Makes a role behind the page's back; each is an event. */
async function makeRole({ page }: Visitor, name: string): Promise<Role> {
  const role: Role = await call(page, "POST", "/roles", { name, description: "", rights: [] });
  made.push(role.id);
  return role;
}

/** Removes them again, so that other tests find the matrix of the demo. */
async function forget({ page }: Visitor): Promise<void> {
  for (const id of made.splice(0)) await call(page, "DELETE", `/roles/${id}`);
}

const rows = (visitor: Visitor, text: string) => visitor.page.getByRole("row").filter({ hasText: text });
const detail = (visitor: Visitor) => visitor.page.locator("aside.event-detail");
const button = (visitor: Visitor, name: string) => visitor.page.getByRole("button", { name, exact: true });

describe("the events", () => {
  it("look right, with the details of one", async () => {
    const visitor = await events();
    await visitor.look("events");
    await rows(visitor, "Logged on").first().click();
    await detail(visitor).getByText("Genuine", { exact: true }).waitFor();
    await visitor.look("events-detail");
    await visitor.leave();
  });

  it("are filtered by what stands in the address; reload and back keep it", async () => {
    const visitor = await events({}, `${LIST}?type=logged-on&result=done`);
    const { page } = visitor;
    const chosen = page.getByRole("list", { name: "Filtered by" });
    await chosen.getByText("Type: Logged on").waitFor();
    expect(await rows(visitor, "Server started").count()).toBe(0);
    await button(visitor, "What happened: Logged on").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "Role created" }).check();
    await dialog.getByRole("checkbox", { name: "Logged on" }).uncheck();
    await visitor.look("events-types");
    await button(visitor, "Show").click();
    await page.waitForURL((at) => at.searchParams.get("type") === "role-created");
    const name = `Filtered ${crypto.randomUUID()}`;
    await makeRole(visitor, name);
    await page.getByRole("textbox", { name: "Search in names, values, codes and reasons" }).fill(name);
    await page.waitForURL((at) => at.searchParams.get("text") === name);
    await rows(visitor, name).waitFor();
    await page.reload();
    await rows(visitor, name).click();
    await page.waitForURL((at) => at.searchParams.has("event"));
    await page.goBack();
    await detail(visitor).waitFor({ state: "detached" });
    expect(await rows(visitor, name).count()).toBe(1);
    await button(visitor, "Show all events").click();
    await chosen.waitFor({ state: "detached" });
    await forget(visitor);
    await visitor.leave();
  });

  it("come by themselves while the list is live, and wait for who reads further down or has paused", async () => {
    const visitor = await events();
    const { page } = visitor;
    const first = `Live ${crypto.randomUUID()}`;
    await makeRole(visitor, first);
    await rows(visitor, first).waitFor();
    await page.setViewportSize({ width: 1024, height: 600 });
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    const second = `Live ${crypto.randomUUID()}`;
    await makeRole(visitor, second);
    await page.getByRole("button", { name: /new events?$/ }).click();
    await rows(visitor, second).waitFor();
    await button(visitor, "Live").click();
    await page.waitForURL(/live=off/);
    const third = `Live ${crypto.randomUUID()}`;
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("/api/v1/events?")) asked += 1;
    });
    await makeRole(visitor, third);
    await call(page, "GET", "/events?newest=true&limit=1");
    // Only what the test itself asked: nobody asks for new ones.
    expect(asked).toBe(1);
    expect(await rows(visitor, third).count()).toBe(0);
    await button(visitor, "Live").click();
    await rows(visitor, third).waitFor();
    await forget(visitor);
    await visitor.leave();
  });

  it("show old and new value side by side, by the keyboard alone, also after a reload", async () => {
    const visitor = await events();
    const { page } = visitor;
    const name = `Before ${crypto.randomUUID()}`;
    const role = await makeRole(visitor, name);
    const changed = { name: "After", description: "<i>new</i>", rights: [], version: role.version };
    await call(page, "PUT", `/roles/${role.id}`, changed);
    await rows(visitor, "Role changed").first().waitFor();
    await page.getByRole("grid").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/event=\d+/);
    const values = detail(visitor).getByRole("table");
    await values.getByText(name).waitFor();
    await values.getByText("After", { exact: true }).last().waitFor();
    await values.getByText("<i>new</i>").waitFor();
    // By keys the list keeps the focus, and the details follow.
    await page.keyboard.press("ArrowDown");
    await detail(visitor).getByRole("heading", { name: "Role created" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await values.getByText(name).waitFor();
    await visitor.look("events-values");
    await page.reload();
    await values.getByText(name).waitFor();
    await detail(visitor).getByRole("heading", { name: "Role changed" }).focus();
    await page.keyboard.press("Escape");
    await detail(visitor).waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("grid");
    await forget(visitor);
    await visitor.leave();
  });

  it("that were changed on their way are told as not genuine", async () => {
    const visitor = await events();
    const { page } = visitor;
    const name = `Proved ${crypto.randomUUID()}`;
    await makeRole(visitor, name);
    await page.route("**/api/v1/events?*", async (route) => {
      const answer = await route.fetch();
      const said = (await answer.text()).replaceAll(name, "Forged");
      await route.fulfill({ response: answer, body: said });
    });
    await page.reload();
    await rows(visitor, "Forged").first().click();
    await detail(visitor).getByText("Not genuine", { exact: true }).waitFor();
    await visitor.look("events-forged");
    // An answer may still be on its way to the handler.
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.reload();
    await detail(visitor).getByText("Genuine", { exact: true }).waitFor();
    await forget(visitor);
    await visitor.leave();
  });

  it("show any value as text and keep their layout", async () => {
    const visitor = await events();
    const { page } = visitor;
    for (const hostile of HOSTILE) await makeRole(visitor, hostile);
    for (const hostile of HOSTILE) await rows(visitor, hostile.slice(0, 30)).first().waitFor();
    await visitor.look("events-hostile");
    for (const hostile of HOSTILE) {
      await rows(visitor, hostile.slice(0, 30)).first().click();
      await detail(visitor).getByText(hostile, { exact: true }).first().waitFor();
    }
    await visitor.look("events-hostile-detail");
    expect(await page.locator(".page b, .page i, .page script").count()).toBe(0);
    await forget(visitor);
    await visitor.leave();
  });

  it("are there for who may read nothing but events", async () => {
    const other = await events();
    await withSomeone(other, ["events.read"], async (reader) => {
      const visitor = await enter();
      await visitor.logOn(reader, LIST);
      await rows(visitor, "Logged on").first().click();
      await detail(visitor).getByText("Genuine", { exact: true }).waitFor();
      // Users and sessions have no page for him; more events have.
      expect(await detail(visitor).locator('a[href^="/admin/users"]').count()).toBe(0);
      await detail(visitor).locator('a[href^="/admin/events"]').first().waitFor();
      await visitor.leave();
    });
    await other.leave();
  });

  it("say what is wrong when the answer is late, fails, or does not come", async () => {
    const visitor = await enter();
    const { page } = visitor;
    const asked = "**/api/v1/events?*";
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(asked, async (route) => {
      await late;
      await route.fulfill({
        status: 500,
        json: { status: 500, code: "internal", detail: "", request_id: "r-9" },
      });
    });
    await visitor.logOn(administrator(), LIST);
    await page.getByRole("progressbar").first().waitFor();
    answer();
    await page.getByText("internal · r-9").waitFor();
    await visitor.look("events-failed");
    await page.unroute(asked);
    await button(visitor, "Try again").click();
    await rows(visitor, "Logged on").first().waitFor();
    // So does a tail that fails, and goes on by itself.
    await page.route(asked, (route) =>
      route.fulfill({ status: 500, json: { status: 500, code: "internal", detail: "", request_id: "r-10" } }),
    );
    await page.getByText("internal · r-10").waitFor();
    await page.unroute(asked);
    await page.getByText("internal · r-10").waitFor({ state: "detached" });
    // The tail that hears nothing says so, and what is there stays.
    await page.route(asked, (route) => route.abort());
    await page.locator(".link-lost").waitFor();
    await rows(visitor, "Logged on").first().waitFor();
    await page.unroute(asked);
    await page.locator(".link-lost").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("fit the panel, by touch, in another language", async () => {
    const visitor = await enter({ size: "panel", touch: true, language: "de" });
    const { page } = visitor;
    await visitor.logOn(administrator(), LIST);
    await rows(visitor, "Angemeldet").first().tap();
    await detail(visitor).getByText("Echt", { exact: true }).waitFor();
    await visitor.fits();
    await visitor.shot("events-de");
    await button(visitor, "Einzelheiten schließen").tap();
    await detail(visitor).waitFor({ state: "detached" });
    const small = await page
      .locator(".page button")
      .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
    expect(small).toBe(0);
    await visitor.leave();
  });

  it("go on when the server comes back", async () => {
    await withServer({}, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(demoUser({ role: "Administrator" }, server.data), LIST);
      await rows(visitor, "Logged on").first().waitFor();
      const before = await rows(visitor, "Server started").count();
      await server.stop();
      await page.locator(".link-lost").waitFor();
      await server.restart();
      await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
      await expect.poll(() => rows(visitor, "Server started").count(), { timeout: 15_000 }).toBe(before + 1);
      await visitor.leave();
    });
  });
});
