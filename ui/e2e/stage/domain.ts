/** The domain controller of the test servers (`cargo xtask servers up`), as a directory of a test's server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { call } from "./call";

interface Facts {
  host: string;
  address: string;
  domain: string;
  ca_certificate: string;
  service: { user: string; password: string };
}

const STATE = process.env.PFORTE_SERVERS ?? join(import.meta.dirname, "../../../target/servers.json");

/** Adds the domain; the caller is logged on as an administrator. Gives its identity. */
export async function addDomain(page: Page, name = "plant domain"): Promise<string> {
  const { ad } = JSON.parse(readFileSync(STATE, "utf8")) as { ad: Facts };
  const { id } = await call(page, "POST", "/directories", {
    name,
    ldap: {
      domain: ad.domain,
      servers: [`${ad.host}=${ad.address}`],
      ca: readFileSync(ad.ca_certificate, "utf8"),
      service_account: `${ad.service.user}@${ad.domain}`,
    },
    service_password: ad.service.password,
  });
  return id;
}
