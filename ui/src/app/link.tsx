import { iconConnectionFail } from "@siemens/ix-icons/icons";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { byServer } from "../api/clock";
import { currentLink, type Link, onLink } from "../api/link";
import { Icon } from "../parts/Icon";
import { Time } from "../parts/Time";

/** Whether the server can be heard. */
export const useLink = (): Link => useSyncExternalStore(onLink, currentLink);

/** Says at once that the connection is lost, and goes away by itself. */
export function LinkBanner() {
  const { t } = useTranslation("app");
  const link = useLink();
  return (
    <div role="alert" className="link-slot">
      {link.lost && (
        <p className="link-lost">
          <Icon icon={iconConnectionFail} size="24" />
          <strong>{t("linkLost")}</strong>
          <span>
            {t("linkSince")} <Time at={new Date(byServer(link.heardAt)).toISOString()} only="clock" />
          </span>
        </p>
      )}
    </div>
  );
}
