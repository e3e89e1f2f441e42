import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts/Button";
import { Time } from "../../parts/Time";
import { Told } from "../../parts/Told";

const DAY_MS = 86_400_000;

/** The days until a password ends, rounded up; `null` while it need not be told. */
export function daysLeft(at: string, now: number, notice: number): number | null {
  const days = Math.max(0, Math.ceil((Date.parse(at) - now) / DAY_MS));
  return days <= notice ? days : null;
}

interface Ending {
  at: string;
  now: number;
  /** So many days before its end a password is told to end. */
  notice: number;
}

export function PasswordEnds({ at, now, notice }: Ending) {
  const { t } = useTranslation("station");
  const navigate = useNavigate();
  const days = daysLeft(at, now, notice);
  if (days === null) return null;
  return (
    <Told kind="warning">
      <strong>{t("passwordEnds", { count: days })}</strong>
      <p>
        <Time at={at} />
      </p>
      <div className="row">
        <Button onClick={() => void navigate({ to: "/password" })}>{t("password:title")}</Button>
      </div>
    </Told>
  );
}
