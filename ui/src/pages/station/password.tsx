import { useTranslation } from "react-i18next";
import { Time } from "../../parts/Time";
import { Told } from "../../parts/Told";

/** So many days before its end a password is told to end. */
export const TOLD_DAYS = 14;

const DAY_MS = 86_400_000;

/** The days until a password ends, rounded up; `null` while it need not be told. */
export function daysLeft(at: string, now: number): number | null {
  const days = Math.max(0, Math.ceil((Date.parse(at) - now) / DAY_MS));
  return days <= TOLD_DAYS ? days : null;
}

export function PasswordEnds({ at, now }: { at: string; now: number }) {
  const { t } = useTranslation("station");
  const days = daysLeft(at, now);
  if (days === null) return null;
  return (
    <Told kind="warning">
      <strong>{t("passwordEnds", { count: days })}</strong>
      <p>
        <Time at={at} /> · {t("passwordEndsWhat")}
      </p>
    </Told>
  );
}
