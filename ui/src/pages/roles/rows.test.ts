import { describe, expect, it } from "vitest";
import type { Application, Role } from "./data";
import { rightsOf, rowsOf } from "./rows";

const application = (
  key: string,
  name: string,
  ...rights: [string, Record<string, string>][]
): Application => ({
  id: key,
  key,
  name,
  own_dialog: false,
  enabled: true,
  areas: [],
  stations: [],
  version: 1,
  rights: rights.map(([action, names]) => ({ id: action, name: `${key}/${action}`, names })),
});

const HMI = application(
  "hmi",
  "Process pictures",
  ["view", { en: "See", de: "Ansehen" }],
  ["ack", { en: "Acknowledge" }],
);
const BATCH = application("batch", "Batch control", ["start", {}]);
const OLD: Role = {
  id: "r",
  name: "Old",
  description: "",
  built_in: false,
  rights: ["hmi/view", "gone/do"],
  version: 1,
};
const compare = (a: string, b: string): number => a.localeCompare(b);
const shown = (text: string, application = ""): string[] =>
  rowsOf(rightsOf([HMI, BATCH], [OLD], "de"), { text, application }, compare).map((row) =>
    row.kind === "head" ? `${row.name} ${row.count}` : row.label,
  );

describe("the rows of the matrix", () => {
  it("stand below their application, with those that only a role still holds", () => {
    expect(shown("")).toEqual([
      "Batch control 1",
      "start",
      "gone 1",
      "do",
      "Process pictures 2",
      "Acknowledge",
      "Ansehen",
    ]);
  });

  it("are found by what people read and by the right's own name, in any case", () => {
    expect(shown("ANSEH")).toEqual(["Process pictures 1", "Ansehen"]);
    expect(shown(" hmi/V ")).toEqual(["Process pictures 1", "Ansehen"]);
    expect(shown("nothing")).toEqual([]);
  });

  it("can be those of one application", () => {
    expect(shown("", "batch")).toEqual(["Batch control 1", "start"]);
  });

  it("are there also for who may not see applications", () => {
    const rows = rowsOf(rightsOf([], [OLD], "en"), { text: "", application: "" }, compare);
    expect(rows.filter((row) => row.kind === "right").map((row) => row.right)).toEqual([
      "gone/do",
      "hmi/view",
    ]);
  });
});
