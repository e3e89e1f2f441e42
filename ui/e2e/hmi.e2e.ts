import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { call } from "./stage/call";

const { enter } = stage();

/** A process picture follows within a second; a busy machine is given more before the test fails. */
const SOON = { timeout: 5_000 };

const act = (page: Page, name: string, state: "enabled" | "disabled") =>
  page.locator(`[data-act="${name}"]:${state}`);

describe("the process picture", () => {
  it("is grey while nobody is logged on", async () => {
    const visitor = await enter();
    await visitor.open("/hmi");
    await visitor.page.locator('[data-in-charge=""]').waitFor();
    await act(visitor.page, "valve", "disabled").waitFor();
    expect(await visitor.page.locator("[data-act]:enabled").count()).toBe(0);
    await visitor.look("hmi-nobody");
    await visitor.leave();
  });

  it("is live by the rights of who is in charge, and follows a log-off within a second", async () => {
    const visitor = await enter();
    await visitor.logOn(demoUser({ user: "operator4" }));
    await visitor.open("/hmi");
    await act(visitor.page, "mixer", "enabled").waitFor();
    await act(visitor.page, "override", "disabled").waitFor();
    await act(visitor.page, "mixer", "enabled").click();
    await visitor.page.locator(".turns").waitFor();
    await visitor.look("hmi-operator");
    const other = await visitor.context.newPage();
    await other.goto(`${visitor.url}/station`);
    await call(other, "DELETE", "/sessions/current");
    await act(visitor.page, "mixer", "disabled").waitFor(SOON);
    expect(await visitor.page.locator("[data-act]:enabled").count()).toBe(0);
    await visitor.leave();
  });

  it("follows a log-on at another page within a second", async () => {
    const visitor = await enter();
    await visitor.open("/hmi");
    await visitor.page.locator('[data-in-charge=""]').waitFor();
    const { user, password, directory } = demoUser({ user: "quality1" });
    const other = await visitor.context.newPage();
    await other.goto(`${visitor.url}/logon`);
    await call(other, "POST", "/sessions", { user, password, directory, cookie: true });
    await visitor.page.locator('[data-in-charge="quality1"]').waitFor(SOON);
    await act(visitor.page, "release", "enabled").waitFor(SOON);
    await act(visitor.page, "valve", "disabled").waitFor();
    await visitor.leave();
  });

  it("follows a change of role within a second", async () => {
    const chief = await enter();
    await chief.logOn(demoUser({ role: "Administrator" }));
    const visitor = await enter();
    await visitor.logOn(demoUser({ user: "quality1" }));
    await visitor.open("/hmi");
    await act(visitor.page, "release", "enabled").waitFor();
    const roles = (await call(chief.page, "GET", "/roles")) as {
      items: { id: string; name: string; rights: string[]; version: number }[];
    };
    const quality = roles.items.find((role) => role.name === "Quality");
    if (quality === undefined) throw new Error("the demo has no quality role");
    const put = (rights: string[], version: number) =>
      call(chief.page, "PUT", `/roles/${quality.id}`, { ...changed(quality), rights, version });
    const less = (await put(
      quality.rights.filter((right) => right !== "batch/release"),
      quality.version,
    )) as { version: number };
    await act(visitor.page, "release", "disabled").waitFor(SOON);
    await put(quality.rights, less.version);
    await act(visitor.page, "release", "enabled").waitFor(SOON);
    await visitor.leave();
    await chief.leave();
  });
});

/** What a change of a role takes, of what a role is. */
function changed(role: Record<string, unknown>): Record<string, unknown> {
  const { name, description, idle_seconds, session_seconds } = role;
  return { name, description, idle_seconds, session_seconds };
}
