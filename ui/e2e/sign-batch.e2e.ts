/** Several requests signed with one password; what hinders one of them holds up none of the others. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { call } from "./stage/call";
import { ask, type Mill, newMill, newPolicy, sign } from "./stage/signatures";

const { enter } = stage();
let mill: Mill;
let other: Mill;

const PASSWORD = 'input[name="password"]';
const COMMENT = 'textarea[name="comment"]';

const quality = () => demoUser({ user: "quality1" });
const line = (page: Page, object: string) => page.locator("[data-request]", { hasText: object });
const mark = (page: Page, object: string) => line(page, object).getByRole("checkbox").check();

/** A request that the operator has signed, and that waits for quality. */
async function waits(url: string, of: Mill, object: string, more: object = {}) {
  const request = await ask(url, of, object);
  await sign(url, request, "operator2", more);
  return request;
}

beforeAll(async () => {
  const visitor = await enter();
  const { page, url } = visitor;
  await visitor.logOn(demoUser({ role: "Administrator" }));
  mill = await newMill(page, url);
  await newPolicy(page, mill);
  other = await newMill(page, url);
  await newPolicy(page, other, { comment: "forced" });
  await visitor.leave();
});

describe("several requests", () => {
  it("are signed with one password, and the one that is hindered is told", { timeout: 120_000 }, async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page, url } = visitor;
    const objects = ["Lot 1", "Lot 2", "Lot 3"];
    const requests = [];
    for (const object of objects) requests.push(await waits(url, mill, object));
    await visitor.logOn(quality());
    await page.locator('[data-waiting="3"]').tap();
    await line(page, "Lot 3").waitFor();
    // The oldest first.
    const told = await page.locator("[data-request] strong").allTextContents();
    expect(told).toEqual(objects);
    await page.getByLabel("Choose all").check();
    await page.getByText("3 chosen").waitFor();
    await visitor.look("waiting-chosen");
    await page.setViewportSize({ width: 1024, height: 600 });
    await page.getByRole("button", { name: "Sign 3 requests together" }).tap();
    const dialog = page.getByRole("dialog");
    for (const object of objects) await dialog.getByText(object, { exact: true }).waitFor();
    await dialog.locator(COMMENT).fill("all <b>fine</b>");
    if ((await dialog.locator("select").count()) > 0)
      await dialog.locator("select").first().selectOption(quality().directory);
    await dialog.locator('input[name="user"]').fill(quality().user);
    await dialog.locator(PASSWORD).fill("wrong");
    await dialog.getByRole("button", { name: "Sign", exact: true }).tap();
    await dialog.getByText("credentials-refused", { exact: false }).waitFor();
    expect(await dialog.locator(COMMENT).inputValue()).toBe("all <b>fine</b>");
    expect(await dialog.locator(PASSWORD).inputValue()).toBe("");
    await visitor.look("sign-together");
    await page.setViewportSize({ width: 1024, height: 600 });
    // Somebody else of quality is faster with one of them.
    await sign(url, requests[1], "quality2");
    await dialog.locator(PASSWORD).fill(quality().password);
    await dialog.getByRole("button", { name: "Sign", exact: true }).tap();
    await dialog.getByLabel("I have read this and acknowledge it.").check();
    await visitor.look("sign-together-acknowledge");
    await page.setViewportSize({ width: 1024, height: 600 });
    await dialog.getByRole("button", { name: "Sign", exact: true }).tap();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("2 requests signed.").waitFor();
    await page.getByText("1 request was not signed:").waitFor();
    const hindered = page.locator('[data-code="request-ended"]');
    expect(await hindered.textContent()).toContain("Lot 2: This request is over.");
    await page.getByText("Nothing waits for your signature.").waitFor();
    await visitor.look("waiting-hindered");
    for (const [at, request] of requests.entries()) {
      const { state, signatures } = await call(page, "GET", `/signature-requests/${request.id}`);
      expect(state).toBe("complete");
      expect(signatures[1].user).toBe(at === 1 ? "quality2" : "quality1");
      if (at !== 1) expect(signatures[1].comment).toBe("all <b>fine</b>");
    }
    expect((await call(page, "GET", "/sessions/current")).user.name).toBe("quality1");
    await visitor.leave();
  });

  it("that ask for different things are signed in parts", async () => {
    const visitor = await enter();
    const { page, url } = visitor;
    await waits(url, mill, "Part 1");
    await waits(url, other, "Part 2", { comment: "done" });
    await visitor.logOn(quality());
    await visitor.open("/waiting");
    await mark(page, "Part 1");
    await mark(page, "Part 2");
    await page.getByRole("button", { name: "Sign 2 requests together" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Sign it in parts.", { exact: false }).waitFor();
    expect(await dialog.locator("form").count()).toBe(0);
    await dialog.getByRole("button", { name: "Close" }).click();
    await line(page, "Part 1").getByRole("checkbox").uncheck();
    await page.getByRole("button", { name: "Sign 1 request", exact: true }).click();
    if ((await dialog.locator("select").count()) > 0)
      await dialog.locator("select").first().selectOption(quality().directory);
    await dialog.locator('input[name="user"]').fill(quality().user);
    await dialog.locator(PASSWORD).fill(quality().password);
    await dialog.getByRole("button", { name: "Sign", exact: true }).click();
    await dialog.getByText("Write a comment.").waitFor();
    await dialog.locator(COMMENT).fill("checked");
    await dialog.getByRole("button", { name: "Sign", exact: true }).click();
    await page.getByText("1 request signed.").waitFor();
    await line(page, "Part 2").waitFor({ state: "detached" });
    await line(page, "Part 1").waitFor();
    await visitor.leave();
  });
});
