/** What the words of the log are called in the reader's language; a newer server's stay as they are. */
import { useTranslation } from "react-i18next";
import type { Actor } from "./record";
import { CATEGORIES, RESULTS, SEVERITIES, typeOf } from "./types";

const KINDS = [
  "user",
  "group",
  "role",
  "assignment",
  "area",
  "station",
  "application",
  "session",
  "directory",
  "right",
  "person",
  "signature-policy",
  "signature-request",
  "signature-key",
];
const ACTORS = ["claimed", "server", "owner", "stranger"];

const within = (words: readonly string[], word: string): boolean => words.includes(word);

export interface Names {
  type: (id: string) => string;
  category: (id: string) => string;
  severity: (id: string) => string;
  result: (id: string) => string;
  kind: (id: string) => string;
  /** A short name of who did it. */
  actor: (who: Actor) => string;
}

export function useNames(): Names {
  const { t } = useTranslation("events");
  return {
    type: (id) => (typeOf(id) === undefined ? id : t(`types.${id}`)),
    category: (id) => (within(CATEGORIES, id) ? t(`categories.${id}`) : id),
    severity: (id) => (within(SEVERITIES, id) ? t(`severities.${id}`) : id),
    result: (id) => (within(RESULTS, id) ? t(`results.${id}`) : id),
    kind: (id) => (within(KINDS, id) ? t(`kinds.${id}`) : id),
    actor: (who) => {
      if (who.kind === "claimed") return t("claimed", { name: who.name });
      return within(ACTORS, who.kind) ? t(`actors.${who.kind}`) : who.name;
    },
  };
}
