/** Whether what is typed of a directory can be sent; the server checks it again. */
import type { Directory } from "./data";
import { addresses, type DirectoryForm, isFound, ldapOf, wayOf } from "./form";

/** As many as the server remembers people for, in hours. */
export const MOST_HOURS = 720;

/** `name`, `name:port`, and behind either `=address`; what it is made of is checked by the server. */
const SERVER = /^[a-z0-9._-]+(:[0-9]{1,5})?(\s*=\s*[0-9a-f.:]+)?$/i;

export const isServer = (text: string): boolean => SERVER.test(text.trim());

export const isDomain = (text: string): boolean => /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i.test(text.trim());

export const isAddress = (text: string): boolean => /^[0-9a-f]*[.:][0-9a-f.:]+$/i.test(text.trim());

export const areAddresses = (text: string): boolean => addresses(text).every(isAddress);

export const isWhole = (text: string, least: number, most: number): boolean =>
  /^[0-9]+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

/** One spelling for each server, as the server stores it. */
const written = (server: string): string =>
  server
    .trim()
    .toLowerCase()
    .replace(/\s*=\s*/, "=")
    .replace(/:636(?==|$)/, "");

/** What a stored directory is asked for: how it is reached now. */
export type Stored = Pick<Directory, "ldap" | "workgroup">;

/**
 * Whether the password must be typed: the stored one is never sent to a domain, server, host, authority
 * or account that it was not given for. The server decides the same.
 */
export function needsPassword(stored: Stored | undefined, form: DirectoryForm): boolean {
  if (form.kind === "os") return false;
  return form.kind === "workgroup" ? isNewHost(stored?.workgroup, form) : isNewDomain(stored?.ldap, form);
}

function isNewHost(stored: Stored["workgroup"], form: DirectoryForm): boolean {
  const wanted = wayOf(form).workgroup;
  return (
    !stored ||
    wanted?.host.toLowerCase() !== stored.host.toLowerCase() ||
    (wanted.address ?? "") !== (stored.address ?? "") ||
    wanted.service_account !== stored.service_account
  );
}

function isNewDomain(stored: Stored["ldap"], form: DirectoryForm): boolean {
  if (!stored) return true;
  const wanted = ldapOf(form);
  const before = stored.servers ?? [];
  const known = new Set(before.map(written));
  return (
    wanted.domain.toLowerCase() !== stored.domain.toLowerCase() ||
    wanted.service_account !== stored.service_account ||
    (wanted.ca ?? "") !== (stored.ca ?? "") ||
    wanted.dns.join() !== (stored.dns ?? []).join() ||
    wanted.site !== (stored.site ?? "") ||
    (wanted.servers.length === 0) !== (before.length === 0) ||
    wanted.servers.some((server) => !known.has(written(server)))
  );
}

/** Whether a directory can be tried; its name is not needed for that. */
export function isTestable(form: DirectoryForm, stored?: Stored): boolean {
  if (form.kind === "os")
    return /^pforte[a-z0-9-]*$/.test(form.pam.trim()) && isWhole(form.leastUid, 1, 4_294_967_294);
  const known = form.password !== "" || !needsPassword(stored, form);
  return form.account.trim() !== "" && known && (form.kind === "workgroup" ? isHost(form) : isLdap(form));
}

const isHost = ({ host, address }: DirectoryForm): boolean =>
  host.trim() !== "" && (address.trim() === "" || isAddress(address));

function isLdap(form: DirectoryForm): boolean {
  const { servers } = ldapOf(form);
  return (
    isDomain(form.domain) &&
    (isFound(form) || servers.length > 0) &&
    servers.every(isServer) &&
    areAddresses(form.dns) &&
    (form.trust === "system" || form.ca.trim() !== "")
  );
}

/** `stored`: the directory whose change it is. */
export const isValid = (form: DirectoryForm, stored?: Stored): boolean =>
  form.name.trim() !== "" && isWhole(form.knownHours, 0, MOST_HOURS) && isTestable(form, stored);
