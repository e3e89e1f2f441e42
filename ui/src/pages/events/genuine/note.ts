/** The signed head of the log: a C2SP checkpoint (`tlog-checkpoint`, `signed-note`). */
import { fromBase64, toHex } from "./bytes";
import { type Head, same } from "./tree";

/** Ed25519 over the text of a note. */
const ED25519 = 1;

export interface Note extends Head {
  /** Which log it is. */
  origin: string;
  /** What is signed. */
  text: string;
  signatures: { name: string; id: string; signature: Uint8Array<ArrayBuffer> }[];
}

/** Reads a note; throws where it is none. */
export function readNote(note: string): Note {
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0 || !note.endsWith("\n")) throw new Error("not a signed note");
  const text = note.slice(0, blank + 1);
  const [origin = "", size = "", root = ""] = text.split("\n");
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) throw new Error("no size");
  const head = fromBase64(root);
  if (origin === "" || head.length !== 32) throw new Error("not a checkpoint");
  const lines = note.slice(blank + 2, -1).split("\n");
  return { origin, size: Number(size), root: head, text, signatures: lines.map(signatureOf) };
}

function signatureOf(line: string): Note["signatures"][number] {
  const found = /^— (\S+) (\S+)$/.exec(line);
  if (found === null) throw new Error("not a signature");
  const bytes = fromBase64(found[2] ?? "");
  return { name: found[1] ?? "", id: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) };
}

interface Key {
  name: string;
  id: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a key, `name+hash+base64`; throws where it does not fit its own hash. */
export async function readKey(text: string): Promise<Key> {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
  if (found === null) throw new Error("not a key");
  const [, name = "", id = "", encoded = ""] = found;
  const bytes = fromBase64(encoded);
  if (bytes[0] !== ED25519 || bytes.length !== 33) throw new Error("not an Ed25519 key");
  const told = new TextEncoder().encode(`${name}\n`);
  const hash = await crypto.subtle.digest("SHA-256", Uint8Array.of(...told, ...bytes));
  if (toHex(new Uint8Array(hash).slice(0, 4)) !== id) throw new Error("the key does not fit its hash");
  return { name, id, bytes: bytes.slice(1) };
}

/** `good`, `bad`, or `unable` where this browser cannot check such a signature. */
export type Signed = "good" | "bad" | "unable";

/** Whether the key signed the note; each signature that names the key must be right. */
export async function checkSigned(note: Note, key: string): Promise<Signed> {
  const { name, id, bytes } = await readKey(key);
  const own = note.signatures.filter((line) => line.name === name && line.id === id);
  if (own.length === 0 || note.origin !== name) return "bad";
  const text = new TextEncoder().encode(note.text);
  try {
    const known = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
    for (const { signature } of own) {
      if (!(await crypto.subtle.verify("Ed25519", known, signature, text))) return "bad";
    }
    return "good";
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return "unable";
    return "bad";
  }
}

export const sameHead = (a: Head, b: Head): boolean => a.size === b.size && same(a.root, b.root);
