/** The overview: all of it, parts of it, what is wrong, late and failing answers, a server that goes away. */
import type { Route } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visitor } from "./stage";
import { withSomeone } from "./stage/made";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });
const ANSWERS = "**/api/v1/overview";

async function overview(visit = {}, path = "/admin"): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(administrator(), path);
  await visitor.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await visitor.page.getByRole("region", { name: "In numbers" }).waitFor();
  return visitor;
}

const figure = (visitor: Visitor, name: RegExp) => visitor.page.getByRole("link", { name });

/** The page gets the server's own answer with some of it put in another's place. */
const changed = (change: object) => async (route: Route) => {
  const answer = await route.fetch();
  await route.fulfill({ response: answer, json: { ...(await answer.json()), ...change } });
};

const failures = (url: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      fetch(`${url}/api/v1/sessions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user: `nobody-${crypto.randomUUID()}`, password: "wrong" }),
      }),
    ),
  );

describe("the overview", () => {
  it("shows how everything stands, and looks right", async () => {
    const visitor = await overview();
    await failures(visitor.url, 3);
    await visitor.page.locator(".o-chart canvas").waitFor();
    await figure(visitor, /Refused log-ons: [1-9]\d* 1 hour/).waitFor();
    await visitor.look("overview");
    await visitor.leave();
  });

  it("leads to what each figure counts, and back", async () => {
    const visitor = await overview();
    const { page } = visitor;
    await failures(visitor.url, 1);
    const refused = figure(visitor, /Refused log-ons: [1-9]\d* 1 hour/);
    await refused.click();
    await page.waitForURL((at) => at.searchParams.get("type") === "log-on-refused,log-ons-refused");
    expect(new URL(page.url()).searchParams.get("from")).toMatch(/:00\.000Z$/);
    await page.getByRole("grid").getByText("Log-on refused").first().waitFor();
    await page.goBack();
    await figure(visitor, /Stations: \d+ in use/).click();
    await page.waitForURL(/\/admin\/sessions\?station=yes/);
    await visitor.leave();
  });

  it("leads from a bar of the chart to the events of its hour", async () => {
    const visitor = await overview();
    const { page } = visitor;
    const canvas = page.locator(".o-chart canvas");
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("no chart");
    // The last bar is this hour's, with the log-on of this test; it stands on the axis.
    const bar = { x: box.width - 22, y: box.height - 34 };
    await canvas.hover({ position: bar });
    await visitor.shot("overview-tooltip");
    await canvas.click({ position: bar });
    await page.waitForURL((at) => at.pathname === "/admin/events" && at.searchParams.has("to"));
    await page.getByRole("grid").getByText("Logged on").first().waitFor();
    await visitor.leave();
  });

  it("shows the day's log-ons as a table too, by the keyboard alone, also after a reload", async () => {
    const visitor = await overview();
    const { page } = visitor;
    await page.getByRole("button", { name: "As a table" }).focus();
    await page.keyboard.press("Enter");
    const rows = page.getByRole("row");
    await rows.nth(1).getByText("so far").waitFor();
    expect(await rows.count()).toBe(25);
    await visitor.look("overview-table");
    await page.reload();
    await rows.nth(1).getByRole("link").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL((at) => at.pathname === "/admin/events" && at.searchParams.has("to"));
    await page.goBack();
    await visitor.leave();
  });

  it("is read anew by itself", async () => {
    const visitor = await overview();
    const entries = figure(visitor, /Event log: .* entries/);
    const before = await entries.textContent();
    await failures(visitor.url, 1);
    await expect.poll(() => entries.textContent(), { timeout: 10_000 }).not.toBe(before);
    await visitor.leave();
  });

  it("tells first what is wrong, and what to do", async () => {
    const visitor = await enter();
    const { page } = visitor;
    const servers = [
      { server: "dc1.works.example", up: false, code: "connect-timeout" },
      { server: `dc2.${"w".repeat(200)}.example`, up: false, code: "certificate-expired" },
    ];
    const works = { id: "w", name: "works", kind: "ldap", enabled: true, up: false, servers };
    const halves = [
      { server: "a.example", up: true },
      { server: "b.example", up: false, code: "ldap-reset" },
    ];
    await page.route(
      ANSWERS,
      changed({
        log: { size: 4711, writable: false, code: "store-full" },
        sessions: { running: 4, emergency: 2 },
        directories: [
          works,
          { ...works, id: "h", name: "<b>half</b> \u202eطرف", up: true, servers: halves },
          { ...works, id: "o", name: "N".repeat(256), enabled: false, servers: [] },
        ],
      }),
    );
    await visitor.logOn(administrator(), "/admin");
    await page.getByText("Event log: The disk of the database is full.").waitFor();
    const told = page.getByRole("region", { name: "What is wrong" });
    await told.getByText(/works.*: nobody of this directory can log on/).waitFor();
    await told.getByText("its certificate or encryption is refused").waitFor();
    await told.getByText("2 emergency sessions").waitFor();
    await told.getByText("1 server does not answer").waitFor();
    expect(await page.locator("main b, .page b").count()).toBe(0);
    await visitor.look("overview-wrong");
    await visitor.leave();
  });

  it("keeps the last figures while answers fail, says how old they are, and heals", async () => {
    const visitor = await overview();
    const { page } = visitor;
    await page.route(ANSWERS, (route) =>
      route.fulfill({ status: 500, json: { status: 500, code: "internal", detail: "", request_id: "r-1" } }),
    );
    await page.getByText("internal · r-1").waitFor();
    await figure(visitor, /Sessions: \d+ now/).waitFor();
    await page.getByText("These figures are no longer current").waitFor({ timeout: 20_000 });
    await page.getByText(/\(\d+ seconds ago\)/).waitFor();
    await visitor.look("overview-stale");
    await page.unroute(ANSWERS);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("These figures are no longer current").waitFor({ state: "detached" });
    await page.getByText("internal · r-1").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("says so when the first answer is late, and when there is none", async () => {
    const visitor = await enter();
    const { page } = visitor;
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(ANSWERS, async (route) => {
      await late;
      await route.abort();
    });
    await visitor.logOn(administrator(), "/admin");
    await page.getByText("Loading …").waitFor();
    answer();
    await page.getByText("The server does not answer.").waitFor();
    await page.unroute(ANSWERS);
    await page.getByRole("button", { name: "Try again" }).click();
    await figure(visitor, /Sessions: \d+ now/).waitFor();
    await visitor.leave();
  });

  it("shows each the part he may see", async () => {
    for (const [right, shown, gone] of [
      ["sessions.read", /Sessions: \d+ now/, /Refused log-ons/],
      ["events.read", /Refused log-ons: \d+ 1 hour/, /Sessions: \d+ now/],
    ] as const) {
      const other = await overview();
      await withSomeone(other, [right], async (reader) => {
        const visitor = await enter();
        await visitor.logOn(reader, "/admin");
        await figure(visitor, shown).waitFor();
        expect(await figure(visitor, gone).count()).toBe(0);
        // What he may not open is told and leads nowhere.
        expect(await visitor.page.locator(".o-directories a").count()).toBe(0);
        await visitor.look(`overview-${right}`);
        await visitor.leave();
      });
      await other.leave();
    }
  });

  it("fits in other languages, on the panel, by touch", async () => {
    for (const language of ["de", "fr", "ja"]) {
      const visitor = await enter({ language, size: "panel", touch: true });
      await visitor.logOn(administrator(), "/admin");
      await visitor.page.locator(".o-figure").first().waitFor();
      await visitor.page.locator(".o-chart canvas").waitFor();
      await visitor.shot(`overview-${language}`);
      await visitor.fits();
      const sizes = await visitor.page
        .locator(".page a, .page button")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
      await visitor.page.locator(".o-figure").first().tap();
      await visitor.page.waitForURL(/\/admin\/sessions/);
      await visitor.leave();
    }
  });

  it("heals when the server comes back", async () => {
    await withServer({}, async (server) => {
      const visitor = await enter({ url: server.url });
      await visitor.logOn(demoUser({ role: "Administrator" }, server.data), "/admin");
      await figure(visitor, /Sessions: \d+ now/).waitFor();
      await server.stop();
      await visitor.page.locator(".link-lost").waitFor();
      await figure(visitor, /Sessions: \d+ now/).waitFor();
      await server.restart();
      await visitor.page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
      await visitor.page.getByText("The server does not answer.").waitFor({ state: "detached" });
      await visitor.leave();
    });
  });
});
