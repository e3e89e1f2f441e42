import { expect, it } from "vitest";
import { differences } from "./diff";

it("a value that changed stands beside what it was", () => {
  expect(differences({ label: "Bob", essential: true }, { label: "Rob", essential: true })).toEqual([
    { field: "label", before: "Bob", after: "Rob", change: "changed" },
    { field: "essential", before: "true", after: "true", change: "same" },
  ]);
});

it("what was put in and taken out of a list is told, its order is not", () => {
  expect(differences({ rights: ["a/x", "a/y"] }, { rights: ["a/y", "b/z"] })).toEqual([
    { field: "rights", before: "a/y", after: "a/y", change: "same" },
    { field: "rights", before: undefined, after: "b/z", change: "added" },
    { field: "rights", before: "a/x", after: undefined, change: "removed" },
  ]);
});

it("fields of fields are named by their way, plain values have no name", () => {
  expect(differences({ ldap: { servers: [{ name: "dc1" }] } }, undefined)).toEqual([
    { field: "ldap.servers[1].name", before: "dc1", after: undefined, change: "removed" },
  ]);
  expect(differences(undefined, "auditor1")).toEqual([
    { field: "", before: undefined, after: "auditor1", change: "added" },
  ]);
});

it("empty and absent are not the same", () => {
  expect(differences({ a: [] }, { a: null })).toEqual([
    { field: "a", before: "[]", after: "null", change: "changed" },
  ]);
});
