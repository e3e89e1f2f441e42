import { expect, it } from "vitest";
import { fileName } from "../../parts/signature/fetched";
import { filterOf } from "./data";

it("the address asks for one filter, and for nothing that the server does not know", () => {
  expect(filterOf({})).toEqual({});
  expect(filterOf({ state: "open", object: "Batch 1" })).toEqual({ state: "open" });
  expect(filterOf({ state: "<b>", object: " " })).toEqual({});
  expect(filterOf({ object: "Batch 1", person: "p" })).toEqual({ object: "Batch 1" });
  expect(filterOf({ person: "p" })).toEqual({ person: "p" });
  expect(filterOf({ object: "x".repeat(500) }).object).toHaveLength(200);
});

it("a file is named by its object, whatever stands in that", () => {
  expect(fileName("Batch 4711", "json")).toBe("Batch-4711.json");
  expect(fileName("../../etc/passwd", "json")).toBe("etc-passwd.json");
  expect(fileName("\u202e<b>:?*", "txt")).toBe("b.txt");
  expect(fileName("\u0000//", "bin")).toBe("signatures.bin");
  expect(fileName("充填", "json")).toBe("充填.json");
});
