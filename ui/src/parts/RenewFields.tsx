/** A new password, typed twice; what is wrong with it stands below as a list. */
import { useTranslation } from "react-i18next";
import { useBroken } from "./broken";
import { PasswordField } from "./Field";
import { Told } from "./Told";

export interface Renewed {
  next: string;
  again: string;
}

export const NOT_RENEWED: Renewed = { next: "", again: "" };

/** Whether both fields hold the same. */
export const isRenewed = ({ next, again }: Renewed): boolean => next !== "" && next === again;

export interface RenewProps {
  value: Renewed;
  onChange: (value: Renewed) => void;
  autoFocus?: boolean;
}

export function RenewFields({ value, onChange, autoFocus = false }: RenewProps) {
  const { t } = useTranslation("password");
  const differs = value.again !== "" && value.next !== value.again;
  return (
    <>
      <PasswordField
        label={t("new")}
        name="new-password"
        autoComplete="new-password"
        required
        autoFocus={autoFocus}
        value={value.next}
        onText={(next) => onChange({ ...value, next })}
      />
      <PasswordField
        label={t("again")}
        name="new-password-again"
        autoComplete="new-password"
        required
        wrong={differs ? t("differs") : undefined}
        value={value.again}
        onText={(again) => onChange({ ...value, again })}
      />
    </>
  );
}

/** The rules that the new password breaks. */
export function BrokenRules({ error }: { error: unknown }) {
  const { t } = useTranslation("password");
  const broken = useBroken(error);
  if (broken.length === 0) return null;
  return (
    <Told kind="alarm" loud>
      <strong>{t("problems:password-unfit.what")}</strong>
      <ul className="broken-rules">
        {broken.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Told>
  );
}
