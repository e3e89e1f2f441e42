/** The server goes away under the page and comes back. */
import { expect, it } from "vitest";
import { demoUser, stage } from "./stage";
import { withServer } from "./stage/server";

const { enter } = stage();

it("a lost connection shows at once and heals by itself", async () => {
  await withServer({ config: "[session]\nlease_seconds = 3" }, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    await visitor.logOn(demoUser({ role: "Administrator" }, server.data));
    await page.locator(".in-charge-name").waitFor();
    const stopped = Date.now();
    await server.stop();
    await page.locator(".link-lost").waitFor();
    expect(Date.now() - stopped).toBeLessThan(3_000);
    await visitor.shot("link-lost");
    await page.locator(".in-charge.unconfirmed").waitFor();
    await visitor.look("link-unconfirmed");
    await server.restart();
    await page.locator(".link-lost").waitFor({ state: "detached", timeout: 20_000 });
    await page.locator(".in-charge:not(.unconfirmed) .in-charge-name").waitFor();
    await visitor.leave();
  });
});

it("a log-on while the server is away keeps what was typed and goes through later", async () => {
  await withServer({}, async (server) => {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    const { user, password } = demoUser({ role: "Administrator" }, server.data);
    await visitor.open("/logon");
    await page.locator('input[name="username"]').fill(user);
    await page.locator('input[name="password"]').fill(password);
    await server.stop();
    await page.locator('button[type="submit"]').click();
    await page.getByText("The server does not answer.").waitFor();
    await visitor.shot("logon-unreachable");
    expect(await page.locator('input[name="username"]').inputValue()).toBe(user);
    await server.restart();
    await page.locator('button[type="submit"]').click();
    await page.locator(".in-charge-name").waitFor();
    await visitor.leave();
  });
});
