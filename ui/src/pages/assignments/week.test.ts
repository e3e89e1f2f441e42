import { describe, expect, it } from "vitest";
import {
  block,
  cover,
  covered,
  DAY,
  HOUR,
  isWhole,
  minuteOf,
  neat,
  painted,
  patterns,
  runs,
  type Span,
  shift,
  spansOf,
  textOf,
  WEEK,
} from "./week";

const span = (from: string, to: string): Span => ({ from, to });

describe("times of the week", () => {
  it("are read and written back to the minute", () => {
    for (let minute = 0; minute < WEEK; minute += 7) expect(minuteOf(textOf(minute))).toBe(minute);
  });

  it("that are none are not read", () => {
    for (const text of [
      "",
      "mon",
      "mon ",
      "mon 6",
      "mon 24:01",
      "mon 12:60",
      "day 12:00",
      "MON 12:00",
      "mon -1:00",
    ])
      expect(minuteOf(text), text).toBeUndefined();
  });

  it("are read as people type them, and written as the server does", () => {
    for (const typed of ["mon 6:30", "mon 630", "mon 0630"]) expect(neat(typed)).toBe("mon 06:30");
    expect(neat("mon 24:00")).toBe("tue 00:00");
    expect(neat("sun 2400")).toBe("mon 00:00");
    expect(neat("mon 6")).toBe("mon 6");
  });

  it("go on over midnight and over Sunday", () => {
    expect(covered([span("mon 22:00", "tue 06:00")])).toEqual([{ from: 22 * HOUR, to: DAY + 6 * HOUR }]);
    expect(covered([span("sun 22:00", "mon 06:00")])).toEqual([
      { from: 0, to: 6 * HOUR },
      { from: WEEK - 2 * HOUR, to: WEEK },
    ]);
    expect(spansOf(covered([span("sun 22:00", "mon 06:00")]))).toEqual([span("sun 22:00", "mon 06:00")]);
    expect(spansOf(covered([span("sun 22:00", "mon 00:00")]))).toEqual([span("sun 22:00", "mon 00:00")]);
  });

  it("that touch or overlap are one", () => {
    expect(spansOf(covered([span("mon 08:00", "mon 12:00"), span("mon 06:00", "mon 08:00")]))).toEqual([
      span("mon 06:00", "mon 12:00"),
    ]);
  });

  it("may cover the whole week, which no single span can say", () => {
    const all = painted([], [{ from: 0, to: WEEK }], true);
    expect(isWhole(covered(all))).toBe(true);
    expect(all.every(({ from, to }) => from !== to)).toBe(true);
    expect(painted(all, [{ from: 0, to: WEEK }], false)).toEqual([]);
  });
});

describe("painting", () => {
  it("adds a block of hours on each of its days, whichever corner it begins at", () => {
    const wanted = [span("mon 06:00", "mon 08:00"), span("tue 06:00", "tue 08:00")];
    expect(painted([], block({ day: 0, hour: 6 }, { day: 1, hour: 7 }), true)).toEqual(wanted);
    expect(painted([], block({ day: 1, hour: 6 }, { day: 0, hour: 7 }), true)).toEqual(wanted);
  });

  it("takes hours out of the middle of a span", () => {
    const lunch = block({ day: 0, hour: 12 }, { day: 0, hour: 12 });
    expect(painted([span("mon 06:00", "mon 18:00")], lunch, false)).toEqual([
      span("mon 06:00", "mon 12:00"),
      span("mon 13:00", "mon 18:00"),
    ]);
  });

  it("takes Sunday out of a night that goes on to Monday", () => {
    const sunday = block({ day: 6, hour: 0 }, { day: 6, hour: 23 });
    expect(painted([span("sun 22:00", "mon 06:00")], sunday, false)).toEqual([
      span("mon 00:00", "mon 06:00"),
    ]);
  });

  it("tells full hours from those that are covered in part", () => {
    const ranges = covered([span("mon 06:30", "mon 08:00")]);
    const hour = (at: number) => cover(ranges, { from: at * HOUR, to: (at + 1) * HOUR });
    expect([5, 6, 7, 8].map(hour)).toEqual(["none", "part", "full", "none"]);
  });
});

describe("what people are told", () => {
  it("has each time once with its days", () => {
    expect(patterns(painted([], shift("early"), true))).toEqual([
      { days: [0, 1, 2, 3, 4], from: 6 * HOUR, minutes: 8 * HOUR },
    ]);
    expect(patterns([span("sat 00:00", "mon 00:00")])).toEqual([{ days: [5], from: 0, minutes: 2 * DAY }]);
  });

  it("has the nights of early, late and night shift as one long time", () => {
    const all = [...shift("early"), ...shift("late"), ...shift("night")];
    expect(painted([], all, true)).toEqual([span("mon 06:00", "sat 06:00")]);
  });

  it("has days in a row as one", () => {
    expect(runs([0, 1, 2, 4, 6])).toEqual([
      [0, 2],
      [4, 4],
      [6, 6],
    ]);
  });
});
