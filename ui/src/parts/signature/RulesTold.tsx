import { useTranslation } from "react-i18next";
import type { Rules } from "./rules";
import { type Scope, useRulesTelling } from "./telling";
import "./signature.css";

/** The rules as sentences; in a form they change with what is typed. */
export function RulesTold({ rules, scope, live = false }: { rules: Rules; scope?: Scope; live?: boolean }) {
  const { t } = useTranslation("signature-parts");
  const { sentences } = useRulesTelling();
  return (
    // It scrolls where there is little room, and must do so by keys as well.
    <section className="sg-means" aria-label={t("means")} tabIndex={live ? 0 : undefined}>
      <p className="wrap" dir="auto" aria-live={live ? "polite" : undefined}>
        {sentences(rules, scope)}
      </p>
    </section>
  );
}
