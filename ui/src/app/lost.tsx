/** What is shown where an address has no page, and where a page has failed. */
import { type ErrorComponentProps, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "../parts/Button";
import { Empty, Failed } from "../parts/states";

export function NotFound() {
  const { t } = useTranslation("app");
  const navigate = useNavigate();
  return (
    <Empty title={t("notFound")}>
      <p>{t("notFoundWhy")}</p>
      <Button onClick={() => void navigate({ to: "/" })}>{t("toStart")}</Button>
    </Empty>
  );
}

/**
 * A page whose script cannot be fetched was built by another version of the server: the page is loaded
 * anew. Anything else is a mistake of the page and is told.
 */
export function PageFailed({ error }: ErrorComponentProps) {
  return <Failed error={error} retry={() => window.location.reload()} />;
}
