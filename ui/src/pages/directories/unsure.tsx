import { useTranslation } from "react-i18next";
import { Told } from "../../parts";
import type { Verdict } from "./test-panel";

/** What is said before settings are saved that were not found to be good. */
export function Unsure({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation("directories");
  if (verdict === "bad") return <Told kind="warning">{t("saveBad")}</Told>;
  if (verdict === "good") return null;
  return <p className="soft small">{t("saveUntested")}</p>;
}
