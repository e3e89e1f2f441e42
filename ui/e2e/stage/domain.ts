/** The domain controller of the test servers (`cargo xtask servers up`), as a directory of a test's server. */
import type { Page } from "playwright-core";
import { Ad } from "./ad";
import { call } from "./call";

/** Adds the domain; the caller is logged on as an administrator. Gives its identity. */
export async function addDomain(page: Page, name = "plant domain"): Promise<string> {
  return (await call(page, "POST", "/directories", new Ad().body(name))).id;
}
