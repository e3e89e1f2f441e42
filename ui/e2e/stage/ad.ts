/**
 * The real domain controller of the tests: `cargo xtask servers up` starts it. Without it what needs it
 * fails; nothing is skipped.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Facts {
  address: string;
  host: string;
  domain: string;
  base: string;
  ca_certificate: string;
  administrator: { user: string; password: string };
  service: { user: string; password: string };
  user_password: string;
}

const ROOT = join(import.meta.dirname, "../../..");
let count = 0;

export class Ad {
  readonly facts: Facts;

  constructor() {
    const file = process.env.PFORTE_SERVERS ?? join(ROOT, "target/servers.json");
    if (!existsSync(file)) throw new Error(`${file} is missing: cargo xtask servers up`);
    this.facts = (JSON.parse(readFileSync(file, "utf8")) as { ad: Facts }).ad;
  }

  /** As it is typed where the server is named: its address behind it, for DNS does not know it. */
  get server(): string {
    return `${this.facts.host}=${this.facts.address}`;
  }

  get ca(): string {
    return readFileSync(this.facts.ca_certificate, "utf8");
  }

  get account(): string {
    return `${this.facts.service.user}@${this.facts.domain}`;
  }

  /** The body that adds the domain. */
  body(name: string): object {
    const { domain, service } = this.facts;
    const ldap = { domain, servers: [this.server], ca: this.ca, service_account: this.account };
    return { name, ldap, service_password: service.password };
  }

  /** Makes a user with the password of all under a name that no other has, and gives it. */
  newUser(display?: string): string {
    const login = `e${Date.now().toString(36)}${(count++).toString(36)}`;
    const quoted = Buffer.from(`"${this.facts.user_password}"`, "utf16le").toString("base64");
    const shown = display === undefined ? [] : [`displayName:: ${Buffer.from(display).toString("base64")}`];
    this.change(
      "ldapadd",
      `dn: ${this.dn(login)}`,
      "objectClass: user",
      `sAMAccountName: ${login}`,
      `userPrincipalName: ${login}@${this.facts.domain}`,
      ...shown,
      `unicodePwd:: ${quoted}`,
      "userAccountControl: 512",
    );
    return login;
  }

  /** Makes the user a member of a group of the domain. */
  addTo(group: string, login: string): void {
    this.change(
      "ldapmodify",
      `dn: ${group}`,
      "changetype: modify",
      "add: member",
      `member: ${this.dn(login)}`,
    );
  }

  /** Puts a value in the place of what an attribute of a user made here holds. */
  set(login: string, attribute: string, value: string): void {
    this.change(
      "ldapmodify",
      `dn: ${this.dn(login)}`,
      "changetype: modify",
      `replace: ${attribute}`,
      `${attribute}: ${value}`,
    );
  }

  disable(login: string): void {
    this.set(login, "userAccountControl", "514");
  }

  /** The password must be changed before the next log-on. */
  mustChange(login: string): void {
    this.set(login, "pwdLastSet", "0");
  }

  private dn(login: string): string {
    return `CN=${login},OU=People,${this.facts.base}`;
  }

  private change(tool: "ldapadd" | "ldapmodify", ...lines: string[]): void {
    const { address, administrator, domain } = this.facts;
    const who = ["-D", `${administrator.user}@${domain}`, "-w", administrator.password];
    execFileSync(tool, ["-x", "-H", `ldaps://${address}`, ...who], {
      input: `${lines.join("\n")}\n`,
      env: { ...process.env, LDAPTLS_REQCERT: "never" },
      stdio: ["pipe", "ignore", "pipe"],
    });
  }
}
