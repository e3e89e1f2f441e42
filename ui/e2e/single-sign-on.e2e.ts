/** Log-on by the ticket of the computer's user, in a browser that holds a real one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Visitor, withProfile } from "./stage";
import { Ad } from "./stage/ad";
import { administer } from "./stage/api";
import { type OwnServer, openServer } from "./stage/server";

const BUTTON = "Log on with the account of this computer’s user";
const HOST = `e2e-${Date.now().toString(36)}.localhost`;
const FLAGS = [`--auth-server-allowlist=${HOST}`];

let server: OwnServer & { end: () => Promise<void> };
let ad: Ad;
let folder: string;
let login: string;
let env: Record<string, string>;

beforeAll(async () => {
  ad = new Ad();
  server = await openServer({ demo: true });
  const api = await administer(server);
  const { id, version } = await api.ask<{ id: string; version: number }>(
    "POST",
    "/directories",
    ad.body("works"),
  );
  const keytab = ad.webService(HOST).toString("base64");
  await api.ask("PUT", `/directories/${id}/keytab`, { version, keytab });
  await vi.waitFor(() => api.ask("GET", `/directories/${id}/search?kind=user&text=svcbind`), {
    timeout: 20_000,
  });
  folder = mkdtempSync(join(tmpdir(), "pforte-ticket-"));
  login = ad.newUser();
  env = ad.ticket(login, folder, HOST);
});
afterAll(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

const url = (): string => server.url.replace("localhost", HOST);

/** Somebody at the log-on page, whose browser finds tickets in this environment. */
async function arrive(
  tickets: Record<string, string>,
  act: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const data = mkdtempSync(join(folder, "browser-"));
  // Chromium on Linux loads the library for tickets only after it has once been asked for one.
  const asked = JSON.stringify({ net: { received_http_auth_negotiate_headers: true } });
  writeFileSync(join(data, "Local State"), asked);
  await withProfile({ folder: data, flags: FLAGS, env: tickets }, { url: url() }, async (visitor) => {
    await visitor.open("/logon");
    await visitor.page.getByRole("button", { name: BUTTON }).waitFor();
    await act(visitor);
  });
}

describe("a browser with the ticket of its computer's user", () => {
  it("logs on by one press, and never by itself", () =>
    arrive(env, async (visitor) => {
      const { page } = visitor;
      await visitor.look("single-sign-on");
      expect(await page.locator('input[name="username"]').isVisible()).toBe(true);
      await page.getByRole("button", { name: BUTTON }).click();
      await page.locator(".in-charge-name").getByText(login, { exact: true }).waitFor();
    }));

  it("logs on from the plain page", () =>
    arrive(env, async (visitor) => {
      await visitor.open("/lite/logon");
      await visitor.page.getByRole("button", { name: BUTTON }).click();
      await visitor.page.getByText(login).first().waitFor();
      expect(visitor.page.url()).toContain("/lite/station");
    }));
});

describe("a browser without a ticket", () => {
  it("is told what to do, and the form stays as it was", () =>
    arrive({ ...env, KRB5CCNAME: `FILE:${join(folder, "none")}` }, async (visitor) => {
      const { page } = visitor;
      await page.locator(".log-on-fields select").selectOption("works");
      await page.locator('input[name="username"]').fill(login);
      await page.getByRole("button", { name: BUTTON }).click();
      await page.getByText("ticket-needed").waitFor();
      await visitor.look("single-sign-on-refused");
      expect(await page.locator('input[name="username"]').inputValue()).toBe(login);
      await page.locator('input[name="password"]').fill(ad.facts.user_password);
      await page.getByRole("button", { name: "Log on", exact: true }).click();
      await page.locator(".in-charge-name").getByText(login, { exact: true }).waitFor();
    }));
});
