import { describe, expect, it } from "vitest";
import type { Directory, Ldap } from "./data";
import { type DirectoryForm, EMPTY, formOf, ldapOf, newOf, othersOf, triedOf, withForeign } from "./form";
import { areAddresses, isServer, isValid, needsPassword } from "./valid";

const stored: Ldap & { servers: string[] } = {
  domain: "ad.test.lab",
  servers: ["dc1.ad.test.lab", "dc2.ad.test.lab:3636"],
  ca: "PEM",
  service_account: "svc@ad.test.lab",
};
const directory: Directory = {
  id: "1",
  name: "works",
  kind: "ldap",
  position: 1,
  enabled: true,
  from_file: false,
  ldap: stored,
  servers: [],
  known_hours: 8,
  keytab: [],
  version: 1,
};
const form = formOf(directory);
const found: Ldap = { ...stored, servers: [], dns: ["10.0.0.1"], site: "Plant" };

describe("the stored password", () => {
  it("stays while it goes nowhere new", () => {
    expect(needsPassword(directory, form)).toBe(false);
    expect(
      needsPassword(directory, { ...form, servers: ["DC2.ad.test.lab:3636", " dc1.ad.test.lab:636 "] }),
    ).toBe(false);
    expect(needsPassword(directory, { ...form, servers: ["dc1.ad.test.lab"] })).toBe(false);
    expect(needsPassword(directory, { ...form, base: "OU=Plant", protection: "ldaps" })).toBe(false);
    expect(needsPassword({ ldap: found }, formOf({ ...directory, ldap: found }))).toBe(false);
  });

  it("of a workgroup host stays with its host and account", () => {
    const workgroup = { host: "PANEL1", service_account: "reader" };
    const host = formOf({ ...directory, kind: "workgroup", ldap: null, workgroup });
    expect(needsPassword({ workgroup }, { ...host, host: "panel1" })).toBe(false);
    for (const change of [{ host: "panel2" }, { address: "10.0.0.9" }, { account: "bob" }])
      expect(needsPassword({ workgroup }, { ...host, ...change })).toBe(true);
    expect(isValid(host, { workgroup })).toBe(true);
  });

  it("is asked for again before it would", () => {
    const changes: Partial<DirectoryForm>[] = [
      { domain: "other.test.lab" },
      { servers: ["dc3.ad.test.lab"] },
      { servers: ["dc1.ad.test.lab=127.0.0.9"] },
      { found: true },
      { dns: "10.0.0.9" },
      { site: "Office" },
      { ca: "other" },
      { trust: "system" },
      { account: "bob@ad.test.lab" },
    ];
    for (const change of changes) expect(needsPassword(directory, { ...form, ...change })).toBe(true);
    expect(needsPassword(undefined, form)).toBe(true);
  });
});

it("rows that were left empty are not sent", () => {
  expect(ldapOf({ ...form, servers: [" dc1 ", "", " "] }).servers).toEqual(["dc1"]);
});

it("servers that DNS finds are not named, those of another LDAP server always are", () => {
  expect(ldapOf({ ...form, found: true }).servers).toEqual([]);
  expect(ldapOf({ ...form, found: true, kind: "other-ldap" })).toMatchObject({
    servers: stored.servers,
    schema: "open-ldap",
  });
  expect(formOf({ ...directory, ldap: found })).toMatchObject({ found: true, dns: "10.0.0.1" });
});

it("servers are told from what cannot be one", () => {
  for (const good of ["dc1", "dc1.ad.lab:636", "dc1 = 10.0.0.1", "dc1:3636=::1"])
    expect(isServer(good)).toBe(true);
  for (const bad of ["", "dc 1", "https://dc1", "dc1:x", "dc1=nowhere"]) expect(isServer(bad)).toBe(false);
  expect(areAddresses(" 10.0.0.1, fd00::1 ")).toBe(true);
  expect(areAddresses("10.0.0.1, dns.test.lab")).toBe(false);
});

it("only other domains are offered as those whose people may be in the groups, and what was chosen", () => {
  const of = (id: string, more: Partial<Directory> = {}): Directory => ({ ...directory, id, ...more });
  const other = { ldap: { ...stored, schema: "open-ldap" } };
  const all = [of("1"), of("2"), of("3", other), of("4", { kind: "local", ldap: null }), of("5", other)];
  expect(othersOf(all, "1", ["5"]).map(({ id }) => id)).toEqual(["2", "5"]);
  expect(othersOf(all, undefined, []).map(({ id }) => id)).toEqual(["1", "2"]);
});

it("the chosen domains are sent whatever their order was, also when none is left, and by domains alone", () => {
  const chosen = formOf({ ...directory, ldap: { ...stored, foreign_members_of: ["7", "3"] } });
  expect(chosen.foreign).toEqual(["3", "7"]);
  const more = { ...chosen, foreign: withForeign(chosen.foreign, "5", true) };
  expect(ldapOf(more).foreign_members_of).toEqual(["3", "5", "7"]);
  expect(ldapOf({ ...chosen, foreign: withForeign(["3"], "3", false) }).foreign_members_of).toEqual([]);
  expect(ldapOf({ ...more, kind: "other-ldap" })).not.toHaveProperty("foreign_members_of");
  expect(triedOf(more)).toEqual(triedOf(chosen));
});

it("each kind is sent with what it has and nothing else", () => {
  const typed = { ...EMPTY, name: "x", host: "panel1", account: "reader", password: "secret" };
  expect(newOf({ ...typed, kind: "workgroup" })).toEqual({
    name: "x",
    known_hours: 0,
    workgroup: { host: "panel1", service_account: "reader" },
    service_password: "secret",
  });
  expect(newOf({ ...typed, kind: "os" })).toEqual({
    name: "x",
    known_hours: 0,
    os: { service: "pforte", least_uid: 1000 },
  });
});

it("a new directory needs everything, a known one no password", () => {
  expect(isValid(EMPTY)).toBe(false);
  expect(isValid(form)).toBe(false);
  expect(isValid({ ...form, password: "x" })).toBe(true);
  expect(isValid(form, directory)).toBe(true);
  expect(isValid({ ...form, knownHours: "721" }, directory)).toBe(false);
  expect(isValid({ ...EMPTY, name: "x", kind: "os" })).toBe(true);
});
