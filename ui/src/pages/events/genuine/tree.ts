/**
 * The Merkle tree of the event log (RFC 6962, 2.1), checked by this browser itself: what the server
 * says about its log is not believed, it is computed anew.
 */

export type Hash = Uint8Array<ArrayBuffer>;

const joined = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const sha256 = async (...parts: Uint8Array[]): Promise<Hash> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));

/** The version of the encoding of a record; the first byte of what a leaf hashes. */
const VERSION = 1;

/** The leaf of a record: the hash over version, salt and record. */
export const leafOf = (record: string, salt: Uint8Array): Promise<Hash> =>
  sha256(Uint8Array.of(0, VERSION), salt, new TextEncoder().encode(record));

const node = (left: Hash, right: Hash): Promise<Hash> => sha256(Uint8Array.of(1), left, right);

/** Leaves from `start` up to, not including, `end`. */
interface Leaves {
  start: number;
  end: number;
}

/** The two subtrees of a tree; none of a single leaf. */
function halves({ start, end }: Leaves): [Leaves, Leaves] | undefined {
  const count = end - start;
  if (count < 2) return undefined;
  let left = 1;
  while (left * 2 < count) left *= 2;
  return [
    { start, end: start + left },
    { start: start + left, end },
  ];
}

export const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Whether the leaf stands at `sequence` in the log of `size` entries with this root. */
export async function includes(
  leaf: Hash,
  sequence: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): Promise<boolean> {
  if (sequence >= size) return false;
  const siblings: Leaves[] = [];
  let tree: Leaves = { start: 0, end: size };
  for (let both = halves(tree); both !== undefined; both = halves(tree)) {
    const [left, right] = both;
    const inLeft = sequence < left.end;
    siblings.unshift(inLeft ? right : left);
    tree = inLeft ? left : right;
  }
  if (siblings.length !== proof.length) return false;
  let hash = leaf;
  for (const [at, other] of proof.entries()) {
    const right = (siblings[at]?.start ?? 0) > sequence;
    hash = right ? await node(hash, other) : await node(other, hash);
  }
  return same(hash, root);
}

/** A log's size and the root of its tree. */
export interface Head {
  size: number;
  root: Hash;
}

/** Whether the newer log begins with the whole older one, unchanged. */
export async function continues(older: Head, newer: Head, proof: readonly Hash[]): Promise<boolean> {
  if (older.size > newer.size || older.size < 1) return false;
  const subtrees: Leaves[] = [];
  let tree: Leaves = { start: 0, end: newer.size };
  while (tree.end !== older.size) {
    const both = halves(tree);
    if (both === undefined) break;
    const inLeft = older.size <= both[0].end;
    subtrees.unshift(inLeft ? both[1] : both[0]);
    tree = inLeft ? both[0] : both[1];
  }
  // The last subtree of the older log; where it is all of it, its hash is known.
  if (tree.start > 0) subtrees.unshift(tree);
  if (subtrees.length !== proof.length) return false;
  let first = older.root;
  let parts = subtrees.map((leaves, at) => ({ leaves, hash: proof[at] ?? older.root }));
  if (parts[0]?.leaves.end === older.size) {
    first = parts[0].hash;
    parts = parts.slice(1);
  }
  let [was, is] = [first, first];
  for (const { leaves, hash } of parts) {
    if (leaves.start >= older.size) {
      is = await node(is, hash);
    } else {
      was = await node(hash, was);
      is = await node(hash, is);
    }
  }
  return same(was, older.root) && same(is, newer.root);
}
