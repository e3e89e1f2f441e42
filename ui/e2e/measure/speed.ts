/** How fast the pages are, each figure beside its limit. Nothing here fails for being slow. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { type DemoUser, demoUser, stage, type Visit, type Visitor, withBrowser } from "../stage";
import { withServer } from "../stage/server";

const RUNS = 7;

/** The data of the bench `large`: ten million events and a hundred thousand users, and its administrator. */
const LARGE = join(import.meta.dirname, "../../../target/bench-large/data");
const CHIEF: DemoUser = { directory: "local", user: "chief", password: "wetterfahne-kupfer-91", roles: [] };

const { enter } = stage();

/** Prints the middle and the worst of some figures, and how the middle stands to the limit. */
function tell(what: string, figures: number[], limit: number, unit = "ms"): void {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const worst = sorted.at(-1) ?? Number.NaN;
  const ratio = (middle / limit).toFixed(2);
  console.log(
    `${what.padEnd(44)} median ${middle.toFixed(0)}, worst ${worst.toFixed(0)} ${unit}; ${ratio} of ${limit} ${unit}`,
  );
}

async function repeat(measure: () => Promise<number>): Promise<number[]> {
  const figures: number[] = [];
  for (let run = 0; run < RUNS; run += 1) figures.push(await measure());
  return figures;
}

const throttle = async ({ context, page }: Visitor, rate: number): Promise<void> => {
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate });
};

/** When something was painted first, after the navigation began. */
const firstPaint = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    while (painted() === undefined) await new Promise((resolve) => requestAnimationFrame(resolve));
    return painted() ?? Number.NaN;
  });

/** A browser that was never here before opens an address; tells when something and when the field was there. */
async function cold(path: string, rate: number): Promise<{ paint: number; ready: number; bytes: number }> {
  return withBrowser(async (enter) => {
    const visitor = await enter();
    await throttle(visitor, rate);
    await visitor.open(path);
    await visitor.page.locator("input[name=username], input[name=user]").waitFor();
    const ready = await visitor.page.evaluate(() => performance.now());
    const bytes = await visitor.page.evaluate(() =>
      performance
        .getEntries()
        .reduce((sum, one) => sum + ((one as PerformanceResourceTiming).encodedBodySize ?? 0), 0),
    );
    const paint = await firstPaint(visitor.page);
    await visitor.context.close();
    return { paint, ready, bytes };
  });
}

it("first paint", { timeout: 300_000 }, async () => {
  for (const [path, rate, limit] of [
    ["/logon", 1, 1_000],
    ["/logon", 6, 3_000],
    ["/lite/logon", 1, 1_000],
    ["/lite/logon", 20, 1_000],
  ] as const) {
    const seen: { paint: number; ready: number; bytes: number }[] = [];
    for (let run = 0; run < RUNS; run += 1) seen.push(await cold(path, rate));
    const name = `${path}, ${rate}-fold slower`;
    tell(
      `${name}: first paint`,
      seen.map((one) => one.paint),
      limit,
    );
    tell(
      `${name}: ready to type`,
      seen.map((one) => one.ready),
      limit,
    );
    if (rate === 1)
      tell(
        `${path}: first load`,
        seen.map((one) => one.bytes / 1_000),
        500,
        "kB",
      );
  }
});

/** From the click to who is in charge, without what the server took to check the password. */
async function logOnTime(visitor: Visitor, user: DemoUser): Promise<number> {
  const { page } = visitor;
  await visitor.open("/logon");
  await page.locator('input[name="username"]').fill(user.user);
  await page.locator('input[name="password"]').fill(user.password);
  await page.evaluate(() => {
    addEventListener("click", ({ timeStamp }) => performance.mark("clicked", { startTime: timeStamp }), {
      capture: true,
      once: true,
    });
    const shown = () => document.querySelector(".in-charge-name") !== null;
    const look = () => (shown() ? performance.mark("shown") : requestAnimationFrame(look));
    look();
  });
  await page.locator('button[type="submit"]').click();
  await page.waitForFunction(() => performance.getEntriesByName("shown").length > 0);
  const took = await page.evaluate(() => {
    const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
    const calls = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    const checked = calls.find(
      ({ name, initiatorType, startTime }) =>
        name.endsWith("/api/v1/sessions") && initiatorType === "fetch" && startTime >= at("clicked"),
    );
    return at("shown") - at("clicked") - (checked?.duration ?? Number.NaN);
  });
  await page.getByRole("button", { name: "Log off" }).click();
  await page.locator("#log-on-title").waitFor();
  return took;
}

it("from the click on log-on to the station view", async () => {
  const visitor = await enter();
  const user = demoUser({ user: "operator4" });
  const figures = await repeat(() => logOnTime(visitor, user));
  tell("click to station view, without the check", figures, 300);
  await visitor.leave();
});

/** From an act to the first row with a text; looked for at each frame. */
async function untilShown(page: Page, act: () => Promise<unknown>, rows: string, text = ""): Promise<number> {
  const begun = performance.now();
  await act();
  await page.waitForFunction(
    ([rows, text]) => [...document.querySelectorAll(rows)].some((row) => row.textContent?.includes(text)),
    [rows, text] as const,
  );
  return performance.now() - begun;
}

it("a large plant", { timeout: 300_000 }, async () => {
  expect(existsSync(LARGE), "make it by: cargo bench --package pforte-bench --bench large").toBe(true);
  await withServer({ data: LARGE, demo: false }, async ({ url }) => {
    const visit: Visit = { url };
    const visitor = await enter(visit);
    const { page } = visitor;
    await visitor.logOn(CHIEF);
    const events = async (): Promise<number> => {
      await page.goto(`${url}/admin/sessions`);
      await page.locator(".page h1").waitFor();
      const item = page.locator("ix-menu-item").filter({ hasText: "Events" });
      return untilShown(page, () => item.click(), ".event-body .event-row");
    };
    tell("10 million events: from the menu to the rows", await repeat(events), 200);
    const search = page.getByRole("textbox", { name: /Search/ });
    await page.goto(`${url}/admin/users`);
    await search.waitFor();
    const texts = [
      "user0900",
      "user7777",
      "Person number 9999",
      "user0001",
      "number 54321",
      "user3",
      "user99",
    ];
    const searched: number[] = [];
    for (const text of texts) {
      searched.push(await untilShown(page, () => search.fill(text), "table tbody tr", text));
    }
    tell("100,000 users: from the last key to the rows", searched, 500);
    const calls = await page.evaluate(() => {
      const all = performance.getEntriesByType("resource");
      return all.filter(({ name }) => name.includes("/api/v1/users?")).map(({ duration }) => duration);
    });
    tell("100,000 users: the server's part of it", calls, 200);
    await visitor.leave();
  });
});
