import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage } from "./stage";

const { enter } = stage();
const administrator = () => demoUser({ role: "Administrator" });

const box = (page: Page, right: string, role: string) =>
  page.getByLabel(`${right}: ${role}`, { exact: true });

interface Role {
  id: string;
  name: string;
  description: string;
  rights: string[];
  idle_seconds: number | null;
  session_seconds: number | null;
  version: number;
  built_in: boolean;
}

/** Another administrator changes a role behind the page's back. */
const elsewhere = (page: Page, name: string, right: string) =>
  page.evaluate(
    async ([name, right]) => {
      const { items } = (await (await fetch("/api/v1/roles?limit=500")).json()) as { items: Role[] };
      const role = items.find((one) => one.name === name);
      if (role === undefined) throw new Error("no such role");
      const { id, rights, built_in: _, ...rest } = role;
      const held = rights.includes(right as string);
      const changed = held ? rights.filter((one) => one !== right) : [...rights, right];
      const answer = await fetch(`/api/v1/roles/${id}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...rest, rights: changed }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [name, right],
  );

describe("the roles", () => {
  it("are listed and opened, and look right", async () => {
    const visitor = await enter();
    await visitor.logOn(administrator(), "/admin/roles");
    await visitor.page.getByRole("link", { name: "Shift lead", exact: true }).waitFor();
    await visitor.look("roles");
    await visitor.page.getByRole("link", { name: "Shift lead", exact: true }).click();
    await visitor.page.getByRole("heading", { level: 1, name: "Shift lead" }).waitFor();
    await visitor.look("role");
    await visitor.leave();
  });

  it("get and lose rights in the matrix, by the mouse and by keys", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/roles/matrix");
    const release = box(page, "Release batches", "Auditor");
    await release.waitFor();
    expect(await release.isChecked()).toBe(false);
    await visitor.look("matrix");
    await release.click();
    await page.getByText("1 change not saved").waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("1 change not saved").waitFor({ state: "detached" });
    await page.reload();
    await release.waitFor();
    expect(await release.isChecked()).toBe(true);
    await release.focus();
    await page.keyboard.press("Space");
    await page.getByText("1 change not saved").waitFor();
    await page.keyboard.press("ArrowLeft");
    expect(await release.evaluate((one) => document.activeElement === one)).toBe(false);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("1 change not saved").waitFor({ state: "detached" });
    expect(await release.isChecked()).toBe(false);
    await visitor.leave();
  });

  it("that another administrator changed meanwhile are shown, not overwritten", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator(), "/admin/roles/matrix");
    const start = box(page, "Start batches", "Quality");
    await start.waitFor();
    await start.click();
    await elsewhere(page, "Quality", "batch/hold");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const told = page.getByText("Somebody else changed the role Quality");
    await told.waitFor();
    await visitor.look("roles-conflict");
    await page.getByRole("button", { name: "Keep theirs, drop mine" }).click();
    await told.waitFor({ state: "detached" });
    expect(await box(page, "Hold batches", "Quality").isChecked()).toBe(true);
    expect(await start.isChecked()).toBe(false);
    await elsewhere(page, "Quality", "batch/hold");
    await visitor.leave();
  });
});
