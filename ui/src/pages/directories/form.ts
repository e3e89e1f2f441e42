/** What is typed of a directory, and what becomes of it. */
import type { Schema } from "../../api/client";
import type { Directory, Ldap } from "./data";

export const KINDS = ["active-directory", "other-ldap", "workgroup", "os"] as const;
export const SCHEMAS = ["open-ldap", "389-ds", "free-ipa"] as const;
export const PROTECTIONS = ["auto", "ldaps", "start-tls", "sealed"] as const;
export const LOGINS = ["auto", "simple", "kerberos"] as const;

export type Kind = (typeof KINDS)[number];

export interface DirectoryForm {
  name: string;
  kind: Kind;
  /** Which other LDAP server it is. */
  schema: (typeof SCHEMAS)[number];
  domain: string;
  /** Whether the servers are found by DNS instead of named. */
  found: boolean;
  /** The servers in order, as they are typed. */
  servers: string[];
  /** The DNS servers that are asked, as they are typed. */
  dns: string;
  site: string;
  base: string;
  protection: string;
  login: string;
  /** The identities of other domains whose people may be in this one's groups, in order. */
  foreign: string[];
  /** Whose certificates are trusted: those of the server's own computer or the given ones. */
  trust: "system" | "given";
  ca: string;
  /** A workgroup host and its address. */
  host: string;
  address: string;
  /** The rules of PAM, and the least number of a person's account. */
  pam: string;
  leastUid: string;
  account: string;
  /** The service account's password; empty: the stored one stays. */
  password: string;
  knownHours: string;
}

export const EMPTY: DirectoryForm = {
  name: "",
  kind: "active-directory",
  schema: "open-ldap",
  domain: "",
  found: false,
  servers: [""],
  dns: "",
  site: "",
  base: "",
  protection: "auto",
  login: "auto",
  foreign: [],
  trust: "given",
  ca: "",
  host: "",
  address: "",
  pam: "pforte",
  leastUid: "1000",
  account: "",
  password: "",
  knownHours: "0",
};

/** The kind that people know it by; nothing for the built-in one. */
export function kindOf({ kind, ldap }: Directory): Kind | "local" {
  if (kind === "workgroup" || kind === "os") return kind;
  if (kind !== "ldap") return "local";
  return (ldap?.schema ?? "active-directory") === "active-directory" ? "active-directory" : "other-ldap";
}

/** What the server knows, as a form shows it. */
export function formOf(directory: Directory): DirectoryForm {
  const { name, ldap, workgroup, os, known_hours } = directory;
  const kind = kindOf(directory);
  const servers = ldap?.servers ?? [];
  return {
    ...EMPTY,
    name,
    kind: kind === "local" ? EMPTY.kind : kind,
    schema: SCHEMAS.find((schema) => schema === ldap?.schema) ?? EMPTY.schema,
    domain: ldap?.domain ?? "",
    found: ldap != null && servers.length === 0,
    servers: servers.length === 0 ? [""] : servers,
    dns: (ldap?.dns ?? []).join(", "),
    site: ldap?.site ?? "",
    base: ldap?.base ?? "",
    protection: ldap?.protection ?? EMPTY.protection,
    login: ldap?.service_login ?? EMPTY.login,
    foreign: [...(ldap?.foreign_members_of ?? [])].sort(),
    trust: ldap?.ca ? "given" : "system",
    ca: ldap?.ca ?? "",
    host: workgroup?.host ?? "",
    address: workgroup?.address ?? "",
    pam: os?.service ?? EMPTY.pam,
    leastUid: String(os?.least_uid ?? EMPTY.leastUid),
    account: ldap?.service_account ?? workgroup?.service_account ?? "",
    knownHours: String(known_hours),
  };
}

export const isLdap = ({ kind }: DirectoryForm): boolean =>
  kind === "active-directory" || kind === "other-ldap";

/** What a test has to do with: neither the name, nor other domains, nor how long people are known. */
export const triedOf = (form: DirectoryForm): DirectoryForm => ({
  ...form,
  name: "",
  foreign: [],
  knownHours: "",
});

/** The directories whose people may be in a domain's groups: other domains, and what was chosen before. */
export const othersOf = (
  all: readonly Directory[],
  own: string | undefined,
  chosen: readonly string[],
): Directory[] =>
  all.filter((one) => one.id !== own && (kindOf(one) === "active-directory" || chosen.includes(one.id)));

/** The chosen ones with one more or without it, in an order that tells nothing. */
export const withForeign = (chosen: readonly string[], id: string, more: boolean): string[] => {
  const rest = chosen.filter((one) => one !== id);
  return more ? [...rest, id].sort() : rest;
};

/** Only a domain controller can be found by DNS. */
export const isFound = ({ kind, found }: DirectoryForm): boolean => found && kind === "active-directory";

/** The addresses of a line, however they are parted. */
export const addresses = (text: string): string[] => text.split(/[\s,;]+/).filter((one) => one !== "");

/** An LDAP directory as it is sent. Rows that were left empty are none. */
export const ldapOf = (form: DirectoryForm): Ldap & { servers: string[]; dns: string[] } => ({
  domain: form.domain.trim(),
  servers: isFound(form) ? [] : form.servers.map((server) => server.trim()).filter((server) => server !== ""),
  schema: form.kind === "other-ldap" ? form.schema : "active-directory",
  dns: addresses(form.dns),
  site: form.site.trim(),
  base: form.base.trim(),
  protection: form.protection,
  service_login: form.login,
  ...(form.kind === "active-directory" ? { foreign_members_of: form.foreign } : {}),
  ...(form.trust === "given" ? { ca: form.ca } : {}),
  service_account: form.account.trim(),
});

/** How a directory is reached, as it is sent: what its kind has and nothing else. */
export function wayOf(form: DirectoryForm): Pick<Schema<"NewDirectory">, "ldap" | "workgroup" | "os"> {
  const address = form.address.trim();
  switch (form.kind) {
    case "os":
      return { os: { service: form.pam.trim(), least_uid: Number(form.leastUid) } };
    case "workgroup": {
      const host = { host: form.host.trim(), service_account: form.account.trim() };
      return { workgroup: { ...host, ...(address === "" ? {} : { address }) } };
    }
    default:
      return { ldap: ldapOf(form) };
  }
}

/** A new directory as it is sent. */
export const newOf = (form: DirectoryForm): Schema<"NewDirectory"> => ({
  name: form.name,
  known_hours: Number(form.knownHours),
  ...wayOf(form),
  ...(form.kind === "os" ? {} : { service_password: form.password }),
});
