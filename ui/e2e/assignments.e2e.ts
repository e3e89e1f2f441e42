/** Assignments: found, looked at, with names of every kind, and thousands of them. */
import { describe, expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { administrator, byName, given, row, says } from "./stage/assignments";
import { call } from "./stage/call";
import { withServer } from "./stage/server";

const { enter } = stage();

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
