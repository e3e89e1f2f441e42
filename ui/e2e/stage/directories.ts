/** A plant of their own for the tests of the directories, with the real domain controller beside it. */
import { createServer, type Server as Listener } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { Ad } from "./ad";
import { administer } from "./api";
import { call } from "./call";
import { demoUser, stage, type Visit, type Visitor } from "./index";
import { freePort, type OwnServer, openServer } from "./server";

export const { enter } = stage();
export let server: OwnServer & { end: () => Promise<void> };
export let ad: Ad;

// What is done here changes which directory the log-on offers: not on the server of all tests.
beforeAll(async () => {
  ad = new Ad();
  server = await openServer({ demo: true });
});
afterAll(async () => server?.end());
beforeEach(async () => clear());

export const STEPS = [
  "resolve",
  "connect",
  "tls",
  "certificate",
  "directory",
  "clock",
  "account",
  "search",
  "account-states",
  "groups",
];

export const as = (role: string) => demoUser({ role }, server.data);

export async function administrator(path = "/admin/directories", visit: Visit = {}): Promise<Visitor> {
  const visitor = await enter({ url: server.url, ...visit });
  await visitor.logOn(as("Administrator"), path);
  return visitor;
}

export interface Shown {
  id: string;
  name: string;
  version: number;
  enabled: boolean;
}

export const all = async (page: Page): Promise<Shown[]> => (await call(page, "GET", "/directories")).items;

export const add = (page: Page, name: string): Promise<Shown> =>
  call(page, "POST", "/directories", ad.body(name));

/** Only the built-in directory stays, whatever a test before left. */
async function clear(): Promise<void> {
  const { ask, end } = await administer(server);
  const { items } = await ask<{ items: Shown[] }>("GET", "/directories");
  for (const { id, name } of items) if (name !== "local") await ask("DELETE", `/directories/${id}`);
  await end();
}

export interface Typed {
  name?: string;
  domain?: string;
  server?: string;
  ca?: string;
  account?: string;
  password?: string;
}

export async function fillIn(page: Page, typed: Typed): Promise<void> {
  const { facts } = ad;
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(typed.name ?? "works");
  await page.getByLabel("DNS name of the domain").fill(typed.domain ?? facts.domain);
  await page.getByLabel("Domain controller 1").fill(typed.server ?? ad.server);
  await page.getByLabel("Certificates (PEM)").fill(typed.ca ?? ad.ca);
  await page.getByLabel(/^Service account/).fill(typed.account ?? ad.account);
  await page.getByLabel("Password of the service account").fill(typed.password ?? facts.service.password);
}

export const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`);

/** The states of the steps at one server, in order. */
export const states = (page: Page): Promise<(string | null)[]> =>
  page.locator("[data-step]").evaluateAll((steps) => steps.map((one) => one.getAttribute("data-state")));

export async function tested(page: Page, said: string): Promise<void> {
  await page.getByRole("button", { name: "Test now" }).click();
  await page.getByText(said, { exact: true }).waitFor();
}

/** A server that takes connections and says nothing. */
export async function silent(): Promise<{ port: number; listener: Listener }> {
  const port = await freePort();
  const listener = createServer(() => undefined);
  await new Promise<void>((done) => listener.listen(port, "127.0.0.1", done));
  return { port, listener };
}
