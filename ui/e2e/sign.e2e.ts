/** Signing as operator and quality do it: from the process picture to the batch that is released. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type DemoUser, demoUser, failing, stage, type Visit, type Visitor } from "./stage";
import { administer } from "./stage/api";
import { call } from "./stage/call";
import { withServer } from "./stage/server";
import { ask, type Mill, newMill, newPolicy, sign } from "./stage/signatures";

const { enter } = stage();
let mill: Mill;

/** Sixty bottles take the filler a quarter of a minute. */
const FILLED = { timeout: 40_000 };

const PASSWORD = 'input[name="password"]';
const COMMENT = 'textarea[name="comment"]';

const signButton = (page: Page) => page.getByRole("button", { name: "Sign", exact: true });
const acknowledged = (page: Page) => page.getByLabel("I have read this and acknowledge it.");
const inCharge = async (page: Page): Promise<string> =>
  (await call(page, "GET", "/sessions/current")).user.name;

const user = (name: string, data?: string): DemoUser => demoUser({ user: name }, data);

async function logOn(visitor: Visitor, name: string, path: string): Promise<void> {
  await visitor.logOn(user(name));
  await visitor.open(path);
}

/** Names somebody, where the form asks for a name. */
async function name({ page }: Visitor, { user, directory }: DemoUser): Promise<void> {
  const choices = page.locator(".sign-form select").first();
  if ((await choices.count()) > 0) await choices.selectOption(directory);
  await page.locator('input[name="user"]').fill(user);
}

/** A batch that is done, and waits for its release. */
async function fill({ page }: Visitor): Promise<void> {
  await page.locator('[data-act="start"]:enabled').click();
  await page.locator('[data-act="release"]', { hasText: "batch done" }).waitFor(FILLED);
}

/** Asks for signatures as the mill does; gives the address of the page where they are given. */
const asked = async (visitor: Visitor, object: string, more: object = {}) => {
  const request = await ask(visitor.url, mill, object, more);
  return { request, page: request.page as string };
};

const opened = async (visitor: Visitor, path: string): Promise<void> => {
  await visitor.open(path);
  await visitor.page.locator("#sign-title").waitFor();
};

/** Whether the touch keyboard lies over the password. */
async function hiddenByKeyboard(page: Page): Promise<boolean> {
  const [field, keyboard] = await Promise.all([
    page.locator(PASSWORD).boundingBox(),
    page.locator(".tk").boundingBox(),
  ]);
  return field === null || keyboard === null || field.y < 0 || field.y + field.height > keyboard.y;
}

/** Every part that a finger presses is large enough for it. */
async function touchable(page: Page): Promise<void> {
  const small = await page
    .locator("main button:visible, main a.button:visible, .check:visible")
    .evaluateAll((all) =>
      all
        .map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.height < 44 || box.width < 44)
        .map(({ text }) => text),
    );
  expect(small).toEqual([]);
}

const administrator = async (visit: Visit = {}): Promise<Visitor> => {
  const visitor = await enter(visit);
  await visitor.logOn(demoUser({ role: "Administrator" }));
  return visitor;
};

beforeAll(async () => {
  const visitor = await administrator();
  mill = await newMill(visitor.page, visitor.url);
  await newPolicy(visitor.page, mill);
  await visitor.leave();
});

describe("the release of the demo's batch", () => {
  it("is signed by the operator and then by quality, at two browsers", { timeout: 180_000 }, async () => {
    const operator = await enter();
    const { page } = operator;
    await logOn(operator, "operator4", "/hmi");
    await fill(operator);
    await page.locator('[data-act="release"]').click();
    await page.locator('[data-release="waits"]').waitFor();
    await page
      .getByRole("timer")
      .getByText(/^(10:00|9:\d\d) left$/)
      .waitFor();
    await operator.look("hmi-release");
    await page.getByRole("button", { name: "Open the signing page" }).click();
    await page.locator("#sign-title").waitFor();
    await page.getByText('"line": "dairy/line2"').waitFor();
    await page.getByText("Operator, line 2 signs with the password alone.").waitFor();
    await operator.look("sign");

    // Without a comment nothing is sent.
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/signatures")) sent.push(request.url());
    });
    await page.fill(PASSWORD, user("operator4").password);
    await signButton(page).click();
    await page.getByText("Write a comment.").waitFor();
    expect(await page.locator(COMMENT).evaluate((one) => one === document.activeElement)).toBe(true);
    expect(sent).toEqual([]);
    await page.fill(COMMENT, "Samples are <fine>\nand sealed");

    // Quality does not come first, and whoever tries does not take over.
    await page.getByRole("button", { name: "Somebody else signs" }).click();
    await page.getByText("Operator, line 2 stays in charge here, whoever signs.").waitFor();
    expect(await page.inputValue(PASSWORD)).toBe("");
    await name(operator, user("quality2"));
    await page.fill(PASSWORD, user("quality2").password);
    await signButton(page).click();
    await acknowledged(page).check();
    await signButton(page).click();
    await page.getByText("Another signature comes first.").waitFor();
    expect(await page.inputValue(PASSWORD)).toBe("");
    expect(await page.inputValue(COMMENT)).toBe("Samples are <fine>\nand sealed");
    await operator.look("sign-not-due");
    expect(await inCharge(page)).toBe("operator4");
    await page.getByRole("button", { name: "Sign as Operator, line 2" }).click();

    await page.fill(PASSWORD, "wrong");
    await signButton(page).click();
    await page.getByText("credentials-refused", { exact: false }).waitFor();
    expect(await page.inputValue(PASSWORD)).toBe("");
    expect(await page.inputValue(COMMENT)).toBe("Samples are <fine>\nand sealed");
    expect(await page.locator(PASSWORD).evaluate((one) => one === document.activeElement)).toBe(true);

    await page.fill(PASSWORD, user("operator4").password);
    await page.keyboard.press("Enter");
    await acknowledged(page).waitFor();
    await operator.look("sign-acknowledge");
    await signButton(page).click();
    await page.getByText("Acknowledge the statement, then sign.").waitFor();
    await acknowledged(page).check();
    await signButton(page).click();
    await page.getByText("Operator, line 2 has signed: Performed").waitFor();
    await page.getByText("Still missing: Released (Quality)").waitFor();
    await page.getByText("Samples are <fine>").waitFor();
    expect(await inCharge(page)).toBe("operator4");

    const quality = await enter({ size: "panel", touch: true });
    await quality.logOn(user("quality1"));
    await quality.page.locator('[data-waiting="1"]').waitFor();
    await quality.look("station-waiting");
    await quality.page.setViewportSize({ width: 1024, height: 600 });
    await touchable(quality.page);
    await quality.page.locator('[data-waiting="1"]').tap();
    await quality.page.getByText("You sign: Released").waitFor();
    await quality.look("waiting");
    await quality.page.setViewportSize({ width: 1024, height: 600 });
    await touchable(quality.page);
    await quality.page.getByRole("button", { name: "Open", exact: true }).tap();
    await quality.page.locator("#sign-title").waitFor();
    await quality.page.getByText("Samples are <fine>").waitFor();
    await touchable(quality.page);
    await quality.page.fill(COMMENT, "laboratory agrees");
    await quality.page.locator(PASSWORD).focus();
    await quality.page.locator(".tk").waitFor();
    await expect.poll(() => hiddenByKeyboard(quality.page)).toBe(false);
    await quality.page.fill(PASSWORD, user("quality1").password);
    await quality.look("sign-second");
    await quality.page.setViewportSize({ width: 1024, height: 600 });
    await quality.page.locator('.tk [data-key="enter"]').first().tap();
    await acknowledged(quality.page).check();
    await touchable(quality.page);
    await signButton(quality.page).tap();
    await quality.page.locator('[data-ended="complete"]').waitFor();
    await quality.look("sign-complete");
    await quality.page.getByRole("button", { name: "Back", exact: true }).tap();
    await quality.page.getByText("Nothing waits for your signature.").waitFor();
    await quality.look("waiting-none");
    await quality.leave();

    // The first browser hears of it by itself, and the batch is free.
    await page.locator('[data-ended="complete"]').waitFor();
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await page.locator('[data-release="complete"]').waitFor();
    await page.locator('[data-act="release"]', { hasText: "batch released" }).waitFor();
    expect(await inCharge(page)).toBe("operator4");
    await operator.look("hmi-released");
    await operator.leave();
  });

  it("is refused with a reason, and the picture says so", { timeout: 120_000 }, async () => {
    const operator = await enter();
    const { page } = operator;
    await logOn(operator, "operator5", "/hmi");
    await fill(operator);
    await page.locator('[data-act="release"]').click();
    await page.locator('[data-release="waits"]').waitFor();
    await page.getByRole("button", { name: "Open the signing page" }).click();
    await page.getByRole("button", { name: "Refuse …" }).click();
    await page.getByRole("button", { name: "Refuse to sign" }).click();
    await page.getByText("Say why you refuse.").waitFor();
    await page.fill('textarea[name="refusal"]', "the <b>seal</b> is broken");
    await page.fill(PASSWORD, "wrong");
    await page.getByRole("button", { name: "Refuse to sign" }).click();
    await page.getByText("credentials-refused", { exact: false }).waitFor();
    expect(await page.inputValue('textarea[name="refusal"]')).toBe("the <b>seal</b> is broken");
    await operator.look("sign-refuse");
    await page.fill(PASSWORD, user("operator5").password);
    await page.getByRole("button", { name: "Refuse to sign" }).click();
    await page.locator('[data-ended="refused"]').waitFor();
    await page.getByText("the <b>seal</b> is broken").waitFor();
    await operator.look("sign-refused");
    await page.getByRole("button", { name: "Back", exact: true }).click();
    const told = page.locator('[data-release="refused"]');
    await told.waitFor();
    expect(await told.textContent()).toMatch(/not released.*Operator, line 2, late shift.*the <b>seal<\/b>/);
    await page.locator('[data-act="release"]', { hasText: "batch done" }).waitFor();
    await operator.leave();
  });

  it("goes by the right alone where no policy asks for signatures", { timeout: 180_000 }, async () => {
    await withServer({ demo: true }, async (server) => {
      const chief = await administer(server);
      const { items } = await chief.ask<{ items: { id: string; version: number }[] }>(
        "GET",
        "/signature-policies",
      );
      for (const { id } of items) await chief.ask("DELETE", `/signature-policies/${id}`);
      await chief.end();
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.logOn(user("operator4", server.data));
      await visitor.open("/hmi");
      await fill(visitor);
      await page.locator('[data-act="release"]').click();
      await page.getByText("Not allowed any more: Release batch").waitFor();
      await page.getByRole("button", { name: "Change user" }).click();
      const quality = user("quality1", server.data);
      await visitor.choose(quality.directory);
      await visitor.logOnHere(quality.user, quality.password);
      await page.locator('[data-in-charge="quality1"]').waitFor();
      await page.locator('[data-act="release"]:enabled', { hasText: "batch done" }).click();
      await page.locator('[data-act="release"]', { hasText: "batch released" }).waitFor();
      expect(await page.locator("[data-release]").count()).toBe(0);
      await visitor.leave();
    });
  });
});

describe("the page of a request", () => {
  it("asks a person once to acknowledge what a signature means", async () => {
    const visitor = await enter();
    const { page } = visitor;
    for (const [object, first] of [
      ["Flour 1", true],
      ["Flour 2", false],
    ] as const) {
      await opened(visitor, (await asked(visitor, object)).page);
      await name(visitor, user("operator2"));
      await page.fill(PASSWORD, user("operator2").password);
      await signButton(page).click();
      if (first) {
        await acknowledged(page).check();
        await signButton(page).click();
      }
      await page.getByText("Operator, line 1 has signed: Performed").waitFor();
      expect(await acknowledged(page).count()).toBe(0);
    }
    // Nobody is in charge here by having signed.
    await visitor.open("/waiting");
    await page.waitForURL("**/logon?*");
    await visitor.leave();
  });

  it("shows nothing to who may not see it, and everything to who is to sign it", async () => {
    const visitor = await enter();
    const { page } = visitor;
    const { request } = await asked(visitor, "Hidden flour");
    const hidden = async (): Promise<void> => {
      await page.getByText("This does not exist here, or you may not see it.").waitFor();
      expect(await page.content()).not.toContain("Hidden flour");
      expect(await page.locator("form").count()).toBe(0);
    };
    for (const path of [
      request.id,
      `${request.id}?view=AAAA`,
      "01900000-0000-7000-8000-000000000000",
      "nothing",
      "%3Cb%3E",
    ]) {
      await visitor.open(`/sign/${path}`);
      await hidden();
    }
    await visitor.open(`/sign/${request.id}`);
    await hidden();
    await visitor.look("sign-hidden");
    await page.getByRole("button", { name: "Log on" }).click();
    await visitor.choose(user("operator2").directory);
    await visitor.logOnHere("operator2", user("operator2").password);
    await page.getByRole("heading", { name: "Hidden flour" }).waitFor();
    await visitor.leave();
    const other = await enter();
    await other.logOn(user("operator1"));
    await other.open(`/sign/${request.id}`);
    await other.page.getByText("This does not exist here, or you may not see it.").waitFor();
    expect(await other.page.content()).not.toContain("Hidden flour");
    await other.leave();
  });

  it("shows texts of any kind as texts, and what hides in them", async () => {
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    const hostile = "<img src=x onerror=document.title='owned'> אצווה";
    const { page: path } = await asked(visitor, hostile, {
      key: "hostile",
      description: `${"W".repeat(400)}\n\n<script>document.title='owned'</script>`,
      outcome: "{{n}} $t(parts:save)",
      changes: [
        { what: hostile, old: "אצווה 1", new: "N".repeat(150) },
        { what: "empty", old: "1" },
      ],
      record: { text: `<b>bold</b>\u0007\u202e ${"R".repeat(600)}` },
    });
    await opened(visitor, path);
    await page.getByText("<b>bold</b>").waitFor();
    await page.getByText("U+202E").first().waitFor();
    await page.getByText("{{n}} $t(parts:save)").waitFor();
    await visitor.look("sign-hostile");
    await page.setViewportSize({ width: 1024, height: 600 });
    await page.fill('textarea[name="comment"]', "<i>c</i> אצווה");
    await name(visitor, user("operator3"));
    await page.fill(PASSWORD, user("operator3").password);
    await signButton(page).tap();
    await acknowledged(page).check();
    await signButton(page).tap();
    await page.locator("[data-signature]", { hasText: "<i>c</i>" }).waitFor();
    await logOn(visitor, "quality1", "/waiting");
    await page.locator("[data-request]", { hasText: "<img src=x" }).waitFor();
    await page.locator("[data-request]", { hasText: "<img src=x" }).locator("summary").tap();
    await page.getByText("<script>document.title").waitFor();
    await visitor.look("waiting-hostile");
    expect(await page.title()).not.toContain("owned");
    expect(await page.locator("main img, main script, main b").count()).toBe(0);
    await visitor.leave();
  });

  it("says that the time is over, and takes no signature then", async () => {
    const chief = await administrator();
    const short = await newMill(chief.page, chief.url);
    await newPolicy(chief.page, short, { valid_seconds: 60 });
    await chief.leave();
    const visitor = await enter({ size: "panel", touch: true });
    const { page } = visitor;
    const request = await ask(visitor.url, short, "Late flour");
    await opened(visitor, request.page);
    await page.getByRole("timer").waitFor();
    await page.locator(COMMENT).fill("just in time");
    await page.locator('[data-ended="expired"]').waitFor({ timeout: 75_000 });
    expect(await page.locator("form").count()).toBe(0);
    await visitor.look("sign-expired");
    await visitor.leave();
  }, 120_000);

  it("asks before a comment is lost, and loses none when the server does not answer", async () => {
    const visitor = await enter();
    const { page } = visitor;
    await opened(visitor, (await asked(visitor, "Kept flour")).page);
    await page.fill(COMMENT, "a long comment");
    await page.route("**/api/v1/signatures", (route) => route.fulfill(failing(500, "internal")));
    await name(visitor, user("operator2"));
    await page.fill(PASSWORD, user("operator2").password);
    await signButton(page).click();
    await page.locator(".sign-form .told.alarm").waitFor();
    expect(await page.inputValue(COMMENT)).toBe("a long comment");
    expect(await page.inputValue(PASSWORD)).toBe("");
    await page.unroute("**/api/v1/signatures");
    let questions = 0;
    page.on("dialog", (dialog) => {
      questions += 1;
      void dialog.dismiss();
    });
    await page.reload({ timeout: 2_000 }).catch(() => undefined);
    expect(questions).toBe(1);
    expect(await page.inputValue(COMMENT)).toBe("a long comment");
    await page.fill(PASSWORD, user("operator2").password);
    await signButton(page).click();
    await page.getByText("has signed: Performed").waitFor();
    // What is signed is not asked for again.
    await page.reload();
    await page.getByText("a long comment").waitFor();
    expect(questions).toBe(1);
    await visitor.leave();
  });

  it("follows what others sign while somebody types", async () => {
    const visitor = await enter();
    const { page } = visitor;
    const { request, page: path } = await asked(visitor, "Followed flour");
    await opened(visitor, path);
    await page.fill(COMMENT, "typed meanwhile");
    await sign(visitor.url, request, "operator2");
    await page.locator('[data-signature="1"]').waitFor();
    expect(await page.inputValue(COMMENT)).toBe("typed meanwhile");
    await sign(visitor.url, request, "quality2");
    await page.locator('[data-ended="complete"]').waitFor();
    await visitor.leave();
  });
});
