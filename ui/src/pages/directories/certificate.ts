/**
 * What a pasted certificate says of itself, so that one sees which it is. Nothing is decided by it: the
 * server reads and checks certificates by itself.
 */
export interface Certificate {
  subject: string;
  issuer: string;
  from: Date;
  until: Date;
}

/** A piece of DER: its tag, and where its content begins and ends. */
interface Piece {
  tag: number;
  begin: number;
  end: number;
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const UTC_TIME = 0x17;
const BMP_STRING = 0x1e;

/** The names of the parts of a name that people know, by the bytes of their identifiers. */
const NAMES: Record<string, string> = { "550403": "CN", "550406": "C", "55040a": "O", "55040b": "OU" };

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

class Der {
  constructor(private readonly bytes: Uint8Array) {}

  private byte(at: number): number {
    const byte = this.bytes[at];
    if (byte === undefined) throw new Error("cut short");
    return byte;
  }

  piece(at: number): Piece {
    const tag = this.byte(at);
    const first = this.byte(at + 1);
    const long = first < 0x80 ? 0 : first & 0x7f;
    if (long > 3) throw new Error("too long");
    let length = long === 0 ? first : 0;
    for (let i = 0; i < long; i += 1) length = length * 256 + this.byte(at + 2 + i);
    const begin = at + 2 + long;
    if (begin + length > this.bytes.length) throw new Error("cut short");
    return { tag, begin, end: begin + length };
  }

  inside(of: Piece): Piece[] {
    const pieces: Piece[] = [];
    for (let at = of.begin; at < of.end; ) {
      const piece = this.piece(at);
      pieces.push(piece);
      at = piece.end;
    }
    return pieces;
  }

  text({ tag, begin, end }: Piece): string {
    const bytes = this.bytes.subarray(begin, end);
    if (tag !== BMP_STRING) return new TextDecoder().decode(bytes);
    return String.fromCharCode(
      ...Array.from(
        { length: bytes.length >> 1 },
        (_, i) => this.byte(begin + 2 * i) * 256 + this.byte(begin + 2 * i + 1),
      ),
    );
  }

  /** `CN=…, O=…`: the parts that have a name here. */
  name(of: Piece): string {
    const parts = this.inside(of)
      .flatMap((set) => this.inside(set))
      .map((pair) => {
        const [kind, value] = this.inside(pair);
        const known = kind && NAMES[hex(this.bytes.subarray(kind.begin, kind.end))];
        return known && value ? `${known}=${this.text(value)}` : "";
      });
    return parts.filter((part) => part !== "").join(", ");
  }

  time(of: Piece): Date {
    const text = this.text(of);
    // Two digits of a year mean 1950 to 2049.
    const year =
      of.tag === UTC_TIME
        ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text.slice(0, 2)}`
        : text.slice(0, 4);
    const rest = text.slice(of.tag === UTC_TIME ? 2 : 4).match(/\d\d/g) ?? [];
    const [month, day, hour, minute, second] = rest;
    return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second ?? "00"}Z`);
  }
}

function certificate(bytes: Uint8Array): Certificate {
  const der = new Der(bytes);
  const [signed] = der.inside(der.piece(0));
  if (signed?.tag !== SEQUENCE) throw new Error("no certificate");
  // Number, algorithm, issuer, validity, subject; before them the version, which may be missing.
  const [, , issuer, validity, subject] = der.inside(signed).filter(({ tag }) => tag !== VERSION);
  if (!issuer || !validity || !subject) throw new Error("no certificate");
  const [from, until] = der.inside(validity);
  if (!from || !until) throw new Error("no certificate");
  return {
    subject: der.name(subject),
    issuer: der.name(issuer),
    from: der.time(from),
    until: der.time(until),
  };
}

const PEM = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

/** The certificates of a PEM text; `null` for each that cannot be read. */
export const certificatesIn = (pem: string): (Certificate | null)[] =>
  [...pem.matchAll(PEM)].map(([, base64 = ""]) => {
    try {
      return certificate(Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0)));
    } catch {
      return null;
    }
  });

/** A chosen file as PEM: one of plain DER is put into that form. */
export function asPem(bytes: Uint8Array): string {
  if (bytes[0] !== SEQUENCE) return new TextDecoder().decode(bytes);
  const base64 = btoa(String.fromCharCode(...bytes)).replace(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}
