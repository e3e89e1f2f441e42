import { describe, expect, it } from "vitest";
import type { Directory, Overview } from "./data";
import { faultOf, troublesOf } from "./troubles";

const directory = (name: string, enabled: boolean, ...up: boolean[]): Directory => ({
  id: name,
  name,
  kind: "ldap",
  enabled,
  up: enabled && up.includes(true),
  servers: up.map((answers, at) => ({ server: `dc${at}`, up: answers })),
});

const overview = (change: Partial<Overview>): Overview => ({
  at: "2026-05-04T13:05:09Z",
  directories: [],
  log: { size: 1, writable: true },
  ...change,
});

describe("what is wrong", () => {
  it("is nothing where all is well", () => {
    expect(troublesOf(overview({ directories: [directory("a", true, true)] }))).toEqual([]);
  });

  it("is told with the worst first", () => {
    const told = troublesOf(
      overview({
        directories: [directory("weak", true, true, false), directory("down", true, false)],
        log: { size: 1, writable: false, code: "store-full" },
        sessions: { running: 2, emergency: 2 },
      }),
    );
    expect(told.map((one) => one.kind)).toEqual(["log", "directory", "emergency", "servers"]);
    expect(told[0]).toEqual({ kind: "log", code: "store-full" });
  });

  it("is no directory that is switched off", () => {
    expect(troublesOf(overview({ directories: [directory("off", false, false)] }))).toEqual([]);
  });

  it("has a code also from a server that tells none", () => {
    expect(troublesOf(overview({ log: { size: 1, writable: false } }))).toEqual([
      { kind: "log", code: "log-unwritable" },
    ]);
  });
});

it("the faults of servers are told by what people can do about them", () => {
  expect(
    ["connect-timeout", "certificate-expired", "tls-refused", "service-account-refused", "ldap-reset"].map(
      faultOf,
    ),
  ).toEqual(["network", "certificate", "certificate", "account", "connection"]);
  expect(faultOf("one-of-tomorrow")).toBe("other");
  expect(faultOf(undefined)).toBe("other");
});
