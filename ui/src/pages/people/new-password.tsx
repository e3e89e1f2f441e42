import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Button, PasswordField, Told } from "../../parts";
import { useBroken } from "../../parts/broken";
import { newPassword } from "./password";

export interface Chosen {
  text: string;
  /** Made here: it is shown, because somebody has to be told. */
  generated: boolean;
}

export const NONE: Chosen = { text: "", generated: false };

/** A new password, typed or generated; the rules that the server found broken stand at the field. */
export function NewPassword({
  value,
  onChange,
  error,
}: {
  value: Chosen;
  onChange: (value: Chosen) => void;
  error: unknown;
}) {
  const { t } = useTranslation("people");
  const id = useId();
  const sentences = useBroken(error).join(" ");
  return (
    <div className="stack">
      <PasswordField
        label={t("password")}
        required
        autoComplete="new-password"
        value={value.text}
        wrong={sentences === "" ? undefined : sentences}
        onText={(text) => onChange({ text, generated: false })}
      />
      <div className="row">
        <Button onClick={() => onChange({ text: newPassword(), generated: true })}>{t("generate")}</Button>
      </div>
      {value.generated && (
        <Told>
          <p id={id}>{t("generatedWhy")}</p>
          <p>
            <output aria-labelledby={id} className="p-secret-once">
              {value.text}
            </output>
          </p>
        </Told>
      )}
    </div>
  );
}
