import { useTranslation } from "react-i18next";
import { Told } from "../../parts";

/** A workgroup host is a way for where there is no domain; what a domain does better, and what to do. */
export function Safer() {
  const { t } = useTranslation("directories");
  return (
    <Told kind="warning">
      <strong>{t("domainSafer")}</strong> {t("domainSaferDo")}
    </Told>
  );
}
