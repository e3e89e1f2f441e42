import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { facts } from "./stage/ad";
import { call } from "./stage/call";
import { ad, add, administrator, enter, fillIn, server, step, tested } from "./stage/directories";
import { withSomeone } from "./stage/made";

const added = (page: Page): Promise<void> => page.getByRole("button", { name: "Add", exact: true }).click();

describe("a domain whose controllers DNS finds", () => {
  it("is tested and added, and tells of each of them", async () => {
    const { dc1, dc2 } = facts().forest;
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await fillIn(page, { ca: readFileSync(dc1.ca_certificate, "utf8"), account: `svcbind@${dc1.domain}` });
    await page.getByRole("radio", { name: "Found by DNS" }).check();
    await page.getByLabel("DNS servers").fill("dns.test.lab");
    await page.getByText("These are not addresses such as 10.0.0.1.").waitFor();
    expect(await page.getByRole("button", { name: "Add", exact: true }).isDisabled()).toBe(true);
    await page.getByLabel("DNS servers").fill(`${dc1.address}, ${dc2.address}`);
    await page.getByRole("textbox", { name: "Site" }).fill("Plant");
    await page.getByLabel("Password of the service account").fill(dc1.service.password);
    await visitor.look("directory-found-new");
    await page.getByRole("button", { name: "Test now" }).click();
    await page.locator('[data-step="groups"][data-state="good"]').first().waitFor();
    await page.getByText(/verything is good\./).waitFor();
    await added(page);
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    const row = page.locator(".d-health tbody tr").filter({ hasText: dc2.host });
    await row.getByText("writable", { exact: true }).waitFor();
    await row.getByText("Plant", { exact: true }).waitFor();
    await page.locator(".d-health").getByText("read-only", { exact: true }).waitFor();
    await row.getByText(/^[0-9]+ ms$/).waitFor();
    await page.evaluate(() => document.querySelector("main")?.scrollTo(0, 0));
    await visitor.look("directory-found");
    await visitor.leave();
  });

  it("is told when DNS knows none", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await fillIn(page, {});
    await page.getByRole("radio", { name: "Found by DNS" }).check();
    await page.getByLabel("DNS servers").fill("127.0.0.250");
    await tested(page, "Not everything is good.");
    expect(await step(page, "resolve").textContent()).toContain("The server’s name could not be resolved.");
    await visitor.leave();
  });
});

/** A directory whose service account is an administrator: it works, and should not be so. */
const addTooPowerful = async (page: Page): Promise<string> => {
  const { domain, administrator } = ad.facts;
  const { ldap, ...body } = ad.body("works") as { ldap: object };
  const stored = { ...ldap, service_account: `${administrator.user}@${domain}` };
  const service_password = administrator.password;
  return (await call(page, "POST", "/directories", { ...body, ldap: stored, service_password })).id;
};

describe("a probe", () => {
  it("shows each side of the server, also a doubtful one with its cure", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const id = await addTooPowerful(page);
    await page.goto(`${server.url}/admin/directories/${id}`);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("other");
    const probe = page.getByRole("button", { name: "Probe" });
    expect(await probe.isDisabled(), "only what is stored is probed").toBe(true);
    await page.getByRole("button", { name: "Discard" }).click();
    await probe.click();
    await page.getByText("It works, but something is doubtful.").waitFor({ timeout: 30_000 });
    for (const name of ["ports", "certificate-chain", "site", "groups"])
      expect(await step(page, name).getAttribute("data-state"), name).toBe("good");
    const doubtful = step(page, "account-rights");
    expect(await doubtful.getAttribute("data-state")).toBe("doubtful");
    expect(await doubtful.textContent()).toContain("Give Pforte an ordinary account");
    await doubtful.scrollIntoViewIfNeeded();
    await visitor.look("directory-probe");
    await visitor.leave();
  });

  it("tells a Japanese what was found and the cure in Japanese", async () => {
    const visitor = await administrator("/admin/directories", { language: "ja" });
    const { page } = visitor;
    const id = await addTooPowerful(page);
    await page.goto(`${server.url}/admin/directories/${id}`);
    await page.getByRole("button", { name: "診断" }).click();
    await page.getByText("動作しますが、注意が必要な点があります。").waitFor({ timeout: 30_000 });
    await page.getByText("Pforte には一般のアカウントを割り当ててください。", { exact: false }).waitFor();
    expect(await step(page, "signing").textContent()).toContain("署名が必須です");
    expect(await step(page, "account").textContent()).toMatch(/、Kerberos による$/);
    await visitor.look("directory-probe-ja");
    await visitor.leave();
  });
});

describe("other kinds", () => {
  it("a workgroup host warns that a domain is safer, and is added", async () => {
    const { host, address, service } = facts().workgroup;
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await page.getByRole("radio", { name: "Workgroup host" }).check();
    await page.getByText("A domain is the safer way.").waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("panel");
    await page.getByLabel(/^Host/).fill(host);
    await page.getByLabel("Address of the host").fill(address);
    await page.getByLabel(/^Service account/).fill(service.user);
    await page.getByLabel("Password of the service account").fill(service.password);
    await tested(page, "Everything is good.");
    await visitor.look("directory-workgroup-new");
    await added(page);
    await page.getByRole("heading", { level: 1, name: "panel" }).waitFor();
    await page.getByText("A domain is the safer way.").waitFor();
    await page.getByText("answers", { exact: true }).waitFor();
    await visitor.look("directory-workgroup");
    await page.getByLabel(/^Host/).fill("elsewhere");
    await page.getByText("Needed again: the stored password").waitFor();
    await page.getByLabel(/^Host/).fill(host.toLowerCase());
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    expect(await page.getByLabel(/^Host/).inputValue()).toBe(host.toLowerCase());
    await visitor.leave();
  });

  it("another LDAP server is tested and added", async () => {
    const { host, address, service, ca_certificate } = facts().slapd;
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await page.getByRole("radio", { name: "Other LDAP server" }).check();
    expect(await page.getByRole("radio", { name: "Found by DNS" }).count()).toBe(0);
    await page.getByLabel("Kind of LDAP server").selectOption("OpenLDAP");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("plant");
    await page.getByLabel("DNS name of the domain").fill("plant.example");
    await page.getByLabel("LDAP server 1").fill(`${host}=${address}`);
    await page.getByLabel("Certificates (PEM)").fill(readFileSync(ca_certificate, "utf8"));
    await page.getByLabel(/^Service account/).fill(service.user);
    await page.getByLabel("Password of the service account").fill(service.password);
    await tested(page, "Everything is good.");
    await added(page);
    await page.getByRole("heading", { level: 1, name: "plant" }).waitFor();
    await page.getByText("Other LDAP server", { exact: true }).waitFor();
    await visitor.leave();
  });

  it("the accounts of Pforte’s computer are chosen and named by keys alone", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await page.getByRole("radio", { name: "Active Directory" }).focus();
    for (let i = 0; i < 3; i += 1) await page.keyboard.press("ArrowDown");
    await page.getByLabel("Rules of PAM").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.insertText("this computer");
    expect(await page.getByRole("button", { name: "Add", exact: true }).isEnabled()).toBe(true);
    expect(await page.getByLabel("Password of the service account").count()).toBe(0);
    await visitor.look("directory-os-new");
    await visitor.page.getByRole("button", { name: "To the list" }).click();
    await visitor.page.getByRole("button", { name: "Stay here" }).click();
    expect(await page.getByRole("textbox", { name: "Name", exact: true }).inputValue()).toBe("this computer");
    await visitor.leave();
  });
});

describe("a stored directory", () => {
  it("keeps the hours for which people are known, and says what they mean", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    await page.goto(`${server.url}/admin/directories/${id}`);
    await page.getByText("More", { exact: true }).click();
    const hours = page.getByLabel("Hours for which people are known");
    await page.getByText("While no server answers", { exact: false }).waitFor();
    const save = page.getByRole("button", { name: "Save", exact: true });
    await hours.fill("721");
    await page.getByText("A whole number from 0 to 720.").waitFor();
    expect(await save.isDisabled()).toBe(true);
    await hours.fill("12");
    await page.getByLabel("Protection of the connection").selectOption("ldaps");
    await visitor.look("directory-more");
    await save.click();
    await page.getByText("answers", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("More", { exact: true }).click();
    expect(await hours.inputValue()).toBe("12");
    expect(await call(page, "GET", `/directories/${id}`)).toMatchObject({
      known_hours: 12,
      ldap: { protection: "ldaps" },
    });
    await visitor.leave();
  });

  it("has people of another domain in its groups, which an administrator chooses by its name", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const [works, trusted] = [await add(page, "works"), await add(page, "trusted")];
    const open = async (): Promise<void> => {
      await page.goto(`${server.url}/admin/directories/${works.id}`);
      await page.getByText("More", { exact: true }).click();
    };
    const foreign = page.getByRole("group", { name: "People of these domains may be in its groups" });
    const members = async () => (await call(page, "GET", `/directories/${works.id}`)).ldap.foreign_members_of;
    const saved = async (): Promise<void> => {
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("Not saved yet").waitFor({ state: "detached" });
    };
    await open();
    await foreign.getByRole("checkbox", { name: "trusted" }).check();
    expect(await foreign.getByRole("checkbox").count(), "neither itself nor the built-in one").toBe(1);
    await foreign.scrollIntoViewIfNeeded();
    await visitor.look("directory-foreign");
    await saved();
    expect(await members()).toEqual([trusted.id]);
    await open();
    await foreign.getByRole("checkbox", { name: "trusted", checked: true }).uncheck();
    await saved();
    expect(await members()).toEqual([]);
    await visitor.leave();
  });

  it("takes a keytab, shows its keys and gives it up", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const { id } = await add(page, "works");
    // The domain controller is the same at each run; a name has one account there.
    const host = `pforte-${Date.now().toString(36)}.test.lab`;
    const file = join(server.data, "web.keytab");
    writeFileSync(file, ad.webService(host));
    await page.goto(`${server.url}/admin/directories/${id}`);
    const choose = async (name: string, path: string): Promise<void> => {
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.getByRole("button", { name }).click(),
      ]);
      await chooser.setFiles(path);
    };
    await choose("Choose a keytab", ad.facts.ca_certificate);
    await page.locator(".told.alarm, .problem").first().waitFor();
    await choose("Choose a keytab", file);
    await page
      .getByRole("cell", { name: `HTTP/${host}@${ad.facts.domain.toUpperCase()}` })
      .first()
      .waitFor();
    await visitor.look("directory-keytab");
    await page.getByRole("button", { name: "Remove the keytab" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove the keytab" }).click();
    await page.getByRole("button", { name: "Choose a keytab" }).waitFor();
    await visitor.leave();
  });

  it("shows who may only read every setting and nothing to change it", async () => {
    const visitor = await administrator();
    const { id } = await add(visitor.page, "works");
    await withSomeone(visitor, ["directories.read"], async (someone) => {
      const reader = await enter({ url: server.url });
      await reader.logOn(someone, `/admin/directories/${id}`);
      const { page } = reader;
      await page.getByText("More", { exact: true }).click();
      expect(await page.getByLabel("Protection of the connection").isDisabled()).toBe(true);
      expect(
        await page.getByLabel("Hours for which people are known").getAttribute("readonly"),
      ).not.toBeNull();
      for (const name of ["Probe", "Choose a keytab", "Save"])
        expect(await page.getByRole("button", { name, exact: true }).count(), name).toBe(0);
      await reader.leave();
    });
    await visitor.leave();
  });
});
