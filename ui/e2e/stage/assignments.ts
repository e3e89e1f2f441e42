/** What the tests of the assignments' pages have in common. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { demoUser, type Visitor } from ".";
import { call } from "./call";

export const administrator = (data?: string) => demoUser({ role: "Administrator" }, data);

export interface Named {
  id: string;
  name: string;
}
export interface Assignment {
  id: string;
  role: Named;
  principal: Named;
  areas: Named[];
  stations: Named[];
  schedule?: { from: string; to: string }[];
  until?: string;
  version: number;
}

export const every = async (page: Page): Promise<Assignment[]> =>
  (await call(page, "GET", "/assignments?limit=500")).items;

export const byName = async (page: Page, list: string, name: string): Promise<Named> => {
  const items: (Named & { path?: string })[] = (await call(page, "GET", `/${list}?limit=500`)).items;
  const found = items.find((one) => (one.path ?? one.name) === name);
  if (found === undefined) throw new Error(`no ${name} in ${list}`);
  return found;
};

/** Gives a role behind the page's back. */
export async function given(page: Page, group: string, more: object = {}): Promise<Assignment> {
  return call(page, "POST", "/assignments", {
    role: "Operator",
    principal: { kind: "group", id: (await byName(page, "groups", group)).id },
    areas: ["dairy/cip"],
    ...more,
  });
}

export const put = (page: Page, one: Assignment, more: object): Promise<Assignment> =>
  call(page, "PUT", `/assignments/${one.id}`, {
    version: one.version,
    areas: one.areas.map((area) => area.id),
    stations: one.stations.map((station) => station.id),
    ...more,
  });

/** Removes the assignment that is shown: the plant is that of other tests as well. */
export const takeBack = (page: Page): Promise<void> =>
  call(page, "DELETE", `/assignments/${page.url().split("/").pop()}`);

export const row = (page: Page, who: string) =>
  page.locator("table.a-rows tbody tr").filter({ hasText: who });
export const hour = (page: Page, day: number, at: number) =>
  page.locator(`td[data-day="${day}"][data-hour="${at}"]`);

/** Waits for the sentence to say something; names stand in it with the marks of their direction. */
export const says = (page: Page, text: string) =>
  expect
    .poll(
      async () =>
        (await page.locator(".a-means").first().textContent())?.replaceAll(/[\u2068\u2069\u202f]/g, ""),
      { timeout: 10_000 },
    )
    .toContain(text);

/** Tabs on until something has the focus; fails where the way does not lead there. */
export async function tabTo(page: Page, to: Locator): Promise<void> {
  for (let stops = 0; stops < 40; stops += 1) {
    if (await to.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way by keys to ${to}`);
}

export const iso = (visitor: Visitor) =>
  visitor.context.addInitScript(() => localStorage.setItem("pforte.times", "iso"));

export const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });

export async function open(page: Page, url: string, one: Assignment): Promise<void> {
  await page.goto(`${url}/admin/assignments/${one.id}`);
  await page.getByRole("tree", { name: "Areas" }).waitFor();
}
