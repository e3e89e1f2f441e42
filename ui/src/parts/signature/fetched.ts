/** Files that belong to a request, fetched so that a refusal is told and not saved as a file. */
import { api, call } from "../../api/client";

export type DocumentForm = "json" | "pdf" | "xml";

/** The document that anybody checks without Pforte; a PDF has its labels in this language. */
export const documentOf = (id: string, form: DocumentForm, language: string): Promise<Blob> =>
  call(
    api.GET("/api/v1/signature-requests/{id}/document", {
      params: { path: { id }, query: form === "pdf" ? { form, language } : { form } },
      parseAs: "blob",
    }),
  ) as Promise<unknown> as Promise<Blob>;

/** The record as it was sent. */
export const recordOf = (id: string, signal?: AbortSignal): Promise<Blob> =>
  call(
    api.GET("/api/v1/signature-requests/{id}/record", {
      params: { path: { id } },
      parseAs: "blob",
      signal: signal ?? null,
    }),
  ) as Promise<unknown> as Promise<Blob>;

/** The public halves of the signature keys. */
export const keysFile = (): Promise<Blob> =>
  call(api.GET("/api/v1/signature-keys", { parseAs: "blob" })) as Promise<unknown> as Promise<Blob>;

/** Hands a file to the browser's downloads. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A name that every file system takes, made of any text. */
export function fileName(object: string, ending: string): string {
  const kept = object.normalize("NFC").replaceAll(/[^\p{L}\p{N}._]+/gu, "-");
  const plain = [...kept]
    .slice(0, 60)
    .join("")
    .replaceAll(/^[.-]+|[.-]+$/g, "");
  return `${plain || "signatures"}.${ending}`;
}
