import { describe, expect, it } from "vitest";
import type { Ldap } from "./data";
import { type DirectoryForm, EMPTY, isServer, isValid, ldapOf, needsPassword } from "./form";

const stored: Ldap & { servers: string[] } = {
  domain: "ad.test.lab",
  servers: ["dc1.ad.test.lab", "dc2.ad.test.lab:3636"],
  ca: "PEM",
  service_account: "svc@ad.test.lab",
};
const form: DirectoryForm = {
  name: "works",
  domain: "ad.test.lab",
  servers: [...stored.servers],
  trust: "given",
  ca: "PEM",
  account: "svc@ad.test.lab",
  password: "",
};

describe("the stored password", () => {
  it("stays while it goes nowhere new", () => {
    expect(needsPassword(stored, form)).toBe(false);
    expect(
      needsPassword(stored, { ...form, servers: ["DC2.ad.test.lab:3636", " dc1.ad.test.lab:636 "] }),
    ).toBe(false);
    expect(needsPassword(stored, { ...form, servers: ["dc1.ad.test.lab"] })).toBe(false);
  });

  it("is asked for again before it would", () => {
    const changes: Partial<DirectoryForm>[] = [
      { domain: "other.test.lab" },
      { servers: ["dc3.ad.test.lab"] },
      { servers: ["dc1.ad.test.lab=127.0.0.9"] },
      { ca: "other" },
      { trust: "system" },
      { account: "bob@ad.test.lab" },
    ];
    for (const change of changes) expect(needsPassword(stored, { ...form, ...change })).toBe(true);
    expect(needsPassword(undefined, form)).toBe(true);
  });
});

it("rows that were left empty are not sent", () => {
  expect(ldapOf({ ...form, servers: [" dc1 ", "", " "] }).servers).toEqual(["dc1"]);
});

it("servers are told from what cannot be one", () => {
  for (const good of ["dc1", "dc1.ad.lab:636", "dc1 = 10.0.0.1", "dc1:3636=::1"])
    expect(isServer(good)).toBe(true);
  for (const bad of ["", "dc 1", "https://dc1", "dc1:x", "dc1=nowhere"]) expect(isServer(bad)).toBe(false);
});

it("a new directory needs everything, a known one no password", () => {
  expect(isValid(EMPTY)).toBe(false);
  expect(isValid(form)).toBe(false);
  expect(isValid({ ...form, password: "x" })).toBe(true);
  expect(isValid(form, stored)).toBe(true);
});
