import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demoUser } from "./stage";
import { call } from "./stage/call";
import { ad, add, administrator, as, enter, fillIn, server, silent, step, tested } from "./stage/directories";
import { withServer } from "./stage/server";

describe("a change", () => {
  it("that leads the stored password elsewhere needs the password again", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    await page.goto(`${server.url}/admin/directories/${id}`);
    await page.getByText("Leave it empty to keep the stored one.").waitFor();
    await tested(page, "Everything is good.");
    const save = page.getByRole("button", { name: "Save", exact: true });
    await page.getByLabel("Domain controller 1").fill(`${ad.facts.host}:3636=127.0.0.1`);
    await page.getByText("Needed again: the stored password").waitFor();
    await page.getByText("Something was changed since this test.").waitFor();
    expect(await save.isDisabled()).toBe(true);
    expect(await page.getByRole("button", { name: "Test now" }).isDisabled()).toBe(true);
    await visitor.look("directory-again");
    await page.getByLabel("Password of the service account").fill(ad.facts.service.password);
    await save.click();
    await page.getByText("The server refused the connection.").waitFor();
    await page.getByLabel("Domain controller 1").fill(ad.server);
    await page.getByLabel("Password of the service account").fill(ad.facts.service.password);
    await save.click();
    await page.getByText("answers", { exact: true }).waitFor();
    await visitor.leave();
  });

  it("that the server refuses keeps what was typed", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await fillIn(page, { name: "LOCAL" });
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("duplicate", { exact: false }).waitFor();
    expect(await page.getByRole("textbox", { name: "Name", exact: true }).inputValue()).toBe("LOCAL");
    expect(await page.getByLabel("Password of the service account").inputValue()).toBe(
      ad.facts.service.password,
    );
    await page.getByRole("button", { name: "To the list" }).click();
    await page.getByRole("button", { name: "Stay here" }).click();
    expect(await page.getByLabel("Domain controller 1").inputValue()).toBe(ad.server);
    await visitor.leave();
  });

  it("of another administrator is shown, not overwritten", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    await page.goto(`${server.url}/admin/directories/${id}`);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("mine");
    await call(page, "PATCH", `/directories/${id}`, { version: 1, name: "theirs" });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alertdialog").getByText("theirs", { exact: true }).waitFor();
    await visitor.look("directory-conflict");
    await page.getByRole("button", { name: "Keep theirs" }).click();
    await page.getByRole("heading", { level: 1, name: "theirs" }).waitFor();
    await visitor.leave();
  });

  it("of the switch ends sessions, and a removal says what still uses it", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    await page.goto(`${server.url}/admin/directories/${id}`);
    const alice = await enter({ url: server.url });
    await alice.open("/logon");
    await alice.choose("works");
    await alice.logOnHere("alice", ad.facts.user_password);
    await page.getByRole("button", { name: "Switch off" }).click();
    await visitor.look("directory-off");
    await page.getByRole("alertdialog").getByRole("button", { name: "Switch off" }).click();
    await page.getByText("Off", { exact: true }).waitFor();
    await alice.page.waitForURL((at) => at.pathname === "/logon", { timeout: 5_000 });
    await alice.leave();
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Switch on" }).click();
    await page.getByText("answers", { exact: true }).waitFor();
    const group = await call(page, "POST", "/groups", { name: "Mixers" });
    const member = { kind: "user", directory: "works", name: "alice" };
    await call(page, "PUT", `/groups/${group.id}/members`, member);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("is in the group Mixers", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    const groups = (await call(page, "GET", `/groups/${group.id}`)) as { members: { id: string }[] };
    for (const { id: one } of groups.members)
      await call(page, "DELETE", `/groups/${group.id}/members/user/${one}`);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("link", { name: "works" }).waitFor({ state: "detached" });
    await page.getByRole("heading", { level: 1, name: "Directories" }).waitFor();
    await visitor.leave();
  });
});

describe("the page", () => {
  it("shows who may only read what there is, and nothing to change it", async () => {
    const visitor = await administrator();
    const { id } = await add(visitor.page, "works");
    const { items } = (await call(visitor.page, "GET", "/roles")) as {
      items: Record<string, unknown>[];
    };
    const { id: role, built_in: _, ...rest } = items.find(({ name }) => name === "Auditor") ?? {};
    const rights = [...(rest.rights as string[]), "pforte/directories.read"];
    await call(visitor.page, "PUT", `/roles/${role}`, { ...rest, rights });
    const auditor = await enter({ url: server.url });
    await auditor.logOn(as("Auditor"), "/admin/directories");
    const { page } = auditor;
    await page.getByRole("link", { name: "works" }).waitFor();
    expect(await page.getByRole("button", { name: /^Move|^Add/ }).count()).toBe(0);
    await page.getByRole("link", { name: "works" }).click();
    await page.getByLabel("DNS name of the domain").waitFor();
    expect(await page.getByLabel("DNS name of the domain").getAttribute("readonly")).not.toBeNull();
    for (const name of ["Save", "Remove", "Switch off", "Test now"]) {
      expect(await page.getByRole("button", { name, exact: true }).count(), name).toBe(0);
    }
    await auditor.look("directory-read");
    await auditor.leave();
    await call(visitor.page, "DELETE", `/directories/${id}`);
    await visitor.leave();
  });

  it("shows names as text, however long and in whichever direction", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const odd = [
      "<script>globalThis.bad=1</script>",
      "<b>bold</b>",
      "مصنع الألبان",
      "🏭🥛 Werk",
      "W".repeat(128),
    ];
    const ids: string[] = [];
    for (const name of odd) ids.push((await add(page, name)).id);
    await page.reload();
    for (const name of odd) await page.getByRole("link", { name, exact: true }).waitFor();
    expect(await page.locator(".d-table b, .d-table script").count()).toBe(0);
    await visitor.look("directories-odd");
    await page.goto(`${server.url}/admin/directories/${ids[4]}`);
    await page.getByRole("heading", { level: 1, name: odd[4] as string }).waitFor();
    await visitor.look("directory-odd");
    expect(await page.evaluate(() => "bad" in globalThis)).toBe(false);
    await visitor.leave();
  });

  it("says when the server answers late, with errors or not at all, and heals", async () => {
    const visitor = await administrator("/station");
    const { page } = visitor;
    await add(page, "works");
    const list = "**/api/v1/directories?*";
    await page.route(list, (route) =>
      route.fulfill({ status: 500, json: { code: "internal", detail: "", request_id: "5-1" } }),
    );
    await page.goto(`${server.url}/admin/directories`);
    await page.getByText("internal", { exact: false }).waitFor();
    await visitor.look("directories-failed");
    await page.unroute(list);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "works" }).waitFor();
    await page.route(list, (route) => route.abort());
    await page.locator(".link-lost").waitFor({ timeout: 15_000 });
    expect(await page.getByRole("link", { name: "works" }).isVisible()).toBe(true);
    await page.unroute(list);
    await page.locator(".link-lost").waitFor({ state: "detached", timeout: 15_000 });
    await visitor.leave();
  });

  it("keeps what was typed when the server is restarted under it, and tells a test that broke off", async () => {
    const { port, listener } = await silent();
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await fillIn(page, { server: `silent.test.lab:${port}=127.0.0.1` });
    await page.getByRole("button", { name: "Test now" }).click();
    await page.locator('[data-step="connect"][data-state="running"]').waitFor();
    await server.restart();
    await page.getByRole("button", { name: "Test now" }).waitFor();
    expect(await page.getByLabel("Domain controller 1").inputValue()).toContain("silent.test.lab");
    listener.close();
    await fillIn(page, {});
    await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
    await tested(page, "Everything is good.");
    await visitor.leave();
  });

  it("says that what stands in the configuration file is changed there", async () => {
    const password = join(server.data, "service-password");
    writeFileSync(password, ad.facts.service.password, { mode: 0o600 });
    const config = `[[directory]]
name = "works"
domain = "${ad.facts.domain}"
servers = ["localhost:1"]
ca_file = "${ad.facts.ca_certificate}"
service_account = "${ad.account}"
service_password_file = "${password}"
`;
    await withServer({ demo: true, config }, async (own) => {
      const visitor = await enter({ url: own.url });
      await visitor.logOn(demoUser({ role: "Administrator" }, own.data), "/admin/directories");
      const { page } = visitor;
      await page.getByText("Configuration file", { exact: true }).waitFor();
      await page.getByRole("link", { name: "works" }).click();
      await page.getByText("is changed there alone", { exact: false }).waitFor();
      expect(await page.getByLabel("DNS name of the domain").getAttribute("readonly")).not.toBeNull();
      expect(await page.getByRole("button", { name: "Remove", exact: true }).count()).toBe(0);
      await tested(page, "Not everything is good.");
      expect(await step(page, "connect").textContent()).toContain("refused the connection");
      await visitor.look("directory-file");
      await visitor.leave();
    });
  });
});
