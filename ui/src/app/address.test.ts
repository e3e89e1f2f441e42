import { describe, expect, it } from "vitest";
import { ownAddress, readSearch, writeSearch } from "./address";

describe("an address after the log-on", () => {
  it("is one of this server's pages", () => {
    expect(ownAddress("/admin/events?user=anna&from=2026-01-01")).toBe(
      "/admin/events?user=anna&from=2026-01-01",
    );
    expect(ownAddress("/hmi")).toBe("/hmi");
  });

  it("never leads elsewhere", () => {
    const others = ["//evil.example", "https://evil.example/admin", "/\\evil.example", "javascript:alert(1)"];
    for (const to of [...others, "/adminx", "/logon", "/api/v1/logon", "", undefined]) {
      expect(ownAddress(to), String(to)).toBeUndefined();
    }
    expect(ownAddress("/admin/../logon")).toBeUndefined();
  });
});

it("parameters go into the address and back as they are", () => {
  const params = { text: "a&b=c?ü<script>", page: "2" };
  expect(readSearch(writeSearch(params))).toEqual(params);
  expect(writeSearch({ empty: "", none: undefined })).toBe("");
  expect(readSearch("?a=1&a=2&__proto__=x")).toMatchObject({ a: "1" });
});
