/** Assignments: found, given by mouse, keys and finger, changed, removed; refusals and other administrators. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { addDomain } from "./stage/domain";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = (data?: string) => demoUser({ role: "Administrator" }, data);

interface Named {
  id: string;
  name: string;
}
interface Assignment {
  id: string;
  role: Named;
  principal: Named;
  areas: Named[];
  stations: Named[];
  schedule?: { from: string; to: string }[];
  until?: string;
  version: number;
}

const every = async (page: Page): Promise<Assignment[]> =>
  (await call(page, "GET", "/assignments?limit=500")).items;

const byName = async (page: Page, list: string, name: string): Promise<Named> => {
  const items: (Named & { path?: string })[] = (await call(page, "GET", `/${list}?limit=500`)).items;
  const found = items.find((one) => (one.path ?? one.name) === name);
  if (found === undefined) throw new Error(`no ${name} in ${list}`);
  return found;
};

/** Gives a role behind the page's back. */
async function given(page: Page, group: string, more: object = {}): Promise<Assignment> {
  return call(page, "POST", "/assignments", {
    role: "Operator",
    principal: { kind: "group", id: (await byName(page, "groups", group)).id },
    areas: ["dairy/cip"],
    ...more,
  });
}

const put = (page: Page, one: Assignment, more: object): Promise<Assignment> =>
  call(page, "PUT", `/assignments/${one.id}`, {
    version: one.version,
    areas: one.areas.map((area) => area.id),
    stations: one.stations.map((station) => station.id),
    ...more,
  });

/** Removes the assignment that is shown: the plant is that of other tests as well. */
const takeBack = (page: Page): Promise<void> =>
  call(page, "DELETE", `/assignments/${page.url().split("/").pop()}`);

const row = (page: Page, who: string) => page.locator("table.a-rows tbody tr").filter({ hasText: who });
const hour = (page: Page, day: number, at: number) =>
  page.locator(`td[data-day="${day}"][data-hour="${at}"]`);

/** Waits for the sentence to say something; names stand in it with the marks of their direction. */
const says = (page: Page, text: string) =>
  expect
    .poll(
      async () =>
        (await page.locator(".a-means").first().textContent())?.replaceAll(/[\u2068\u2069\u202f]/g, ""),
      { timeout: 10_000 },
    )
    .toContain(text);

/** Tabs on until something has the focus; fails where the way does not lead there. */
async function tabTo(page: Page, to: Locator): Promise<void> {
  for (let stops = 0; stops < 40; stops += 1) {
    if (await to.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way by keys to ${to}`);
}

const iso = (visitor: Visitor) =>
  visitor.context.addInitScript(() => localStorage.setItem("pforte.times", "iso"));

const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });

async function open(page: Page, url: string, one: Assignment): Promise<void> {
  await page.goto(`${url}/admin/assignments/${one.id}`);
  await page.getByRole("tree", { name: "Areas" }).waitFor();
}

describe("the list", () => {
  it("is filtered and sorted by what stands in the address, through reload and back", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/assignments");
    await row(page, "Line 1 crew").waitFor();
    await visitor.look("assignments");
    await page.getByLabel("Search names").fill("crew line1");
    await row(page, "Line 2 crew").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Clear" }).click();
    await row(page, "Shift leads").waitFor();
    await page.getByLabel("Counts in the area").selectOption({ label: "dairy/line1/filler" });
    await row(page, "Line 2 crew").waitFor({ state: "detached" });
    expect(await row(page, "Line 1 crew").count()).toBe(1);
    expect(await row(page, "Shift leads").count(), "the whole plant holds in its parts").toBe(1);
    await page.getByRole("combobox", { name: "Role" }).selectOption({ label: "Operator" });
    await row(page, "Shift leads").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Areas", exact: true }).click();
    await page.locator('th[aria-sort="ascending"]', { hasText: "Areas" }).waitFor();
    await page.reload();
    await row(page, "Line 1 crew").waitFor();
    expect(await page.locator("table.a-rows tbody tr").count()).toBe(1);
    await row(page, "Line 1 crew").getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Line 1 crew: Operator" }).waitFor();
    await page.goBack();
    await row(page, "Line 1 crew").waitFor();
    expect(await page.locator("table.a-rows tbody tr").count()).toBe(1);
    await visitor.leave();
  });

  it("is reached from a role, an area and a group, and leads back to them", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/roles");
    await page.getByRole("link", { name: "Quality", exact: true }).click();
    await page.getByRole("button", { name: "Who has it" }).click();
    await row(page, "Quality").waitFor();
    expect(await page.locator("table.a-rows tbody tr").count()).toBe(1);
    await row(page, "Quality").getByRole("link").click();
    await page.getByRole("link", { name: "local\\Quality" }).click();
    await page.getByRole("heading", { level: 1, name: "Quality" }).waitFor();
    await page.getByRole("button", { name: "Assign a role" }).click();
    await says(page, "Everybody in the group Quality (local)");
    await visitor.open("/admin/areas");
    await page.getByRole("treeitem", { name: "laboratory" }).click();
    await page.getByRole("button", { name: "Who has roles here" }).click();
    await row(page, "Auditors").waitFor();
    expect(await row(page, "Line 1 crew").count()).toBe(0);
    await visitor.leave();
  });
});

describe("a role is given", () => {
  it("by the mouse, with the sentence that says it before", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await iso(visitor);
    await visitor.logOn(administrator(), "/admin/assignments/new");
    const give = page.getByRole("button", { name: "Assign", exact: true });
    await give.waitFor();
    expect(await give.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Choose a user or a group" }).click();
    await page.getByLabel("Search", { exact: true }).fill("Qual");
    await page.getByRole("button", { name: /^Quality/ }).click();
    await page.getByRole("combobox", { name: "Role" }).selectOption({ label: "Auditor" });
    await page.getByRole("treeitem", { name: "line1" }).click();
    await page.getByRole("treeitem", { name: "cip" }).click();
    await page.getByLabel("Only at these stations").check();
    await page.getByRole("checkbox", { name: "Control room" }).check();
    await page.getByLabel("Only at these times").check();
    await hour(page, 0, 6).hover();
    await page.mouse.down();
    await hour(page, 4, 13).hover();
    await page.mouse.up();
    await says(
      page,
      "Everybody in the group Quality (local) has the role Auditor in dairy/cip and dairy/line1",
    );
    await says(page, "only at Control room and Mon–Fri 06:00–14:00 by the plant’s clock");
    await page.getByRole("button", { name: "Weekend" }).click();
    await says(page, "Sat 00:00 – Mon 00:00");
    await hour(page, 2, 8).click();
    await says(page, "Wed 06:00–08:00");
    await hour(page, 2, 8).click();
    await page.getByRole("button", { name: "Weekend" }).click();
    await page.getByLabel("Time 1, end: time").fill("1430");
    await page.getByLabel("Until").focus();
    expect(await page.getByLabel("Time 1, end: time").inputValue()).toBe("14:30");
    await says(page, "Mon 06:00–14:30; Tue–Fri 06:00–14:00");
    await page.getByLabel("Until").fill("2199-01-31T12:00");
    await page.getByLabel("Least strength").selectOption("strong");
    await says(page, "until 2199-01-31 12:00:00");
    await visitor.look("assignment-new");
    await page.setViewportSize({ width: 1280, height: 1900 });
    await visitor.shot("assignment-new-long");
    await give.click();
    await page.getByRole("heading", { level: 1, name: "Quality: Auditor" }).waitFor();
    await page.reload();
    await says(page, "Mon 06:00–14:30; Tue–Fri 06:00–14:00");
    await visitor.look("assignment");
    const made = (await every(page)).find((one) => page.url().endsWith(one.id));
    expect(made?.areas.map((area) => area.name).toSorted()).toEqual(["dairy/cip", "dairy/line1"]);
    expect(made?.schedule?.[0]).toEqual({ from: "mon 06:00", to: "mon 14:30" });
    await takeBack(page);
    await visitor.leave();
  });

  it("by keys alone", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await iso(visitor);
    await visitor.logOn(administrator());
    const group = await byName(page, "groups", "Engineers");
    const role = await byName(page, "roles", "Operator");
    await visitor.open(`/admin/assignments/new?group=${group.id}&role=${role.id}`);
    await page.getByRole("treeitem", { name: "dairy", exact: true }).focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "Space"]) await page.keyboard.press(key);
    await says(page, "Operator in dairy/line1");
    await tabTo(page, page.getByLabel("At any time"));
    await page.keyboard.press("ArrowDown");
    expect(await page.getByLabel("Only at these times").isChecked()).toBe(true);
    await tabTo(page, hour(page, 0, 6));
    for (const key of ["Space", "Shift+ArrowRight", "Shift+ArrowDown", "End", "Enter"])
      await page.keyboard.press(key);
    await says(page, "Mon 06:00–08:00; Tue 07:00–08:00; Tue 23:00–24:00");
    const give = page.getByRole("button", { name: "Assign", exact: true });
    await tabTo(page, give);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Engineers: Operator" }).waitFor();
    await takeBack(page);
    await visitor.leave();
  });

  it("by a finger on a panel: the week is painted, the page does not move", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    await iso(visitor);
    await visitor.logOn(administrator());
    const one = await given(page, "Reception crew");
    await open(page, visitor.url, one);
    await page.getByText("Only at these times").tap();
    await page.getByRole("grid").evaluate((grid) => grid.scrollIntoView({ block: "start" }));
    const [from, to] = [await hour(page, 1, 8).boundingBox(), await hour(page, 3, 11).boundingBox()];
    if (from === null || to === null) throw new Error("the hours are out of sight");
    expect(from.height).toBeGreaterThanOrEqual(44);
    const client = await visitor.context.newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: { x: number; y: number }) =>
      client.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: at ? [{ x: at.x + 10, y: at.y + 20 }] : [],
      });
    await touch("touchStart", from);
    await touch("touchMove", { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
    await touch("touchMove", to);
    await touch("touchEnd");
    await says(page, "Tue–Thu 08:00–12:00");
    expect((await hour(page, 1, 8).boundingBox())?.y).toBe(from.y);
    await visitor.look("assignment-painted");
    await save(page).tap();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    await call(page, "DELETE", `/assignments/${one.id}`);
    await visitor.leave();
  });

  it("to somebody whom only the domain knows so far", async () => {
    await withServer({}, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(administrator(server.data));
      await addDomain(page);
      await visitor.open("/admin/assignments/new");
      await page.getByRole("button", { name: "Choose a user or a group" }).click();
      await page.getByLabel("Directory").selectOption({ label: "plant domain" });
      await page.getByLabel("Kind").selectOption("user");
      await page.getByLabel("Search", { exact: true }).fill("jürgen");
      await page.getByRole("button", { name: /jürgen\.müßig/ }).click();
      await page.getByRole("combobox", { name: "Role" }).selectOption({ label: "Operator" });
      await page.getByRole("treeitem", { name: "line2" }).click();
      await says(page, "jürgen.müßig (plant domain) has the role Operator in dairy/line2");
      await page.getByRole("button", { name: "Assign", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "jürgen.müßig: Operator" }).waitFor();
      await visitor.leave();
    });
  });
});

describe("what goes wrong", () => {
  it("keeps what was chosen: a refusal, a failure, no answer", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    const all = await every(page);
    const own = all.find((one) => one.role.name === "Administrator");
    if (own === undefined) throw new Error("nobody administers");
    await open(page, visitor.url, own);
    await page.getByLabel("Until").fill("2199-01-31T12:00");
    await save(page).click();
    await page.getByText("Nobody could administer Pforte any more.").waitFor();
    expect(await page.getByLabel("Until").inputValue()).toBe("2199-01-31T12:00");
    await visitor.look("assignment-refused");
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByText("Nobody could administer Pforte any more.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Discard" }).click();

    const group = await byName(page, "groups", "Engineers");
    const role = await byName(page, "roles", "Quality");
    await visitor.open(`/admin/assignments/new?group=${group.id}&role=${role.id}`);
    await page.getByRole("treeitem", { name: "cip" }).click();
    const give = page.getByRole("button", { name: "Assign", exact: true });
    const answers = [
      () => ({
        status: 500,
        contentType: "application/problem+json",
        body: '{"code":"internal","status":500,"detail":"","request_id":"r1"}',
      }),
      () => ({
        status: 503,
        contentType: "application/problem+json",
        body: '{"code":"busy","status":503,"detail":"","request_id":"r2"}',
      }),
    ];
    for (const answer of answers) {
      await page.route("**/api/v1/assignments", (route) =>
        route.request().method() === "POST" ? route.fulfill(answer()) : route.continue(),
      );
      await give.click();
      await page.locator(".edit-bar .told.alarm").waitFor();
      await says(page, "in dairy/cip");
      await page.unroute("**/api/v1/assignments");
    }
    await page.route("**/api/v1/assignments", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await give.click();
    await page.getByText("The server does not answer.").first().waitFor();
    await page.unroute("**/api/v1/assignments");
    // Leaving asks, because nothing of it is kept yet.
    await page.getByRole("button", { name: "To the list" }).click();
    await page.getByRole("button", { name: "Stay here" }).click();
    await give.click();
    await page.getByRole("heading", { level: 1, name: "Engineers: Quality" }).waitFor();
    await takeBack(page);
    await visitor.leave();
  });

  it("is told in the list, which tries again", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    await page.route("**/api/v1/assignments?*", (route) =>
      route.fulfill({
        status: 500,
        contentType: "application/problem+json",
        body: '{"code":"internal","status":500,"detail":"","request_id":"r1"}',
      }),
    );
    await visitor.open("/admin/assignments");
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await visitor.look("assignments-failed");
    let late: (() => void) | undefined;
    await page.unroute("**/api/v1/assignments?*");
    await page.route("**/api/v1/assignments?*", async (route) => {
      await new Promise<void>((resolve) => {
        late = resolve;
      });
      await route.continue();
    });
    await page.reload();
    await page.getByText("Loading …").waitFor();
    await expect.poll(() => late).toBeDefined();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    late?.();
    await row(page, "Auditors").waitFor();
    await visitor.leave();
  });

  it("heals after the server was away under the form", async () => {
    await withServer({}, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(administrator(server.data));
      const one = await given(page, "Reception crew");
      await open(page, server.url, one);
      await page.getByRole("treeitem", { name: "laboratory" }).click();
      await server.stop();
      await save(page).click();
      await page.getByText("The server does not answer.").first().waitFor();
      await server.restart();
      await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
      await says(page, "dairy/cip and dairy/laboratory");
      await save(page).click();
      await page.getByText("Not saved yet").waitFor({ state: "detached" });
      expect((await every(page)).find((each) => each.id === one.id)?.areas.length).toBe(2);
      await visitor.leave();
    });
  });
});

describe("other administrators", () => {
  it("are not overwritten: their change is shown and one chooses", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    const one = await given(page, "Reception crew");
    await open(page, visitor.url, one);
    await page.getByLabel("Least strength").selectOption("strong");
    await put(page, one, { areas: ["dairy/laboratory"] });
    await save(page).click();
    const told = page.getByRole("alertdialog");
    await told.getByText("dairy/laboratory").first().waitFor();
    await visitor.look("assignment-conflict");
    await told.getByRole("button", { name: "Save what is chosen" }).click();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    await says(page, "in dairy/laboratory");
    await says(page, "strong");
    await call(page, "DELETE", `/assignments/${one.id}`);
    await page.getByLabel("Least strength").selectOption("weak");
    await save(page).click();
    await page.locator(".edit-bar .told.alarm").waitFor();
    await visitor.leave();
  });

  it("lose nothing without a question that says what is lost", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    const one = await given(page, "Reception crew");
    await open(page, visitor.url, one);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    const asks = page.getByRole("alertdialog");
    await asks.getByText("Everybody in this group loses the role in dairy/cip").waitFor();
    await asks.getByText("hmi/setpoint.write").waitFor();
    await visitor.look("assignment-remove");
    await page.keyboard.press("Escape");
    expect((await every(page)).some((each) => each.id === one.id)).toBe(true);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await asks.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { level: 1, name: "Assignments" }).waitFor();
    expect((await every(page)).some((each) => each.id === one.id)).toBe(false);
    await visitor.leave();
  });
});

it("who may only read sees everything and can change nothing", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(demoUser({ user: "auditor1" }), "/admin/assignments");
  await row(page, "Line 1 crew").waitFor();
  expect(await page.getByRole("button", { name: "Assign a role" }).count()).toBe(0);
  await row(page, "Line 1 crew").getByRole("link").click();
  await says(page, "Everybody in the group Line 1 crew (local) has the role Operator in dairy/line1");
  await visitor.look("assignment-read");
  expect(await page.locator(".page").count()).toBe(1);
  expect(await page.locator(".page").locator("input, select, [role=tree]").count()).toBe(0);
  expect(await page.getByRole("button", { name: "Remove" }).count()).toBe(0);
  await visitor.leave();
});

it("names that are markup, long, or run the other way are names", async () => {
  await withServer({}, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(administrator(server.data));
    const names = [
      '<script>document.title="owned"</script><b>bold</b>',
      `${"🏭 كهرباء ".repeat(14)}${"W".repeat(2)}`,
      "X".repeat(128),
    ];
    const root = await byName(page, "areas", "dairy");
    for (const [at, name] of names.entries()) {
      await call(page, "POST", "/groups", { name });
      await call(page, "POST", "/roles", { name, rights: [] });
      const part = name.replaceAll("/", "").slice(0, 60);
      const area = await call(page, "POST", "/areas", { parent: root.id, name: part });
      await call(page, "POST", "/stations", { name, area: area.id });
      await given(page, name, { role: name, areas: [area.id] });
      expect(at).toBeLessThan(names.length);
    }
    await visitor.open("/admin/assignments");
    await row(page, "bold").waitFor();
    await page.getByLabel("Search names").fill("dairy");
    await visitor.look("assignments-hostile");
    await page.getByLabel("Search names").fill("<b>bold");
    await row(page, "bold").getByRole("link").click();
    await says(page, names[0] ?? "");
    await page.getByLabel("Only at these stations").check();
    await page.getByRole("checkbox", { name: "كهرباء" }).check();
    await visitor.look("assignment-hostile");
    expect(await page.title()).not.toBe("owned");
    expect(await page.locator(".page b, .page script").count()).toBe(0);
    await visitor.leave();
  });
});

it("thousands of assignments are there, found and sorted without a wait", { timeout: 180_000 }, async () => {
  await withServer({}, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(administrator(server.data));
    const group = await byName(page, "groups", "Reception crew");
    await page.evaluate(async (id) => {
      const make = async (from: number) => {
        for (let at = from; at < 2000; at += 20) {
          const hour = String(at % 23).padStart(2, "0");
          const answer = await fetch("/api/v1/assignments", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({
              role: "Operator",
              principal: { kind: "group", id },
              areas: [["dairy/cip", "dairy/line1", "dairy/line2/mixer"][at % 3]],
              schedule: [{ from: `mon ${hour}:00`, to: `tue ${hour}:30` }],
            }),
          });
          if (!answer.ok) throw new Error(await answer.text());
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, at) => make(at)));
    }, group.id);
    await visitor.open("/admin/assignments?sort=-areas");
    await page.getByText("2,009 assignments").waitFor({ timeout: 30_000 });
    const began = Date.now();
    await page.getByLabel("Search names").fill("mixer");
    await page.getByText("666 assignments").waitFor();
    await page.getByRole("button", { name: "Who", exact: true }).click();
    await page.locator('th[aria-sort="ascending"]', { hasText: "Who" }).waitFor();
    expect(Date.now() - began).toBeLessThan(2_000);
    await page.getByRole("button", { name: "Show more (566)" }).click();
    expect(await page.locator("table.a-rows tbody tr").count()).toBe(200);
    await visitor.look("assignments-many");
    await visitor.leave();
  });
});
