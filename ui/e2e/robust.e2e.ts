/**
 * Every page of the menu with a server that fails, is absent, is late, or starts anew. The pages are
 * taken from the menu and looked at side by side, each in a tab of its own.
 */
import type { Page, Route } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { demoUser, failing, stage, type Visitor } from "./stage";
import { withServer } from "./stage/server";

const { enter } = stage();

/** An address in the frame that has no page: the menu is there, and nothing else was asked for. */
const NOWHERE = "/admin/nowhere";
const API = "**/api/v1/**";
const ITEMS = 'ix-menu-item:not([slot="bottom"])';

const administrator = async (visitor: Visitor, data?: string): Promise<void> =>
  visitor.logOn(demoUser({ role: "Administrator" }, data), NOWHERE);

/** What a page asks for beyond the session that the frame asks for. */
const isOwn = (url: string): boolean =>
  url.includes("/api/v1/") && !/\/api\/v1\/(sessions\/current|stream|logon)/.test(url);

/** A tab in the frame, before a page was opened. */
async function tab(visitor: Visitor): Promise<Page> {
  const page = await visitor.context.newPage();
  await page.goto(visitor.url + NOWHERE);
  await page.locator(ITEMS).first().waitFor();
  return page;
}

/** Opens the page with this place in the menu; tells its address and whether it asked for anything. */
async function openBy(page: Page, place: number): Promise<{ path: string; asked: () => boolean }> {
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));
  await page.locator(ITEMS).nth(place).click();
  await page.locator("h1").first().waitFor();
  return { path: new URL(page.url()).pathname, asked: () => urls.some(isOwn) };
}

const working = (page: Page) => page.locator('.progress, [aria-busy="true"]');
const alarm = (page: Page) => page.locator(".page .told.alarm");

/** The page shows what it is for: its title, no failure, nothing under way. */
async function whole(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await expect.poll(() => alarm(page).count(), { timeout: 15_000 }).toBe(0);
  await expect.poll(() => page.locator(".progress").count(), { timeout: 15_000 }).toBe(0);
}

/** Presses every button that tries again, until there is none. */
async function tryAgain(page: Page): Promise<void> {
  const again = alarm(page).getByRole("button", { name: "Try again" });
  const press = async (): Promise<number> => {
    // One may be gone already: a page that asks again by itself was faster.
    for (const button of await again.all())
      await button.dispatchEvent("click", {}, { timeout: 500 }).catch(() => undefined);
    return again.count();
  };
  // Each press asks anew, so that presses in a hurry would wait for ever.
  await expect.poll(press, { timeout: 10_000, interval: 700 }).toBe(0);
}

let names: string[] = [];

beforeAll(async () => {
  const visitor = await enter();
  await administrator(visitor);
  await visitor.page.locator(ITEMS).first().waitFor();
  const items = await visitor.page.locator(ITEMS).all();
  names = await Promise.all(
    items.map((item) => item.evaluate((one) => (one as HTMLElement & { label: string }).label)),
  );
  await visitor.leave();
});

/** Runs a test for every page of the menu at once, and names the pages that it fails for. */
async function everywhere(test: (place: number) => Promise<void>): Promise<void> {
  const done = await Promise.allSettled(names.map((_, place) => test(place)));
  const failed = done.flatMap((one, place) =>
    one.status === "rejected" ? [`${names[place]}: ${one.reason}`] : [],
  );
  expect(failed).toEqual([]);
}

describe("every page of the menu", () => {
  it("is there again after a reload of its address", async () => {
    const visitor = await enter();
    await administrator(visitor);
    await everywhere(async (place) => {
      const page = await tab(visitor);
      const { path } = await openBy(page, place);
      await whole(page);
      const title = await page.locator("h1").first().textContent();
      await page.reload();
      await whole(page);
      expect([new URL(page.url()).pathname, await page.locator("h1").first().textContent()]).toEqual([
        path,
        title,
      ]);
    });
    await visitor.leave();
  });

  it("says that the server made a mistake, offers another try, and leaves the frame usable", async () => {
    const visitor = await enter({ size: "panel" });
    await administrator(visitor);
    const { context } = visitor;
    await everywhere(async (place) => {
      const page = await tab(visitor);
      await page.route(API, (route) => answerGets(route, failing(500, "internal")));
      const { path, asked } = await openBy(page, place);
      if (!asked()) return;
      const told = alarm(page).filter({ hasText: "The server made a mistake." });
      await told.first().waitFor();
      await told.first().getByText("test-500").waitFor();
      await page.screenshot({ path: `e2e/shots/robust-500${path.replaceAll("/", "-")}.png` });
      await frameIsUsable(page, place);
      // An answer on its way would come after all others.
      await told.first().waitFor();
      await page.unroute(API);
      await tryAgain(page);
      await whole(page);
    });
    expect(context.pages().length).toBeGreaterThan(names.length);
    await visitor.leave();
  });

  for (const [what, hinder] of [
    ["is too busy", (route: Route) => answerGets(route, failing(503, "busy"))],
    ["is not there", (route: Route) => (isStream(route) ? route.abort() : abortGets(route))],
  ] as const) {
    it(`says that the server ${what}`, async () => {
      const visitor = await enter();
      await administrator(visitor);
      await everywhere(async (place) => {
        const page = await tab(visitor);
        await page.route(API, hinder);
        const { path, asked } = await openBy(page, place);
        if (!asked()) return;
        await alarm(page).first().getByRole("button", { name: "Try again" }).waitFor();
        await page.screenshot({ path: `e2e/shots/robust-away${path.replaceAll("/", "-")}.png` });
        await page.unroute(API);
        if (what === "is too busy") await tryAgain(page);
        // What was absent comes back without anybody's doing.
        await whole(page);
        expect(await page.locator(".link-lost").count(), `${path} still calls the server lost`).toBe(0);
      });
      await visitor.leave();
    });
  }

  it("shows that it waits for a late answer, and can be left meanwhile", async () => {
    const visitor = await enter();
    await administrator(visitor);
    await everywhere(async (place) => {
      const page = await tab(visitor);
      const held: (() => void)[] = [];
      let late = true;
      await page.route(API, async (route) => {
        if (late && isOwn(route.request().url())) await new Promise<void>((go) => held.push(go));
        await route.continue().catch(() => undefined);
      });
      const { path, asked } = await openBy(page, place);
      if (!asked()) return;
      await working(page).first().waitFor();
      expect(await alarm(page).count(), path).toBe(0);
      await frameIsUsable(page, place);
      late = false;
      for (const go of held) go();
      await whole(page);
      await page.unrouteAll({ behavior: "ignoreErrors" });
    });
    await visitor.leave();
  });

  it("outlives a restart of the server, with the session", async () => {
    await withServer({ config: "[session]\nlease_seconds = 3" }, async (server) => {
      const visitor = await enter({ url: server.url });
      await administrator(visitor, server.data);
      const tabs = await Promise.all(
        names.map(async (_, place) => {
          const page = await tab(visitor);
          await openBy(page, place);
          await whole(page);
          return page;
        }),
      );
      const paths = tabs.map((page) => page.url());
      await server.stop();
      await Promise.all(tabs.map((page) => page.locator(".link-lost").waitFor()));
      await server.restart();
      await Promise.all(
        tabs.map((page) => page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 })),
      );
      await Promise.all(tabs.map(whole));
      // Nobody was logged off, and nobody was sent elsewhere.
      expect(tabs.map((page) => page.url())).toEqual(paths);
      await visitor.leave();
    });
  });
});

const isStream = (route: Route): boolean => route.request().resourceType() === "eventsource";

const answerGets = (route: Route, answer: ReturnType<typeof failing>): Promise<void> =>
  route.request().method() === "GET" ? route.fulfill(answer) : route.continue();

const abortGets = (route: Route): Promise<void> =>
  route.request().method() === "GET" ? route.abort() : route.continue();

/** The menu leads to the next page and back, whatever the pages themselves show. */
async function frameIsUsable(page: Page, place: number): Promise<void> {
  const here = page.url();
  const next = page.locator(ITEMS).nth((place + 1) % names.length);
  await next.click();
  await page.waitForURL((at) => at.href !== here);
  await page.locator("h1").first().waitFor();
  await page.locator(ITEMS).nth(place).click();
  await page.waitForURL(here);
}
