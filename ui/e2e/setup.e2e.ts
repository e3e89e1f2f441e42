/** The first administrator of fresh data, and the notice. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stage } from "./stage";
import { binary, freePort, startServer } from "./stage/server";

const { enter } = stage();

const NOTICE = "Authorised persons only.\nActs are recorded. <script>alert(1)</script>";

it("the holder of the set-up code makes the first administrator, who then logs on", async () => {
  const data = mkdtempSync(join(tmpdir(), "pforte-e2e-set-up-"));
  const told = execFileSync(binary(), ["init", "--data", data, "--output", "json"], { encoding: "utf8" });
  const code = (JSON.parse(told) as { set_up_code: string }).set_up_code;
  const config = `[notice]\ntext = ${JSON.stringify(NOTICE)}`;
  const server = await startServer(data, await freePort(), { demo: false, config });
  try {
    const visitor = await enter({ url: server.url });
    const { page } = visitor;
    const fill = (label: string, text: string) => page.getByLabel(label, { exact: false }).first().fill(text);
    await visitor.open("/");
    await page.locator("#set-up-title").waitFor();
    await visitor.look("set-up");
    await fill("Set-up code", "wrong");
    await fill("User name", "chief");
    await page.locator('input[autocomplete="new-password"]').nth(0).fill("a long enough passphrase 7");
    await page.locator('input[autocomplete="new-password"]').nth(1).fill("a long enough passphrase 7");
    await page.locator('button[type="submit"]').click();
    await page.getByText("The set-up code is wrong").waitFor();
    await fill("Set-up code", code);
    await page.locator('button[type="submit"]').click();
    await page.locator("#log-on-title").waitFor();
    expect(await page.locator(".notice").textContent()).toBe(NOTICE);
    await visitor.look("logon-notice");
    await page.locator('input[name="username"]').fill("chief");
    await page.locator('input[name="password"]').fill("a long enough passphrase 7");
    await page.locator('button[type="submit"]').click();
    await page.locator(".in-charge-name").waitFor();
    await visitor.leave();
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
    rmSync(`${data}.toml`, { force: true });
  }
});
