/** Signing on the plain pages: without script, by touch, and as they look. */
import { describe, expect, it } from "vitest";
import { LAYOUTS } from "../src/keyboard/layouts";
import { reachOf } from "../src/keyboard/reach";
import { type DemoUser, demoUser, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { named, userWith } from "./stage/made";

const { enter } = stage();
const USER = "#user";
const PASSWORD = "#password";
const COMMENT = "#comment";
const SIGN = 'button[value="sign"]';
const REFUSE = 'button[value="refuse"]';

interface Signing {
  operator: DemoUser;
  quality: DemoUser;
  /** Asks for signatures; gives the address of the plain page. */
  ask: (object: string) => Promise<string>;
}

let plants = 0;

/** An application whose releases an operator and then quality sign, with a comment. */
async function plant(language = "en"): Promise<Signing> {
  const visitor = await enter({ language });
  const { page, url } = visitor;
  await visitor.logOn(demoUser({ role: "Administrator" }));
  plants += 1;
  const key = `signed${plants}`;
  const made = await call(page, "POST", "/applications", { key, name: "Batch control", areas: ["dairy"] });
  const right = { action: "release", names: { en: "Release batches" } };
  await call(page, "PUT", `/applications/${made.application.id}/rights`, { rights: [right] });
  const operator = await userWith(page, [`${key}/release`], "Olga Operator");
  const quality = await userWith(page, [`${key}/release`], "Quentin Quality");
  const role = async (who: DemoUser): Promise<string> => (await named(page, "roles", who.roles[0] ?? "")).id;
  await call(page, "POST", "/signature-policies", {
    name: `Release ${key}`,
    actions: [`${key}/release`],
    areas: ["dairy"],
    steps: [
      { roles: [await role(operator)], count: 1, meaning: "performed" },
      { roles: [await role(quality)], count: 1, meaning: "approved" },
    ],
    ordered: true,
    comment: "forced",
    valid_seconds: 600,
  });
  await visitor.leave();
  const ask = async (object: string): Promise<string> => {
    const answer = await fetch(`${url}/api/v1/signature-requests`, {
      method: "POST",
      headers: { authorization: `Bearer ${made.credential}`, "content-type": "application/json" },
      body: JSON.stringify({
        key: object,
        action: `${key}/release`,
        area: "dairy",
        object,
        description: "Release the batch for filling",
        outcome: "released",
        changes: [
          { what: "Batch status", old: "held", new: "released" },
          { what: "Filler 2 setpoint", old: "180 l/h", new: "240 l/h" },
        ],
        record: { json: { batch: object, fat: 3.5, pH: 6.7, "laboratory/sample": ["A-17", "A-18"] } },
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return `/lite${((await answer.json()) as { page: string }).page}`;
  };
  return { operator, quality, ask };
}

async function choose({ page }: Visitor, { directory }: DemoUser): Promise<void> {
  const choices = page.locator("#directory");
  if ((await choices.count()) > 0) await choices.selectOption(directory);
}

/** Types name and password and presses a button. */
async function prove(visitor: Visitor, who: DemoUser, button: string): Promise<void> {
  await choose(visitor, who);
  await visitor.page.fill(USER, who.user);
  await visitor.page.fill(PASSWORD, who.password);
  await visitor.page.click(button);
}

/** Acknowledges what a signature means, which is asked once. */
async function acknowledge(visitor: Visitor, who: DemoUser): Promise<void> {
  await visitor.page.getByText("acknowledgement-needed").waitFor();
  await visitor.page.check('input[name="acknowledge"]');
  await visitor.page.fill(PASSWORD, who.password);
  await visitor.page.click(SIGN);
}

describe("signing on the plain pages", () => {
  it("needs no script: what was typed survives a wrong password, and two people complete it", async () => {
    const { operator, quality, ask } = await plant();
    const address = await ask("Batch 4711");
    const visitor = await enter({ scripts: false });
    const { page } = visitor;
    await visitor.open(address);
    await page.getByRole("cell", { name: "180 l/h" }).waitFor();
    await page.getByText("3.5").waitFor();
    await page.fill(COMMENT, "Samples are <fine>\nand sealed");
    await prove(visitor, { ...operator, password: "wrong" }, SIGN);
    await page.getByRole("alert").getByText("credentials-refused").waitFor();
    expect(await page.inputValue(USER)).toBe(operator.user);
    expect(await page.inputValue(COMMENT)).toBe("Samples are <fine>\nand sealed");
    expect(await page.inputValue(PASSWORD)).toBe("");
    await page.fill(PASSWORD, operator.password);
    await page.click(SIGN);
    await acknowledge(visitor, operator);
    await page.getByRole("status").getByText("Olga Operator has signed: Performed").waitFor();
    await page.getByRole("link", { name: "Show how it stands now" }).click();
    await page.getByText("I sign as: Approved").waitFor();
    await page.fill(COMMENT, "checked");
    await prove(visitor, quality, SIGN);
    await acknowledge(visitor, quality);
    await page.getByText("Complete: all have signed").waitFor();
    await visitor.leave();
  });

  it("asks who refuses why, and tells it in the language that was chosen", async () => {
    const { quality, ask } = await plant();
    const visitor = await enter({ scripts: false });
    const { page } = visitor;
    await visitor.open(await ask("Batch 4712"));
    await page.getByRole("link", { name: "Deutsch" }).click();
    await page.getByText("Wartet auf Unterschriften").waitFor();
    await page.fill(USER, quality.user);
    await page.click(REFUSE);
    await page.fill("#refusal", "Falsche Charge");
    expect(await page.inputValue(USER)).toBe(quality.user);
    expect(await page.locator(SIGN).count()).toBe(0);
    await prove(visitor, quality, REFUSE);
    await page.getByText("Verweigert", { exact: true }).waitFor();
    await page.getByText("Falsche Charge").waitFor();
    await visitor.leave();
  });

  it("lists for the one in charge what waits, and leaves that person in charge", async () => {
    const { operator, quality, ask } = await plant();
    const address = await ask("Batch 4713");
    const visitor = await enter({ scripts: false });
    const { page } = visitor;
    await visitor.open("/lite/logon");
    await prove(visitor, quality, 'form[action="/lite/logon"] button');
    await page.getByRole("heading", { name: "Quentin Quality" }).waitFor();
    await page.getByRole("link", { name: "Waiting for my signature" }).click();
    await page.getByText("Nothing waits for your signature.").waitFor();
    await visitor.open(address);
    await page.fill(COMMENT, "fine");
    await prove(visitor, operator, SIGN);
    await acknowledge(visitor, operator);
    await page.getByRole("link", { name: "Waiting for my signature" }).click();
    await page.getByRole("link", { name: "Batch 4713" }).waitFor();
    await page.getByRole("link", { name: "To the station" }).click();
    await page.getByRole("heading", { name: "Quentin Quality" }).waitFor();
    await visitor.leave();
  });

  it("looks right in both sizes and themes", async () => {
    const { operator, quality, ask } = await plant();
    const address = await ask("Batch 4714");
    const visitor = await enter();
    const { page } = visitor;
    await visitor.open(address);
    await visitor.look("lite-sign");
    await page.fill(COMMENT, "Samples are fine");
    await prove(visitor, { ...operator, password: "wrong" }, SIGN);
    await page.getByRole("alert").waitFor();
    await visitor.look("lite-sign-refused");
    await page.fill(PASSWORD, operator.password);
    await page.click(SIGN);
    await page.getByText("acknowledgement-needed").waitFor();
    await visitor.look("lite-sign-acknowledge");
    await acknowledge(visitor, operator);
    await page.getByRole("status").waitFor();
    await visitor.look("lite-sign-given");
    await visitor.open(address);
    await page.click(REFUSE);
    await page.locator("#refusal").waitFor();
    await visitor.look("lite-sign-refuse");
    await visitor.open(address);
    await page.fill(COMMENT, "checked");
    await prove(visitor, quality, SIGN);
    await acknowledge(visitor, quality);
    await page.getByText("Complete: all have signed").waitFor();
    await visitor.look("lite-sign-complete");
    await ask("Batch 4715");
    await visitor.open("/lite/logon");
    await prove(visitor, operator, 'form[action="/lite/logon"] button');
    await page.waitForURL("**/lite/station");
    await visitor.open("/lite/sign");
    await page.getByRole("link", { name: "Batch 4715" }).waitFor();
    await visitor.look("lite-sign-waiting");
    await visitor.leave();
  });

  it("is done by touch alone", async () => {
    const { operator, ask } = await plant();
    const visitor = await enter({ size: "panel", touch: true, language: "de" });
    const { page } = visitor;
    const ways = reachOf(LAYOUTS.de);
    const type = async (text: string): Promise<void> => {
      for (const character of text)
        for (const key of ways.get(character) ?? [])
          await page.locator(`.tk [data-key="${key}"]`).first().tap();
    };
    await visitor.open(await ask("Charge 4716"));
    await choose(visitor, operator);
    await page.locator(COMMENT).tap();
    await page.locator(".tk").waitFor();
    await type("geprüft");
    expect(await page.inputValue(COMMENT)).toBe("geprüft");
    await page.locator(USER).tap();
    await type(operator.user);
    await page.locator(PASSWORD).tap();
    await type(operator.password);
    await visitor.shot("lite-sign-touch");
    await page.locator('.tk [data-key="enter"]').first().tap();
    await page.getByText("acknowledgement-needed").waitFor();
    expect(await page.inputValue(COMMENT)).toBe("geprüft");
    await visitor.leave();
  });
});
