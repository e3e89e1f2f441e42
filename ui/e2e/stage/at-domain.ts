/** A plant of their own for tests that log on with a password of the real domain, the directory `works`. */
import { afterAll, beforeAll, vi } from "vitest";
import { Ad } from "./ad";
import { type Api, administer } from "./api";
import { stage, type Visit, type Visitor } from "./index";
import { type OwnServer, openServer } from "./server";

export const { enter } = stage();
export let server: OwnServer & { end: () => Promise<void> };
export let ad: Ad;
export let api: Api;
/** The identity of the directory. */
export let works: string;

beforeAll(async () => {
  ad = new Ad();
  server = await openServer({ demo: true });
  api = await administer(server);
  works = (await api.ask<{ id: string }>("POST", "/directories", ad.body("works"))).id;
  // The first connections take a moment.
  await vi.waitFor(() => api.ask("GET", `/directories/${works}/search?kind=user&text=svcbind`), {
    timeout: 20_000,
  });
});
afterAll(async () => server?.end());

/** Somebody before the log-on. */
export async function arrive(visit: Visit = {}): Promise<Visitor> {
  const visitor = await enter({ url: server.url, ...visit });
  await visitor.open("/logon");
  await visitor.page.locator('input[name="username"]').waitFor();
  return visitor;
}
