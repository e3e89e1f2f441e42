/**
 * The real domain controller of the tests: `cargo xtask servers up` starts it. Without it what needs it
 * fails; nothing is skipped.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  process: { id: number };
}

/** A server of another kind, as far as the tests of the pages need it. */
interface OtherFacts {
  address: string;
  host: string;
  ca_certificate: string;
  service: { user: string; password: string };
}

/** What the servers of the tests are. */
interface AllFacts {
  ad: Facts;
  forest: { dc1: Facts; dc2: Facts };
  workgroup: OtherFacts;
  slapd: OtherFacts;
}

const ROOT = join(import.meta.dirname, "../../..");
let count = 0;

export function facts(): AllFacts {
  const file = process.env.PFORTE_SERVERS ?? join(ROOT, "target/servers.json");
  if (!existsSync(file)) throw new Error(`${file} is missing: cargo xtask servers up`);
  return JSON.parse(readFileSync(file, "utf8")) as AllFacts;
}

export class Ad {
  readonly facts: Facts;

  constructor() {
    this.facts = facts().ad;
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

  /** Makes an account for a service of browsers on a host, and gives its keytab as exported. */
  webService(host: string): Buffer {
    const login = this.newUser();
    this.set(login, "servicePrincipalName", `HTTP/${host}`);
    this.set(login, "msDS-SupportedEncryptionTypes", "24");
    // The process that is known guards the namespace; its child is the controller.
    const { id } = this.facts.process;
    const inside = readFileSync(`/proc/${id}/task/${id}/children`, "utf8").trim();
    const file = `/srv/dc1/${login}.keytab`;
    const enter = ["-t", inside, "--mount", "--root", "--"];
    const task = ["samba-tool", "domain", "exportkeytab", file, `--principal=HTTP/${host}`];
    execFileSync("nsenter", [...enter, ...task, "-s", "/srv/dc1/etc/smb.conf"], { stdio: "pipe" });
    const keytab = readFileSync(`/proc/${inside}/root${file}`);
    rmSync(`/proc/${inside}/root${file}`);
    return keytab;
  }

  /** A ticket of a user for browsers: the environment in which they find it. */
  ticket(login: string, folder: string, host: string): Record<string, string> {
    const realm = this.facts.domain.toUpperCase();
    const config = join(folder, "krb5.conf");
    const lines = [
      "[libdefaults]",
      `default_realm = ${realm}`,
      "dns_lookup_kdc = false",
      "rdns = false",
      "dns_canonicalize_hostname = false",
      "[realms]",
      `${realm} = {\n kdc = ${this.facts.address}\n}`,
      "[domain_realm]",
      `${host} = ${realm}`,
    ];
    writeFileSync(config, `${lines.join("\n")}\n`);
    const env = { KRB5_CONFIG: config, KRB5CCNAME: `FILE:${join(folder, "cache")}` };
    execFileSync("kinit", [login], {
      input: `${this.facts.user_password}\n`,
      env: { ...process.env, ...env },
      stdio: ["pipe", "ignore", "pipe"],
    });
    return env;
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
