import { act, renderHook } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import { differing, merged, useEdit } from "./edit";

interface Role {
  name: string;
  rights: string[];
  version: number;
}

const stored: Role = { name: "Operator", rights: ["a"], version: 1 };
const theirs: Role = { name: "Chief operator", rights: ["a"], version: 2 };
const changed = new Problem("changed-meanwhile", 409, "");

function editing(save: (value: Role, on: Role) => Promise<Role>) {
  return renderHook(
    (props: { stored: Role }) =>
      useEdit<Role>({ stored: props.stored, save, reload: async () => theirs, fields: ["name", "rights"] }),
    { initialProps: { stored } },
  );
}

describe("an edit", () => {
  it("is unsaved only while it differs from what is stored", () => {
    const { result } = editing(vi.fn());
    act(() => result.current.set({ name: "Other" }));
    expect(result.current.dirty).toBe(true);
    act(() => result.current.set({ name: "Operator" }));
    expect(result.current.dirty).toBe(false);
  });

  it("keeps what was typed when saving fails", async () => {
    const { result } = editing(async () => Promise.reject(new Problem("busy", 503, "")));
    act(() => result.current.set({ name: "Other" }));
    await act(() => result.current.save());
    expect(result.current.value.name).toBe("Other");
    expect(result.current.problem?.code).toBe("busy");
    expect(result.current.dirty).toBe(true);
  });

  it("is not moved by a refresh in the background", () => {
    const { result, rerender } = editing(vi.fn());
    act(() => result.current.set({ rights: ["a", "b"] }));
    rerender({ stored: theirs });
    expect(result.current.value).toEqual({ ...stored, rights: ["a", "b"] });
  });

  it("shows what somebody else changed, and saves on top of it what was chosen", async () => {
    const save = vi.fn(async (value: Role, on: Role): Promise<Role> => {
      if (on.version === 1) throw changed;
      return { ...value, version: 3 };
    });
    const { result } = editing(save);
    act(() => result.current.set({ rights: ["a", "b"] }));
    await act(() => result.current.save());
    expect(result.current.conflict).toMatchObject({ base: stored, theirs, mine: { rights: ["a", "b"] } });
    const conflict = result.current.conflict;
    if (conflict === null) throw new Error("no conflict");
    await act(() => result.current.resolve(merged(conflict, new Set(["rights"]))));
    expect(save).toHaveBeenLastCalledWith({ name: "Chief operator", rights: ["a", "b"], version: 2 }, theirs);
    expect(result.current.conflict).toBeNull();
    expect(result.current.dirty).toBe(false);
  });
});

it("a conflict names who changed which field", () => {
  const conflict = { base: stored, theirs, mine: { ...stored, rights: ["b"] } };
  expect(differing(conflict, ["name", "rights"])).toEqual([
    { field: "name", theirsChanged: true, mineChanged: false },
    { field: "rights", theirsChanged: false, mineChanged: true },
  ]);
});
