import { expect, it } from "vitest";
import { demoUser, stage } from "./stage";

const { enter } = stage();

/** A plant's worth: as many roles and rights as the page promises to stay smooth with. */
const ROLES = 200;
const RIGHTS = 2_000;

it("the matrix of 200 roles and 2,000 rights scrolls", async () => {
  const visitor = await enter();
  const { page } = visitor;
  await visitor.logOn(demoUser({ role: "Administrator" }), "/admin/roles");
  await page.evaluate(
    async ([roles, rights]) => {
      const call = async (method: string, path: string, body: unknown) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
        if (!answer.ok) throw new Error(await answer.text());
        return answer.json();
      };
      const areas = ["dairy"];
      const made = await call("POST", "/applications", {
        key: "many",
        name: "Many rights",
        areas,
        stations: [],
      });
      const actions = Array.from({ length: rights as number }, (_, n) => ({
        action: `act${n}`,
        names: { en: `Act number ${n}` },
      }));
      await call("PUT", `/applications/${made.application.id}/rights`, { rights: actions });
      for (let n = 0; n < (roles as number); n += 1) {
        const held = actions.filter((_, at) => at % (n + 2) === 0).map(({ action }) => `many/${action}`);
        await call("POST", "/roles", { name: `Role ${n}`, description: "", rights: held.slice(0, 500) });
      }
    },
    [ROLES, RIGHTS],
  );
  await visitor.open("/admin/roles/matrix");
  await page.getByText("Act number 0", { exact: true }).first().waitFor();
  const { frames, seconds } = await page.evaluate(async () => {
    const frame = document.querySelector(".m-frame");
    if (frame === null) throw new Error("no matrix");
    const next = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const begun = performance.now();
    let frames = 0;
    while (performance.now() - begun < 3_000) {
      frame.scrollBy(frames % 2 === 0 ? 40 : 0, 120);
      await next();
      frames += 1;
    }
    return { frames, seconds: (performance.now() - begun) / 1_000 };
  });
  console.log(`the matrix scrolls at ${Math.round(frames / seconds)} frames a second`);
  expect(await page.locator(".m-cell").count()).toBeLessThan(2_000);
  await page.getByLabel("Search rights").fill("number 1999");
  await page.getByText("Act number 1999", { exact: true }).waitFor();
  await visitor.shot("matrix-2000");
  // The other tests share this server.
  await page.evaluate(async () => {
    const all = async (path: string) =>
      (await (await fetch(`/api/v1${path}?limit=500`)).json()).items as { id: string; name: string }[];
    const remove = async (path: string, id: string) => {
      const answer = await fetch(`/api/v1${path}/${id}`, { method: "DELETE" });
      if (!answer.ok) throw new Error(await answer.text());
    };
    for (const { id, name } of await all("/roles")) if (/^Role \d+$/.test(name)) await remove("/roles", id);
    for (const { id, name } of await all("/applications"))
      if (name === "Many rights") await remove("/applications", id);
  });
  await visitor.leave();
});
