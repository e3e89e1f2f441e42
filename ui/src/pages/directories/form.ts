/** What is typed of a directory, and what becomes of it. */
import type { Directory, Ldap } from "./data";

export interface DirectoryForm {
  name: string;
  domain: string;
  /** The domain controllers in order, as they are typed. */
  servers: string[];
  /** Whose certificates are trusted: those of the server's own computer or the given ones. */
  trust: "system" | "given";
  ca: string;
  account: string;
  /** The service account's password; empty: the stored one stays. */
  password: string;
}

export const EMPTY: DirectoryForm = {
  name: "",
  domain: "",
  servers: [""],
  trust: "given",
  ca: "",
  account: "",
  password: "",
};

/** What the server knows, as a form shows it. */
export const formOf = ({ name, ldap }: Directory): DirectoryForm => ({
  name,
  domain: ldap?.domain ?? "",
  servers: ldap?.servers ?? [""],
  trust: ldap?.ca ? "given" : "system",
  ca: ldap?.ca ?? "",
  account: ldap?.service_account ?? "",
  password: "",
});

/** What is sent. Rows that were left empty are none. */
export const ldapOf = (form: DirectoryForm): Ldap & { servers: string[] } => ({
  domain: form.domain.trim(),
  servers: form.servers.map((server) => server.trim()).filter((server) => server !== ""),
  ...(form.trust === "given" ? { ca: form.ca } : {}),
  service_account: form.account.trim(),
});

/** `name`, `name:port`, and behind either `=address`; what it is made of is checked by the server. */
const SERVER = /^[a-z0-9._-]+(:[0-9]{1,5})?(\s*=\s*[0-9a-f.:]+)?$/i;

export const isServer = (text: string): boolean => SERVER.test(text.trim());

export const isDomain = (text: string): boolean => /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i.test(text.trim());

/** One spelling for each server, as the server stores it. */
const written = (server: string): string =>
  server
    .trim()
    .toLowerCase()
    .replace(/\s*=\s*/, "=")
    .replace(/:636(?==|$)/, "");

/**
 * Whether the password must be typed: the stored one is never sent to a domain, server, authority or
 * account that it was not given for. The server decides the same.
 */
export function needsPassword(stored: Ldap | null | undefined, form: DirectoryForm): boolean {
  if (!stored) return true;
  const wanted = ldapOf(form);
  const known = new Set((stored.servers ?? []).map(written));
  return (
    wanted.domain.toLowerCase() !== stored.domain.toLowerCase() ||
    wanted.service_account !== stored.service_account ||
    (wanted.ca ?? "") !== (stored.ca ?? "") ||
    wanted.servers.some((server) => !known.has(written(server)))
  );
}

/** Whether everything that is needed stands there and looks right; the name is not needed for a test. */
export function isTestable(form: DirectoryForm, stored?: Ldap | null): boolean {
  const { servers, service_account } = ldapOf(form);
  return (
    isDomain(form.domain) &&
    servers.length > 0 &&
    servers.every(isServer) &&
    service_account !== "" &&
    (form.trust === "system" || form.ca.trim() !== "") &&
    (form.password !== "" || !needsPassword(stored, form))
  );
}

export const isValid = (form: DirectoryForm, stored?: Ldap | null): boolean =>
  form.name.trim() !== "" && isTestable(form, stored);
