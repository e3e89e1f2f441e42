/** What the server finds doubtful about a policy, in the reader's words. */
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Told } from "../../parts";

type Warning = Schema<"PolicyWarning">;

const CODES = ["nobody-can-sign", "too-few-can-sign", "nobody-can-cancel", "strength-out-of-reach"];

export interface Doubts {
  /** In a few words, for a list. */
  short: (warning: Warning) => string;
  /** As a sentence. */
  whole: (warning: Warning) => string;
}

export function useDoubts(): Doubts {
  const { t } = useTranslation("signature-policies");
  const known = ({ code }: Warning): boolean => CODES.includes(code);
  return {
    short: (warning) => (known(warning) ? t(`doubtShort.${warning.code}`) : warning.code),
    whole: (warning) => {
      // A newer server's doubts are told in its own words.
      if (!known(warning)) return warning.detail;
      const told = t(`doubts.${warning.code}`);
      return typeof warning.step === "number" ? t("inStep", { n: warning.step + 1, told }) : told;
    },
  };
}

export function DoubtsTold({ warnings, loud = false }: { warnings: readonly Warning[]; loud?: boolean }) {
  const { t } = useTranslation("signature-policies");
  const { whole } = useDoubts();
  if (warnings.length === 0) return null;
  return (
    <Told kind="warning" loud={loud}>
      <strong>{t("doubtful")}</strong>
      <ul className="sp-doubts">
        {warnings.map((warning) => (
          <li key={`${warning.code} ${warning.step ?? ""}`}>{whole(warning)}</li>
        ))}
      </ul>
    </Told>
  );
}
