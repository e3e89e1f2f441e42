/** Is an event, and the whole log, still what it was? Checked here, with nothing but hashes and a key. */
import type { Schema } from "../../../api/client";
import { fromHex } from "./bytes";
import { checkSigned, readNote, type Signed } from "./note";
import { continues, type Head, includes, leafOf, same } from "./tree";

/** What a check found: everything fits, or the first thing that does not. */
export type Finding =
  | { holds: true; signed: Exclude<Signed, "bad"> }
  | { holds: false; at: "record" | "leaf" | "path" | "root" | "signature" | "form" };

/** Whether browsers may compute hashes here: on a page over TLS or on the computer itself. */
export const canCheck = (): boolean => globalThis.crypto?.subtle !== undefined;

/** Key order and spaces do not count: the same fields with the same values. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * Whether an event as it is shown stands in the log that the checkpoint signs: the record is the hashed
 * one, its hash leads to the root, and the log's key signed that root.
 */
export async function checkEvent(
  shown: unknown,
  proof: Schema<"InclusionProof">,
  checkpoint: Schema<"Checkpoint">,
): Promise<Finding> {
  try {
    const note = readNote(checkpoint.note);
    const [leaf, root] = [fromHex(proof.leaf), fromHex(proof.root)];
    const { record } = proof;
    if (record !== undefined && record !== null) {
      if (canonical(JSON.parse(record)) !== canonical(shown)) return { holds: false, at: "record" };
      if (!same(await leafOf(record, fromHex(proof.salt)), leaf)) return { holds: false, at: "leaf" };
    }
    const path = proof.path.map(fromHex);
    if (!(await includes(leaf, proof.sequence, proof.size, path, root))) return { holds: false, at: "path" };
    if (note.size !== proof.size || !same(note.root, root)) return { holds: false, at: "root" };
    const signed = await checkSigned(note, checkpoint.key);
    return signed === "bad" ? { holds: false, at: "signature" } : { holds: true, signed };
  } catch {
    return { holds: false, at: "form" };
  }
}

/** Whether the log of the checkpoint begins with the whole log that was seen before. */
export async function checkLog(
  seen: Head,
  proof: Pick<Schema<"ConsistencyProof">, "path">,
  checkpoint: Schema<"Checkpoint">,
): Promise<Finding> {
  try {
    const note = readNote(checkpoint.note);
    const signed = await checkSigned(note, checkpoint.key);
    if (signed === "bad") return { holds: false, at: "signature" };
    const fits = await continues(seen, note, proof.path.map(fromHex));
    return fits ? { holds: true, signed } : { holds: false, at: "path" };
  } catch {
    return { holds: false, at: "form" };
  }
}
