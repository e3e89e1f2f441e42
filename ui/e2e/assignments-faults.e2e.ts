/** Assignments when something goes wrong, and when others change them meanwhile. */
import { describe, expect, it } from "vitest";
import { stage } from "./stage";
import {
  administrator,
  byName,
  every,
  given,
  open,
  put,
  row,
  save,
  says,
  takeBack,
} from "./stage/assignments";
import { call } from "./stage/call";
import { withServer } from "./stage/server";

const { enter } = stage();

describe("what goes wrong", () => {
  it("keeps what was chosen: a refusal, a failure, no answer", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    const all = await every(page);
    const own = all.find((one) => one.role.name === "Administrator");
    if (own === undefined) throw new Error("nobody administers");
    await open(page, visitor.url, own);
    await page.getByLabel("Until").fill("2199-01-31T12:00");
    await save(page).click();
    await page.getByText("Nobody could administer Pforte any more.").waitFor();
    expect(await page.getByLabel("Until").inputValue()).toBe("2199-01-31T12:00");
    await visitor.look("assignment-refused");
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alertdialog").getByText("Nobody could administer Pforte any more.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Discard" }).click();

    const group = await byName(page, "groups", "Engineers");
    const role = await byName(page, "roles", "Quality");
    await visitor.open(`/admin/assignments/new?group=${group.id}&role=${role.id}`);
    await page.getByRole("treeitem", { name: "cip" }).click();
    const give = page.getByRole("button", { name: "Assign", exact: true });
    const answers = [
      () => ({
        status: 500,
        contentType: "application/problem+json",
        body: '{"code":"internal","status":500,"detail":"","request_id":"r1"}',
      }),
      () => ({
        status: 503,
        contentType: "application/problem+json",
        body: '{"code":"busy","status":503,"detail":"","request_id":"r2"}',
      }),
    ];
    for (const answer of answers) {
      await page.route("**/api/v1/assignments", (route) =>
        route.request().method() === "POST" ? route.fulfill(answer()) : route.continue(),
      );
      await give.click();
      await page.locator(".edit-bar .told.alarm").waitFor();
      await says(page, "in dairy/cip");
      await page.unroute("**/api/v1/assignments");
    }
    await page.route("**/api/v1/assignments", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await give.click();
    await page.getByText("The server does not answer.").first().waitFor();
    await page.unroute("**/api/v1/assignments");
    // Leaving asks, because nothing of it is kept yet.
    await page.getByRole("button", { name: "To the list" }).click();
    await page.getByRole("button", { name: "Stay here" }).click();
    await give.click();
    await page.getByRole("heading", { level: 1, name: "Engineers: Quality" }).waitFor();
    await takeBack(page);
    await visitor.leave();
  });

  it("is told in the list, which tries again", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    await page.route("**/api/v1/assignments?*", (route) =>
      route.fulfill({
        status: 500,
        contentType: "application/problem+json",
        body: '{"code":"internal","status":500,"detail":"","request_id":"r1"}',
      }),
    );
    await visitor.open("/admin/assignments");
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await visitor.look("assignments-failed");
    let late: (() => void) | undefined;
    await page.unroute("**/api/v1/assignments?*");
    await page.route("**/api/v1/assignments?*", async (route) => {
      await new Promise<void>((resolve) => {
        late = resolve;
      });
      await route.continue();
    });
    await page.reload();
    await page.getByText("Loading …").waitFor();
    await expect.poll(() => late).toBeDefined();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    late?.();
    await row(page, "Auditors").waitFor();
    await visitor.leave();
  });

  it("heals after the server was away under the form", async () => {
    await withServer({}, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(administrator(server.data));
      const one = await given(page, "Reception crew");
      await open(page, server.url, one);
      await page.getByRole("treeitem", { name: "laboratory" }).click();
      await server.stop();
      await save(page).click();
      await page.getByText("The server does not answer.").first().waitFor();
      await server.restart();
      await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
      await says(page, "dairy/cip and dairy/laboratory");
      await save(page).click();
      await page.getByText("Not saved yet").waitFor({ state: "detached" });
      expect((await every(page)).find((each) => each.id === one.id)?.areas.length).toBe(2);
      await visitor.leave();
    });
  });
});

describe("other administrators", () => {
  it("are not overwritten: their change is shown and one chooses", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    const one = await given(page, "Reception crew");
    await open(page, visitor.url, one);
    await page.getByLabel("Least strength").selectOption("strong");
    await put(page, one, { areas: ["dairy/laboratory"] });
    await save(page).click();
    const told = page.getByRole("alertdialog");
    await told.getByText("dairy/laboratory").first().waitFor();
    await visitor.look("assignment-conflict");
    await told.getByRole("button", { name: "Save what is chosen" }).click();
    await page.getByText("Not saved yet").waitFor({ state: "detached" });
    await says(page, "in dairy/laboratory");
    await says(page, "strong");
    await call(page, "DELETE", `/assignments/${one.id}`);
    await page.getByLabel("Least strength").selectOption("weak");
    await save(page).click();
    await page.locator(".edit-bar .told.alarm").waitFor();
    await visitor.leave();
  });

  it("lose nothing without a question that says what is lost", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(administrator());
    const one = await given(page, "Reception crew");
    await open(page, visitor.url, one);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    const asks = page.getByRole("alertdialog");
    await asks.getByText("Everybody in this group loses the role in dairy/cip").waitFor();
    await asks.getByText("hmi/setpoint.write").waitFor();
    await visitor.look("assignment-remove");
    await page.keyboard.press("Escape");
    expect((await every(page)).some((each) => each.id === one.id)).toBe(true);
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await asks.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { level: 1, name: "Assignments" }).waitFor();
    expect((await every(page)).some((each) => each.id === one.id)).toBe(false);
    await visitor.leave();
  });
});
