import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { demoUser, stage, type Visitor } from "./stage";

const { enter } = stage();

/** Calls the API as the page's own session. */
const ask = <T>(page: Page, method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(`/api/v1/${path}`, {
        method: method as string,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    [method, path, body],
  ) as Promise<T>;

interface Stored {
  id: string;
  version: number;
  name: string;
}

const nodes = (page: Page) => page.locator(".picture .node strong").allInnerTexts();

async function explain(visit = {}, search = ""): Promise<Visitor> {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }), `/admin/explain${search}`);
  await visitor.page.getByRole("heading", { level: 1 }).waitFor();
  return visitor;
}

const userId = async (page: Page, login: string): Promise<string> => {
  const { items } = await ask<{ items: (Stored & { login: string })[] }>(page, "GET", `users?search=${login}`);
  const found = items.find((one) => one.login === login);
  if (found === undefined) throw new Error(`no user ${login}`);
  return found.id;
};

describe("the reason of a decision", () => {
  it("is told to the person who asks for the own rights", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await visitor.logOn(demoUser({ user: "operator4" }));
    await page.getByText("What may I do?").click();
    const question = async (right: string, area: string) => {
      await page.getByRole("textbox", { name: "Right" }).fill(right);
      await page.getByRole("textbox", { name: "Area" }).fill(area);
      await page.getByRole("button", { name: "Ask" }).click();
    };
    await question("hmi/valve.operate", "dairy/line2/mixer");
    await page.locator(".verdict.allowed").waitFor();
    expect((await nodes(page)).slice(0, 2)).toEqual(["operator4", "Line 2 crew"]);
    await page.locator(".node.role").getByText("Operator", { exact: true }).waitFor();
    await visitor.look("explain-own");
    await question("hmi/valve.operate", "dairy/line1");
    await page.getByText("the role holds elsewhere: dairy/line2").waitFor();
    await question("batch/release", "dairy/line2");
    await page.getByText("no role held has this right. Roles with it: Quality").waitFor();
    await question("hmi/<script>alert(1)</script>", "dairy");
    await page.getByText("no application has registered the right hmi/<script>alert(1)</script>").waitFor();
    await visitor.leave();
  });

  it("is asked by choosing person, right and place, and stands at an address of its own", async () => {
    const visitor = await explain();
    const { page } = visitor;
    await page.getByText("Choose a person, a right and an area").waitFor();
    await visitor.look("explain-empty");
    await page.getByRole("button", { name: "Person" }).click();
    await page.getByText("Operator, line 2", { exact: true }).first().click();
    await page.getByRole("button", { name: /Person.*Operator, line 2/ }).waitFor();
    await page.getByRole("button", { name: "Right" }).click();
    await page.getByRole("dialog").getByRole("heading", { level: 3 }).first().waitFor();
    await visitor.look("explain-rights");
    await page.getByRole("textbox", { name: "Search rights" }).fill("release");
    await page.getByRole("dialog").getByRole("button", { name: "Release batches" }).click();
    await page.getByRole("button", { name: "Area" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "line2", exact: true }).click();
    await page.locator(".verdict.refused").waitFor();
    await page.getByText("no role held has this right. Roles with it: Quality").waitFor();
    await visitor.look("explain-no-role");
    const at = new URL(page.url());
    expect([...at.searchParams.keys()].toSorted()).toEqual(["area", "right", "user"]);
    await page.reload();
    await page.locator(".verdict.refused").waitFor();
    await page.goBack();
    await page.locator(".verdict").waitFor({ state: "detached" });
    await page.goForward();
    await page.locator(".node.role").getByRole("link", { name: "Quality" }).click();
    await page.getByRole("heading", { level: 1, name: "Quality" }).waitFor();
    await visitor.leave();
  });
});
