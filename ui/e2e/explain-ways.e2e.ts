/** The picture of the ways from a person to a right: nested groups, near misses, names of every kind. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { call } from "./stage/call";
import { named, userId } from "./stage/made";

const { enter } = stage();

const nodes = (page: Page) => page.locator(".picture .node strong").allInnerTexts();

it("the picture stays readable with twelve nested groups and several ways", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(demoUser({ role: "Administrator" }), "/admin/explain");
  const { user, made } = await nest(page);
  const assign = (role: string, principal: object, further: object = {}) =>
    call(page, "POST", "/assignments", {
      role,
      principal,
      areas: ["dairy/line2"],
      ...further,
    });
  const group = (at: number) => ({ kind: "group", id: made[at] });
  const given = [
    await assign("Quality", group(12)),
    await assign("Quality", { kind: "user", id: user }, { areas: ["dairy/line1", "dairy/cip"] }),
    await assign("Quality", group(3), {
      schedule: [{ from: "mon 06:00", to: "mon 06:01" }],
      until: "2020-01-01T00:00:00Z",
      strength: "strong",
    }),
    await assign("Quality", group(5), { stations: [(await named(page, "stations", "Line 1 panel")).id] }),
  ];
  await visitor.open(`/admin/explain?user=${user}&right=batch/release&area=dairy/line2/mixer`);
  await page.locator(".verdict.allowed").waitFor();
  const names = await nodes(page);
  for (let at = 1; at <= 12; at += 1) expect(names.some((name) => name.startsWith(nameOf(at)))).toBe(true);
  expect(names).toContain("<script>alert(1)</script>");
  // Every way has its lines: each node that is not the person is reached by one.
  const lines = await page.locator(".picture .lines path").count();
  expect(lines).toBeGreaterThanOrEqual(12 + 2 * given.length);
  await notOverlapping(page);
  await visitor.look("explain-nested");
  await page.locator('[data-node="right"]').scrollIntoViewIfNeeded();
  await visitor.shot("explain-nested-end");
  await page.getByText("As a list").click();
  const told = await page.locator(".as-text li").allInnerTexts();
  expect(told).toHaveLength(given.length);
  expect(told[0]).toMatch(/allows it$/);
  expect(told.some((one) => one.includes("does not hold here: time, strength"))).toBe(true);
  expect(told.some((one) => one.includes("does not hold here: area"))).toBe(true);
  await visitor.shot("explain-list");

  // Without the way that allows it, the nearest is told first, and what it lacks.
  await call(page, "DELETE", `/assignments/${given[0]?.id}`);
  await page.reload();
  await page.locator(".verdict.refused").waitFor();
  await page.getByText("Missing on the nearest way: the role does not hold at this time.").waitFor();
  await visitor.look("explain-near");
  await page.getByRole("button", { name: "At the station" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Line 1 panel" }).click();
  await page.locator(".verdict.allowed").waitFor();
  await page.getByText("at the station Line 1 panel").waitFor();

  // A moment in the address: then the strength alone is missing on the timed one.
  await page.getByRole("button", { name: "At the station" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Without a station" }).click();
  await page.getByLabel("When").fill("2019-12-30T06:00");
  await page.getByLabel("When").press("Enter");
  await page.waitForURL((at) => at.searchParams.has("at"));
  await page.getByText("2019").first().waitFor();
  await page.getByRole("button", { name: "Now" }).click();
  await page.waitForURL((at) => !at.searchParams.has("at"));

  // Each assignment leads to its own page.
  const to = page.locator(".role-head").getByRole("link", { name: "Assignment" }).first();
  expect(given.map(({ id }) => `/admin/assignments/${id}`)).toContain(await to.getAttribute("href"));

  // A disabled person has no way at all, whatever was given.
  const { version } = await call(page, "GET", `/users/${user}`);
  await call(page, "PATCH", `/users/${user}`, { version, enabled: false });
  await page.reload();
  await page.getByText("Missing: the user is disabled.").waitFor();
  expect(await page.locator(".picture .lines .good").count()).toBe(0);
  await visitor.shot("explain-disabled");
  for (const { id } of given.slice(1)) await call(page, "DELETE", `/assignments/${id}`);
  await visitor.leave();
});

const HOSTILE = [
  "<script>alert(1)</script>",
  "مناوبة الألبان 🥛",
  `${"Nachtschicht-Abfüllung-".repeat(11)}`.slice(0, 128),
];

const nameOf = (at: number): string => HOSTILE[at - 1] ?? `Level ${at} of the plant's crews`;

/** A user in the first of twelve groups, each in the next. */
async function nest(page: Page): Promise<{ user: string; made: string[] }> {
  const user = await userId(page, "operator2");
  const made = [""];
  for (let at = 1; at <= 12; at += 1) {
    const group = await call(page, "POST", "/groups", { name: nameOf(at) });
    made.push(group.id);
    const member = at === 1 ? { kind: "user", id: user } : { kind: "group", id: made[at - 1] };
    await call(page, "PUT", `/groups/${group.id}/members`, member);
  }
  return { user, made };
}

/** No two nodes of the picture lie on each other, and none beside the page. */
async function notOverlapping(page: Page): Promise<void> {
  const over = await page.evaluate(() => {
    const boxes = [...document.querySelectorAll(".picture .node")].map((one) => one.getBoundingClientRect());
    return boxes.filter(
      (a, at) =>
        a.right > window.innerWidth ||
        boxes.some(
          (b, other) =>
            other > at && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom,
        ),
    ).length;
  });
  expect(over).toBe(0);
}
