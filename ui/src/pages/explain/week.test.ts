import { expect, test } from "vitest";
import { weekLines } from "./week";

const DAY = 1440;

test("days with the same hours stand together", () => {
  const shift = [0, 1, 4].map((day) => ({ from: day * DAY + 360, to: day * DAY + 840 }));
  expect(weekLines(shift, "en")).toEqual(["Mon, Tue, Fri 06:00–14:00"]);
  expect(weekLines(shift.slice(0, 1), "de")).toEqual(["Mo 06:00–14:00"]);
});

test("a night ends on the next day, also from Sunday to Monday", () => {
  expect(weekLines([{ from: 6 * DAY + 1320, to: 360 }], "en")).toEqual(["Sun 22:00–06:00"]);
});

test("a span over several days names both ends, and a whole day ends at midnight", () => {
  expect(weekLines([{ from: 4 * DAY + 1320, to: 360 }], "en")).toEqual(["Fri 22:00 – Mon 06:00"]);
  expect(weekLines([{ from: DAY, to: 2 * DAY }], "en")).toEqual(["Tue 00:00–00:00"]);
});
