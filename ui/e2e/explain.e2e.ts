import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, failing, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { named } from "./stage/made";

const { enter } = stage();

const nodes = (page: Page) => page.locator(".picture .node strong").allInnerTexts();

async function explain(visit = {}, search = ""): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }), `/admin/explain${search}`);
  await visitor.page.getByRole("heading", { level: 1 }).waitFor();
  return visitor;
}

const userId = async (page: Page, login: string): Promise<string> => {
  const { items } = await call(page, "GET", `/users?search=${login}`);
  return (items as { id: string; login: string }[]).find((one) => one.login === login)?.id ?? "";
};

describe("the reason of a decision", () => {
  it("is told to the person who asks for the own rights", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(demoUser({ user: "operator4" }));
    await page.getByText("What may I do?").click();
    const question = async (right: string, area: string) => {
      await page.getByRole("textbox", { name: "Right" }).fill(right);
      await page.getByRole("textbox", { name: "Area" }).fill(area);
      await page.getByRole("button", { name: "Ask" }).click();
    };
    await question("hmi/valve.operate", "dairy/line2/mixer");
    await page.locator(".verdict.allowed").waitFor();
    expect((await nodes(page)).slice(0, 2)).toEqual(["operator4", "Line 2 crew"]);
    await page.locator(".node.role").getByText("Operator", { exact: true }).waitFor();
    await visitor.look("explain-own");
    await question("hmi/valve.operate", "dairy/line1");
    await page.getByText("the role holds elsewhere: dairy/line2").waitFor();
    await question("batch/release", "dairy/line2");
    await page.getByText("no role held has this right. Roles with it: Quality").waitFor();
    await question("hmi/<script>alert(1)</script>", "dairy");
    await page.getByText("no application has registered the right hmi/<script>alert(1)</script>").waitFor();
    await visitor.leave();
  });

  it("is asked by choosing person, right and place, and stands at an address of its own", async () => {
    const visitor = await explain();
    const { page } = visitor;
    await page.getByText("Choose a person, a right and an area").waitFor();
    await visitor.look("explain-empty");
    await page.getByRole("button", { name: "Person" }).click();
    await page.getByText("Operator, line 2", { exact: true }).first().click();
    await page.getByRole("button", { name: /Person.*Operator, line 2/ }).waitFor();
    await page.getByRole("button", { name: "Right" }).click();
    await page.getByRole("dialog").getByRole("heading", { level: 3 }).first().waitFor();
    await visitor.look("explain-rights");
    await page.getByRole("textbox", { name: "Search rights" }).fill("release");
    await page.getByRole("dialog").getByRole("button", { name: "Release batches" }).click();
    await page.getByRole("button", { name: "Area" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "line2", exact: true }).click();
    await page.locator(".verdict.refused").waitFor();
    await page.getByText("no role held has this right. Roles with it: Quality").waitFor();
    await visitor.look("explain-no-role");
    const at = new URL(page.url());
    expect([...at.searchParams.keys()].toSorted()).toEqual(["area", "right", "user"]);
    await page.reload();
    await page.locator(".verdict.refused").waitFor();
    await page.goBack();
    await page.locator(".verdict").waitFor({ state: "detached" });
    await page.goForward();
    await page.locator(".node.role").getByRole("link", { name: "Quality" }).click();
    await page.getByRole("heading", { level: 1, name: "Quality" }).waitFor();
    await visitor.leave();
  });

  it("stays readable with twelve nested groups and several ways", async () => {
    const visitor = await explain();
    const { page } = visitor;
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

  it("is asked by keys alone, with a right that nobody registered", async () => {
    const visitor = await explain();
    const { page } = visitor;
    const user = await userId(page, "operator4");
    await visitor.open(`/admin/explain?user=${user}&area=dairy`);
    await page.getByRole("button", { name: "Right" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Search rights" }).waitFor();
    await page.keyboard.type("valve");
    await page.getByRole("dialog").getByRole("heading", { level: 3 }).nth(1).waitFor({ state: "detached" });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.locator(".verdict").waitFor();
    expect(new URL(page.url()).searchParams.get("right")).toMatch(/valve/);
    await page.getByRole("button", { name: "Right" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("hmi/<b>fly");
    await page.getByText("Nothing fits").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("no application has registered the right hmi/<b>fly.").waitFor();
    await visitor.look("explain-unknown");
    await page.getByRole("button", { name: "Area" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("is for the auditor too, who may see neither applications nor stations", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Auditor" }), "/admin/explain");
    await page.getByRole("button", { name: "Person" }).tap();
    await page.getByText("Operator, line 2", { exact: true }).first().tap();
    await page.getByRole("button", { name: "Right" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "batch/start" }).tap();
    await page.getByRole("button", { name: "Area" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "mixer", exact: true }).tap();
    await page.locator(".verdict.allowed").waitFor();
    expect(await page.getByRole("button", { name: "At the station" }).count()).toBe(0);
    await visitor.look("explain-auditor");
    await visitor.leave();
  });

  it("says what is wrong when the server fails, and asks again", async () => {
    const visitor = await explain();
    const { page } = visitor;
    const user = await userId(page, "operator4");
    await page.route("**/api/v1/explanations", (route) => route.fulfill(failing(500, "internal")));
    await visitor.open(`/admin/explain?user=${user}&right=batch/release&area=dairy`);
    await page.getByText("test-500").waitFor();
    await visitor.shot("explain-failed");
    await page.unroute("**/api/v1/explanations");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".verdict").waitFor();
    await visitor.open("/admin/explain?user=00000000-0000-0000-0000-000000000000&right=a/b&area=dairy");
    await page.locator(".told.alarm, .told.warning").first().waitFor();
    await visitor.open(`/admin/explain?user=${user}&right=batch/release&area=dairy&at=yesterday`);
    await page.locator(".told.alarm, .told.warning").first().waitFor();
    await visitor.leave();
  });
});

it("the reason speaks every language", async () => {
  for (const language of ["de", "fr", "it", "es", "ja", "zh"]) {
    const visitor = await enter({ size: "panel", language });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Administrator" }), "/admin/explain");
    await page.getByRole("heading", { level: 1 }).waitFor();
    const user = await userId(page, "operator4");
    await visitor.open(`/admin/explain?user=${user}&right=hmi/valve.operate&area=dairy/line2/mixer`);
    await page.locator(".verdict.allowed").waitFor();
    await visitor.shot(`explain-${language}`);
    await visitor.fits();
    await visitor.leave();
  }
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
