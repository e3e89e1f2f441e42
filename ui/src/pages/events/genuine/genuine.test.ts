// @vitest-environment node
import { describe, expect, it } from "vitest";
import { checkEvent, checkLog } from ".";
import { readNote } from "./note";
import samples from "./samples.json";
import { continues, type Hash, includes, leafOf } from "./tree";

const { checkpoint, later, consistency } = samples;
const [first, inner, last] = samples.inclusions.map((proof) => ({ proof, shown: JSON.parse(proof.record) }));
if (first === undefined || inner === undefined || last === undefined) throw new Error("no samples");

describe("an event of a real log", () => {
  it("is found to be genuine, wherever it stands", async () => {
    for (const { proof, shown } of [first, inner, last]) {
      expect(await checkEvent(shown, proof, checkpoint)).toEqual({ holds: true, signed: "good" });
    }
  });

  it("is not, when another record is shown than the hashed one", async () => {
    const shown = { ...inner.shown, result: "refused" };
    expect(await checkEvent(shown, inner.proof, checkpoint)).toEqual({ holds: false, at: "record" });
  });

  it("is not, when record and shown event were changed alike", async () => {
    const shown = { ...inner.shown, result: "refused" };
    const proof = { ...inner.proof, record: JSON.stringify(shown) };
    expect(await checkEvent(shown, proof, checkpoint)).toEqual({ holds: false, at: "leaf" });
  });

  it("is not, when it is told to stand elsewhere", async () => {
    const proof = { ...inner.proof, sequence: inner.proof.sequence + 1 };
    expect(await checkEvent(inner.shown, proof, checkpoint)).toEqual({ holds: false, at: "path" });
  });

  it("is not, when the proof leads to another log", async () => {
    expect(await checkEvent(inner.shown, inner.proof, later)).toEqual({ holds: false, at: "root" });
  });

  it("is not, when the checkpoint was not signed by the key", async () => {
    const note = checkpoint.note.replace(/(\S{8})=\n$/, (end) =>
      end.replace(/^./, (c) => (c === "A" ? "B" : "A")),
    );
    const forged = { ...checkpoint, note };
    expect(forged.note).not.toBe(checkpoint.note);
    expect(await checkEvent(inner.shown, inner.proof, forged)).toEqual({ holds: false, at: "signature" });
  });

  it("is not, when the key does not fit its own name", async () => {
    const other = { ...checkpoint, key: checkpoint.key.replace(/\+[0-9a-f]{8}\+/, "+00000000+") };
    expect(await checkEvent(inner.shown, inner.proof, other)).toEqual({ holds: false, at: "form" });
  });
});

describe("a real log", () => {
  const seen = readNote(checkpoint.note);

  it("goes on from what was seen", async () => {
    expect(await checkLog(seen, consistency, later)).toEqual({ holds: true, signed: "good" });
    expect(await checkLog(seen, { path: [] }, checkpoint)).toEqual({ holds: true, signed: "good" });
  });

  it("does not go on from anything else", async () => {
    const root = seen.root.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
    expect(await checkLog({ ...seen, root }, consistency, later)).toMatchObject({ holds: false });
    expect(await checkLog({ ...seen, size: seen.size - 1 }, consistency, later)).toMatchObject({
      holds: false,
    });
    expect(await checkLog(readNote(later.note), { path: [] }, checkpoint)).toMatchObject({ holds: false });
  });
});

/** A tree by the definition, to compare with. */
async function hashOf(leaves: Hash[]): Promise<Hash> {
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return only;
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  const parts = [await hashOf(leaves.slice(0, left)), await hashOf(leaves.slice(left))];
  const bytes = Uint8Array.of(1, ...(parts[0] ?? []), ...(parts[1] ?? []));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

async function pathOf(leaves: Hash[], at: number): Promise<Hash[]> {
  if (leaves.length < 2) return [];
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  const [l, r] = [leaves.slice(0, left), leaves.slice(left)];
  return at < left
    ? [...(await pathOf(l, at)), await hashOf(r)]
    : [...(await pathOf(r, at - left)), await hashOf(l)];
}

it("every leaf of trees of every small size is found, and no other in its place", async () => {
  const leaves = await Promise.all(
    Array.from({ length: 17 }, (_, at) => leafOf(`${at}`, new Uint8Array(16))),
  );
  for (let size = 1; size <= leaves.length; size += 1) {
    const some = leaves.slice(0, size);
    const root = await hashOf(some);
    for (const [at, leaf] of some.entries()) {
      const path = await pathOf(some, at);
      expect(await includes(leaf, at, size, path, root)).toBe(true);
      expect(await includes(leaf, (at + 1) % (size + 1), size, path, root)).toBe(false);
    }
    expect(await continues({ size, root }, { size, root }, [])).toBe(true);
  }
});
