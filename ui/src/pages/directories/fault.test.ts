import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import texts from "../../i18n/en/faults.json";

const TABLE = join(import.meta.dirname, "../../../../crates/pforte-directory/src/fault.rs");

it("every fault that a directory server can have has its sentences", () => {
  const codes = [...readFileSync(TABLE, "utf8").matchAll(/^ {4}\w+, "([a-z-]+)", "/gm)].map(
    ([, code]) => code,
  );
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !((code as string) in texts))).toEqual([]);
});
