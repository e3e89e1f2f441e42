/** The rules that a refused password breaks, in the reader's language. */
import { useTranslation } from "react-i18next";
import { serverNow } from "../api/clock";
import { Problem, type Reason } from "../api/problem";
import { useFormat } from "../i18n/format";

/** The rules that a password breaks; `null` where it was refused for another reason. */
export const reasonsOf = (error: unknown): readonly Reason[] | null =>
  error instanceof Problem && error.code === "password-unfit" ? error.reasons : null;

/** What else went wrong than the rules of the password, which stand at the field. */
export const notOfRules = (error: unknown): unknown => (reasonsOf(error) === null ? error : null);

/** Each broken rule as one or more sentences; empty where nothing was refused because of them. */
export function useBroken(error: unknown): string[] {
  const { t } = useTranslation("password");
  const format = useFormat();
  const sentences = (reason: Reason): string => {
    const { code, least, most, missing, last, seconds, says } = reason;
    const parts = [t(`rules.${code}`, { least, most, defaultValue: t("rules.other") })];
    if (missing !== undefined && missing.length > 0) {
      const kinds = missing.map((kind) => t(`kinds.${kind}`, { defaultValue: kind })).join(", ");
      parts.push(t("missing", { kinds }));
    }
    if (typeof last === "number") parts.push(t("last", { last }));
    if (typeof seconds === "number")
      parts.push(t("soon", { time: format.time(serverNow() + seconds * 1000) }));
    if (typeof says === "string") parts.push(says);
    return parts.join(" ");
  };
  const reasons = reasonsOf(error);
  if (reasons === null) return [];
  return reasons.length === 0 ? [t("rules.other")] : reasons.map(sentences);
}
