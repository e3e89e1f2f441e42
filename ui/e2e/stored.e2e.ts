/** What people wrote into every field that takes a text, seen again on every page. */
import { describe, expect, it } from "vitest";
import { ADMIN_PAGES } from "../src/app/pages";
import { demoUser, SIZES, stage, type Visitor } from "./stage";
import { call } from "./stage/call";
import { withServer } from "./stage/server";

const { enter } = stage();

/** Texts that a careless page would run, tear apart or turn round. */
const TEXTS = {
  script: `</title><script>window.ran="script"</script>`,
  image: `"><img src=x onerror='window.ran="image"'>`,
  braces: "{{constructor.constructor('window.ran=1')()}}$t(parts:save)%s",
  arabic: "مشغل الخط الثاني (ليلا) 12",
  emoji: "🏭👩🏽🔧 línea ﬃ 乳製品 ﷽",
  long: "W".repeat(128),
} as const;
type Kind = keyof typeof TEXTS;

/** The texts as names of areas, which have no slash, and 64 characters at most. */
const areaName = (kind: Kind) => TEXTS[kind].replaceAll("/", "").slice(0, 64).trim();

const CONFIG = `
[plant]
name = '''${TEXTS.image}'''
[notice]
text = '''${TEXTS.script}
${TEXTS.arabic}
${TEXTS.long}${TEXTS.long}'''
`;

/** One of everything with a text of each kind, connected so that all of it is shown together. */
async function fill({ page }: Visitor): Promise<void> {
  for (const [at, [kind, text]] of Object.entries(TEXTS).entries()) {
    const area = await call(page, "POST", "/areas", { parent: "dairy", name: areaName(kind as Kind) });
    await call(page, "POST", "/stations", { name: text, area: area.id });
    const made = await call(page, "POST", "/applications", {
      key: `key${at}`,
      name: text,
      areas: [area.id],
      stations: [],
    });
    await call(page, "PUT", `/applications/${made.application.id}/rights`, {
      rights: [{ action: "act", names: { en: text, de: text } }],
    });
    const role = { name: text, description: `${text}\n${text}`, rights: [`key${at}/act`] };
    const { id } = await call(page, "POST", "/roles", role);
    const user = await call(page, "POST", "/users", {
      login: `${at}${text}`.slice(0, 128),
      label: text,
      password: "Stored-Passw0rd!",
    });
    const group = await call(page, "POST", "/groups", { name: text });
    await call(page, "PUT", `/groups/${group.id}/members`, { kind: "user", id: user.id });
    await call(page, "POST", "/assignments", {
      role: id,
      principal: { kind: "group", id: group.id },
      areas: [area.id],
    });
  }
}

/** Nothing ran, nothing is wider than the screen, in both sizes. */
async function unharmed(visitor: Visitor, path: string): Promise<void> {
  const { page } = visitor;
  for (const size of ["screen", "panel"] as const) {
    await page.setViewportSize(SIZES[size]);
    await visitor.fits();
  }
  const ran = await page.evaluate(() => (globalThis as unknown as { ran?: string }).ran);
  expect(ran, path).toBeUndefined();
  expect(await page.locator("img[src=x], script:not([src]):not([nonce])").count(), path).toBe(0);
  await visitor.shot(`stored-${path.replaceAll(/\W+/g, "-").slice(1) || "start"}`);
}

describe("texts that would run, tear or turn a page", () => {
  it("are texts on every page", { timeout: 180_000 }, async () => {
    await withServer({ config: CONFIG, demo: true }, async (server) => {
      const visitor = await enter({ url: server.url });
      const { page } = visitor;
      await visitor.open("/logon");
      await page.getByText(TEXTS.arabic).waitFor();
      await unharmed(visitor, "/logon");
      await visitor.logOn(demoUser({ role: "Administrator" }, server.data), "/admin");
      await fill(visitor);
      const paths = ADMIN_PAGES.map(({ to }) => to);
      for (const path of [...paths, "/station", "/hmi", "/lite/station"]) {
        await visitor.open(path);
        await page.waitForLoadState("networkidle").catch(() => undefined);
        await unharmed(visitor, path);
      }
      await visitor.leave();
    });
  });
});
