/** The server goes away under the page and comes back. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type DemoUser, stage } from "./stage";
import { freePort, startServer } from "./stage/server";

const { enter } = stage();

it("a lost connection shows at once and heals by itself", async () => {
  const data = mkdtempSync(join(tmpdir(), "pforte-e2e-link-"));
  const port = await freePort();
  let server = await startServer(data, port);
  try {
    const users = JSON.parse(readFileSync(join(data, "demo-users.json"), "utf8")) as DemoUser[];
    const user = users[0];
    if (user === undefined) throw new Error("the demo has no users");
    const visitor = await enter({ url: server.url });
    await visitor.logOn(user);
    await visitor.page.locator(".in-charge-name").waitFor();
    await server.stop();
    const stopped = Date.now();
    await visitor.page.locator(".link-lost").waitFor({ timeout: 2_000 });
    expect(Date.now() - stopped).toBeLessThan(2_000);
    await visitor.shot("link-lost");
    await visitor.page.locator(".in-charge.unconfirmed").waitFor({ timeout: 15_000 });
    await visitor.shot("link-unconfirmed");
    await visitor.axe();
    server = await startServer(data, port);
    await visitor.page.locator(".link-lost").waitFor({ state: "detached", timeout: 15_000 });
    await visitor.page.locator(".in-charge:not(.unconfirmed) .in-charge-name").waitFor();
    visitor.faults.splice(
      0,
      visitor.faults.length,
      ...visitor.faults.filter((fault) => !fault.includes("ERR_")),
    );
    await visitor.leave();
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
});
