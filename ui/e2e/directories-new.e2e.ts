import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call } from "./stage/call";
import {
  ad,
  administrator,
  fillIn,
  STEPS,
  server,
  silent,
  states,
  step,
  type Typed,
  tested,
} from "./stage/directories";
import { freePort } from "./stage/server";

describe("an Active Directory", () => {
  it("is added by the mouse, after a test that shows each step", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await page.getByText("Built in", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Add directory" }).click();
    await page.getByRole("heading", { level: 1, name: "Add a directory" }).waitFor();
    await visitor.look("directory-new");
    await fillIn(page, {});
    await page.getByText("CN=", { exact: false }).first().waitFor();
    await tested(page, "Everything is good.");
    expect(await states(page)).toEqual(STEPS.map(() => "good"));
    expect(await step(page, "account").textContent()).toContain(ad.account);
    expect(await step(page, "certificate").textContent()).toContain(ad.facts.host);
    await visitor.look("directory-tested");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await page.getByText("answers", { exact: true }).waitFor();
    await page.getByLabel("How the name begins").fill("alic");
    await page.getByRole("listitem").filter({ hasText: "alice" }).waitFor();
    await visitor.look("directory");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await page.getByRole("button", { name: "To the list" }).click();
    await page.getByRole("link", { name: "works" }).waitFor();
    await visitor.look("directories");
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await visitor.leave();
  });

  it("is added by keys alone", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    await page.getByRole("button", { name: "Add directory" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Add a directory" }).waitFor();
    const keys = page.keyboard;
    // The list, then the kind, which stays.
    await page.getByRole("button", { name: "To the list" }).focus();
    await keys.press("Tab");
    await keys.press("Tab");
    for (const text of ["works", ad.facts.domain]) {
      await keys.insertText(text);
      await keys.press("Tab");
    }
    // That the servers are named stays.
    await keys.press("Tab");
    await keys.insertText(ad.server);
    await keys.press("Tab");
    // Another server, then whom to trust, then the file.
    for (let i = 0; i < 3; i += 1) await keys.press("Tab");
    await keys.insertText(ad.ca);
    await keys.press("Tab");
    await keys.insertText(ad.account);
    await keys.press("Tab");
    await keys.insertText(ad.facts.service.password);
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await visitor.leave();
  });

  it("shows each step while the next ones are still tried, and can be stopped", async () => {
    const { port, listener } = await silent();
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    await fillIn(page, {});
    await page.getByRole("button", { name: "Another server" }).click();
    await page.getByLabel("Domain controller 2").fill(`silent.test.lab:${port}=127.0.0.1`);
    await page.getByRole("button", { name: "Test now" }).click();
    await page.locator('[data-step="groups"][data-state="good"]').waitFor();
    const second = page.locator('[data-step="tls"]').nth(1);
    await page.locator('[data-step="connect"][data-state="running"]').waitFor();
    expect(await page.locator('[data-state="waiting"]').count()).toBeGreaterThan(3);
    await visitor.shot("directory-testing");
    await page.getByText("The server did not finish setting up encryption in time.").waitFor();
    expect(await second.getAttribute("data-state")).toBe("bad");
    const untried = (await states(page)).slice(STEPS.length + STEPS.indexOf("tls") + 1);
    expect(new Set(untried)).toEqual(new Set(["left-out"]));
    await page.getByRole("button", { name: "Test now" }).click();
    await page.locator('[data-step="connect"][data-state="running"]').waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("button", { name: "Test now" }).waitFor();
    expect(await page.locator('[data-state="running"]').count()).toBe(0);
    listener.close();
    await visitor.leave();
  });

  it("that cannot be reached is told by what is wrong, and can be saved all the same", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    const { facts } = ad;
    const port = await freePort();
    const wrong: [string, Typed, string, string][] = [
      [
        "resolve",
        { server: "nowhere.ad.test.lab.invalid" },
        "The server’s name could not be resolved.",
        "Check its spelling",
      ],
      [
        "certificate",
        { ca: readFileSync(join(server.data, "ca.pem"), "utf8") },
        "issued by an authority that is not trusted here",
        "Give the certificate",
      ],
      [
        "certificate",
        { server: `other.test.lab=${facts.address}` },
        "The server’s certificate is for another name.",
        facts.host,
      ],
      [
        "directory",
        { domain: "other.test.lab" },
        "The server belongs to another domain.",
        "correct the domain’s name",
      ],
      // Nobody's account: a wrong password counts at the domain controller.
      [
        "account",
        { account: `${ad.newUser()}@${facts.domain}`, password: "wrong" },
        "refused the service account’s name or password",
        "lock the account",
      ],
      [
        "connect",
        { server: `${facts.host}:${port}=127.0.0.1` },
        "The server refused the connection.",
        "LDAPS",
      ],
    ];
    for (const [name, typed, what, todo] of wrong) {
      await fillIn(page, typed);
      await tested(page, "Not everything is good.");
      expect(await step(page, name).getAttribute("data-state"), name).toBe("bad");
      const said = await step(page, name).textContent();
      expect(said).toContain(what);
      expect(said).toContain(todo);
      const after = (await states(page)).slice(STEPS.indexOf(name) + 1);
      expect(new Set(after), name).toEqual(new Set(["left-out"]));
    }
    await visitor.look("directory-bad");
    await page.getByText("may not be able to log on").waitFor();
    await page.getByRole("button", { name: "Add all the same" }).click();
    await page.getByRole("heading", { level: 1, name: "works" }).waitFor();
    await page.locator(".d-down").getByText("The server refused the connection.").waitFor();
    await visitor.look("directory-down");
    await visitor.leave();
  });

  it("whose service account is refused says so on the list, though its server answers", async () => {
    const visitor = await administrator();
    const { page } = visitor;
    const account = `${ad.newUser()}@${ad.facts.domain}`;
    const body = ad.body("works") as { ldap: object };
    const ldap = { ...body.ldap, service_account: account };
    await call(page, "POST", "/directories", { ...body, ldap, service_password: "wrong" });
    await page.reload();
    await page.getByText("The server refused the service account’s name or password.").waitFor();
    await page.getByText("answers", { exact: true }).waitFor();
    await visitor.look("directories-refused");
    await visitor.leave();
  });

  it("tells a German what is wrong in German", async () => {
    const visitor = await administrator("/admin/directories/new", { language: "de" });
    const { page } = visitor;
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Werk");
    await page.getByLabel("DNS-Name der Domäne").fill(ad.facts.domain);
    await page.getByLabel("Domänencontroller 1").fill(`other.test.lab=${ad.facts.address}`);
    await page.getByLabel("Zertifikate (PEM)").fill(ad.ca);
    await page.getByLabel(/^Dienstkonto/).fill(ad.account);
    await page.getByLabel("Passwort des Dienstkontos").fill(ad.facts.service.password);
    await page.getByRole("button", { name: "Jetzt testen" }).click();
    await page.getByText("Das Zertifikat des Servers ist für einen anderen Namen.").waitFor();
    await visitor.look("directory-de");
    await visitor.leave();
  });

  it("takes its authorities from a file and says what is in it", async () => {
    const visitor = await administrator("/admin/directories/new");
    const { page } = visitor;
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Choose a file" }).click(),
    ]);
    await chooser.setFiles(ad.facts.ca_certificate);
    await page.locator(".d-certificates").getByText("CN=").waitFor();
    expect(await page.getByLabel("Certificates (PEM)").inputValue()).toBe(ad.ca);
    await page.getByLabel("Certificates (PEM)").fill("nothing of the kind");
    await page.getByText("There is no certificate in this text.").waitFor();
    await visitor.leave();
  });
});
