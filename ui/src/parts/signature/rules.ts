/** The words of signature policies and requests, in the order in which people choose among them. */
import type { Schema } from "../../api/client";

export type Rules = Schema<"SigningRules">;
export type Step = Schema<"SigningStep">;
export type Request = Schema<"SignatureRequest">;
export type Signature = Schema<"Signature">;
export type Named = Schema<"Named">;

export const MEANINGS = [
  "performed",
  "verified",
  "reviewed",
  "approved",
  "released",
  "responsible",
  "authored",
  "witnessed",
] as const;

export const DEMANDS = ["none", "optional", "forced"] as const;
export const WHENS = ["before", "after"] as const;
export const PROOFS = ["weak", "single", "strong"] as const;
export const STATES = ["open", "checking", "complete", "refused", "cancelled", "expired"] as const;

/** Whether a request still waits for signatures. */
export const isOpen = (state: string): boolean => state === "open" || state === "checking";
