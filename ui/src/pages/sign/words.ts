/** Words for what is signed as what, and by whom. */
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import type { Asked } from "../../api/signing";
import { currentLanguage } from "../../i18n";
import { MEANINGS } from "../../parts/signature/rules";

/** What a signature stands for; a meaning of a newer server by its own name. */
export function useMeaning(): (meaning: string) => string {
  const { t } = useTranslation("sign");
  return (meaning) => {
    const known = MEANINGS.find((one) => one === meaning);
    return known === undefined ? meaning : t(`meanings.${known}`);
  };
}

/** Roles of which one suffices: `Operator or Shift lead`. */
export function useRoles(): (roles: readonly Schema<"Named">[]) => string {
  useTranslation("sign");
  const list = new Intl.ListFormat(currentLanguage(), { type: "disjunction" });
  return (roles) => list.format(roles.map((role) => role.name));
}

/** What is still missing: `released by Quality`. */
export function useMissing(): (asked: Asked) => string {
  const { t } = useTranslation("sign");
  const meaning = useMeaning();
  const roles = useRoles();
  return (asked) =>
    asked.rules.steps
      .filter((_, place) => (asked.missing[place] ?? 0) > 0)
      .map((step) => t("missingStep", { meaning: meaning(step.meaning), roles: roles(step.roles) }))
      .join("; ");
}
