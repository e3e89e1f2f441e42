import { useTranslation } from "react-i18next";
import type { Form } from "./data";
import { useTelling, type Whose } from "./telling";

/** What the form says, as a sentence that changes with it. */
export function Means({ whose, form }: { whose: Whose; form: Form }) {
  const { t } = useTranslation("assignments");
  const { sentence } = useTelling();
  return (
    <p className="a-means wrap" role="status" aria-label={t("means")} dir="auto">
      {sentence(whose, form)}
    </p>
  );
}
