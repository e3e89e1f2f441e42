import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Confirm } from "../parts/Dialog";
import { useUnsaved } from "./unsaved";

const selected = (search: unknown): unknown => (search as { id?: unknown }).id;

/**
 * Asks before unsaved changes are left, by a link, the back button or the browser's own. A change of
 * the address that stays on the page (a filter) does not ask, unless it selects another thing (`id`).
 */
export function Guard({ dirty }: { dirty: boolean }) {
  const { t } = useTranslation("parts");
  useUnsaved(dirty);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      dirty && (current.pathname !== next.pathname || selected(current.search) !== selected(next.search)),
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Confirm
      title={t("leaveTitle")}
      yes={t("leave")}
      no={t("stayHere")}
      danger
      onYes={blocker.proceed}
      onNo={blocker.reset}
    >
      <p>{t("leaveWhy")}</p>
    </Confirm>
  );
}
