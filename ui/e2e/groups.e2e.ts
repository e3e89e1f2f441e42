/** Groups: found, made, filled and renamed, of the plant and of the domain. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { call } from "./stage/call";
import { addDomain } from "./stage/domain";
import { withServer } from "./stage/server";

const { enter } = stage();
const administrator = (data?: string) => demoUser({ role: "Administrator" }, data);

interface Group {
  id: string;
  name: string;
  version: number;
  members: { id: string; kind: string; name: string }[];
}

const groupNamed = async (page: Page, name: string): Promise<Group> => {
  const items: Group[] = (await call(page, "GET", `/groups?limit=500`)).items;
  const found = items.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no group ${name}`);
  return call(page, "GET", `/groups/${found.id}`);
};

const made = (page: Page, name: string): Promise<Group> => call(page, "POST", "/groups", { name });

const row = (page: Page, name: string) => page.locator("table.plain tbody tr").filter({ hasText: name });
const member = row;

async function open(page: Page, url: string, id: string): Promise<void> {
  await page.goto(`${url}/admin/groups/${id}`);
  await page.getByRole("heading", { name: /member/ }).waitFor();
}

/** Picks somebody in the dialog that is open. */
async function pick(page: Page, kind: "user" | "group", text: string, name: RegExp): Promise<void> {
  await page.getByLabel("Kind").selectOption(kind);
  await page.getByRole("dialog").getByLabel("Search", { exact: true }).fill(text);
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

it("are listed and found; the address keeps it through reload and back", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(administrator(), "/admin/groups");
  await row(page, "Line 1 crew").waitFor();
  await visitor.look("groups");
  await page.getByLabel("Search by name").fill("line");
  await row(page, "Auditors").waitFor({ state: "detached" });
  await page.reload();
  await row(page, "Line 1 crew").waitFor();
  expect(await row(page, "Auditors").count()).toBe(0);
  await page.getByRole("link", { name: "Line 1 crew" }).click();
  await page.getByRole("heading", { level: 1, name: "Line 1 crew" }).waitFor();
  await visitor.look("group");
  await page.goBack();
  await row(page, "Line 2 crew").waitFor();
  await page.getByLabel("Search by name").fill("nobody has this name");
  await page.getByText("No group with this name").waitFor();
  await visitor.leave();
});

it("are made, filled and emptied, by mouse and by keys", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(administrator(), "/admin/groups");
  await page.getByRole("button", { name: "New group" }).click();
  await page.getByLabel("Name of the group").fill("auditors");
  await page.keyboard.press("Enter");
  await page.getByText("This name is already taken.").waitFor();
  expect(await page.getByLabel("Name of the group").inputValue()).toBe("auditors");
  await page.getByLabel("Name of the group").fill("Cleaning crew");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Cleaning crew" }).waitFor();
  await page.getByText("Nobody is in this group").waitFor();

  await page.getByRole("button", { name: "Add a member" }).click();
  await pick(page, "user", "operator", /line 1 late|Operator, line 1, late/);
  await member(page, "operator3").waitFor();
  await page.getByRole("button", { name: "Add a member" }).focus();
  await page.keyboard.press("Enter");
  await pick(page, "group", "Line 2", /Line 2 crew/);
  await member(page, "Line 2 crew").waitFor();
  await page.getByRole("heading", { name: "2 members" }).waitFor();

  await page.getByRole("button", { name: "Remove Line 2 crew" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("alertdialog").getByText("The roles that came through Cleaning crew").waitFor();
  await visitor.look("group-remove-member");
  await page.keyboard.press("Escape");
  expect(await member(page, "Line 2 crew").count()).toBe(1);
  await page.getByRole("button", { name: "Remove Line 2 crew" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove", exact: true }).click();
  await member(page, "Line 2 crew").waitFor({ state: "detached" });
  const left = (await groupNamed(page, "Cleaning crew")).members;
  expect(left.map((one) => one.name)).toEqual(["operator3"]);
  await visitor.leave();
});

it("have members of the domain, also such whom nobody met before", async () => {
  await withServer({}, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(administrator(server.data));
    await addDomain(page);
    await open(page, server.url, (await made(page, "Cleaning crew")).id);
    for (const [kind, text, name] of [
      ["user", "alice", /^alice/],
      ["group", "Schicht", /Schichtführer \(Süd\) & Co/],
    ] as const) {
      await page.getByRole("button", { name: "Add a member" }).click();
      await page.getByLabel("Directory").selectOption({ label: "plant domain" });
      await pick(page, kind, text, name);
      await member(page, "plant domain").filter({ hasText: text }).waitFor();
    }
    await visitor.look("group-domain");
    await page.getByRole("link", { name: "Schichtführer (Süd) & Co" }).click();
    await page.getByRole("heading", { level: 1, name: "Schichtführer (Süd) & Co" }).waitFor();
    await page.getByText("Name and members of this group are changed in its own directory.").waitFor();
    expect(await page.getByRole("button", { name: "Add a member" }).count()).toBe(0);
    // One that only the domain knows becomes known by being opened.
    await visitor.open("/admin/groups");
    await page.getByLabel("Directory").selectOption({ label: "plant domain" });
    await page.getByLabel("Search by name").fill("operators");
    await page.getByRole("button", { name: /^operators/ }).click();
    await page.getByRole("heading", { level: 1, name: "operators" }).waitFor();
    await visitor.leave();
  });
});

it("that another administrator changed meanwhile are shown, not overwritten", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(administrator());
  const group = await made(page, "Two of us");
  await open(page, visitor.url, group.id);
  const name = page.getByLabel("Name of the group");
  await name.fill("Mine");
  await call(page, "PATCH", `/groups/${group.id}`, { name: "Theirs", version: group.version });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const told = page.getByRole("alertdialog");
  await told.getByText("Theirs").last().waitFor();
  await visitor.look("group-conflict");
  await told.getByRole("button", { name: "Back to the form" }).click();
  expect(await name.inputValue()).toBe("Mine");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await told.getByRole("button", { name: "Save what is chosen" }).click();
  await page.getByRole("heading", { level: 1, name: "Mine" }).waitFor();

  // Somebody takes a member out while its removal is asked for: what is wanted is so already.
  const { id } = (await groupNamed(page, "Auditors")).members[0] ?? { id: "" };
  await call(page, "PUT", `/groups/${group.id}/members`, { kind: "user", id });
  await page.reload();
  await page.getByRole("button", { name: "Remove auditor1" }).click();
  await call(page, "DELETE", `/groups/${group.id}/members/user/${id}`);
  await told.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("Nobody is in this group").waitFor();
  await visitor.leave();
});

it("keep the last administrator, and say why nothing was done", async () => {
  await withServer({}, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(administrator(server.data));
    await open(page, server.url, (await groupNamed(page, "Logon_Administrator")).id);
    expect(await page.getByLabel("Name of the group").count(), "a built-in group keeps its name").toBe(0);
    await page.getByRole("button", { name: "Remove admin", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("admin: Nobody could administer Pforte any more.").waitFor();
    expect(await page.getByRole("button", { name: "Remove admin", exact: true }).count()).toBe(1);
    await visitor.look("group-refused");
    await visitor.leave();
  });
});

it("keep what was typed when the server fails, is late or away", async () => {
  await withServer({}, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(administrator(server.data));
    const group = await made(page, "Cleaning crew");
    await page.route(`**/api/v1/groups/${group.id}`, (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: '{"code":"busy","status":503,"detail":"","request_id":"r1"}',
      }),
    );
    await visitor.open(`/admin/groups/${group.id}`);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.unroute(`**/api/v1/groups/${group.id}`);
    await page.getByRole("button", { name: "Try again" }).click();
    const name = page.getByLabel("Name of the group");
    await name.fill("Cleaners");
    await server.stop();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("The server does not answer.").first().waitFor();
    expect(await name.inputValue()).toBe("Cleaners");
    await server.restart();
    await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Cleaners" }).waitFor();
    await visitor.leave();
  });
});

it("are only looked at by who may only read", async () => {
  const visitor = await enter({ size: "panel" });
  const { page } = visitor;
  await visitor.logOn(demoUser({ user: "auditor1" }), "/admin/groups");
  await page.getByRole("link", { name: "Line 1 crew" }).click();
  await member(page, "operator2").waitFor();
  await visitor.look("group-read");
  for (const name of ["Add a member", "Remove operator2", "Save", "Assign a role"])
    expect(await page.getByRole("button", { name }).count(), name).toBe(0);
  await visitor.open("/admin/groups");
  await row(page, "Line 1 crew").waitFor();
  expect(await page.getByRole("button", { name: "New group" }).count()).toBe(0);
  await visitor.leave();
});

it("with names that are markup, long, or run the other way show them as names", async () => {
  await withServer({}, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(administrator(server.data));
    const names = [
      '<script>document.title="owned"</script><b>bold</b>',
      "كهرباء 🏭 ".repeat(14).trim(),
      "X".repeat(128),
    ];
    const host = await made(page, "Host");
    for (const name of names) {
      const { id } = await made(page, name);
      await call(page, "PUT", `/groups/${host.id}/members`, { kind: "group", id });
    }
    await visitor.open("/admin/groups");
    await row(page, "bold").waitFor();
    await visitor.look("groups-hostile");
    await open(page, server.url, host.id);
    await visitor.look("group-hostile");
    await page.getByRole("link", { name: "<b>bold" }).click();
    await page.getByRole("heading", { level: 1, name: names[0] ?? "" }).waitFor();
    await visitor.fits();
    expect(await page.title()).not.toBe("owned");
    expect(await page.locator(".page b, .page script").count()).toBe(0);
    await visitor.leave();
  });
});
