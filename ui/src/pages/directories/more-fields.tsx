/** What is seldom changed: where is searched, how the servers are spoken to, who is known how long. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SelectField, TextField } from "../../parts";
import type { FieldsProps } from "./fields";
import { ForeignField } from "./foreign-field";
import { isLdap, LOGINS, PROTECTIONS } from "./form";
import { isWhole, MOST_HOURS } from "./valid";

export function MoreFields({ value, set, readOnly = false, own }: FieldsProps) {
  const { t } = useTranslation("directories");
  const hours = isWhole(value.knownHours, 0, MOST_HOURS);
  // What a wrong value has opened stays open when it is right again.
  const [open, setOpen] = useState(false);
  return (
    <details className="d-more" open={open || !hours} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("more")}</summary>
      <div className="stack">
        {isLdap(value) && (
          <>
            <TextField
              label={t("base")}
              hint={t("baseHint")}
              maxLength={1024}
              readOnly={readOnly}
              value={value.base}
              onText={(base) => set({ base })}
            />
            <SelectField
              label={t("protection")}
              disabled={readOnly}
              value={value.protection}
              onText={(protection) => set({ protection })}
              options={PROTECTIONS.map((one) => ({ value: one, label: t(`protections.${one}`) }))}
            />
            <SelectField
              label={t("login")}
              disabled={readOnly}
              value={value.login}
              onText={(login) => set({ login })}
              options={LOGINS.map((one) => ({ value: one, label: t(`logins.${one}`) }))}
            />
          </>
        )}
        {value.kind === "active-directory" && (
          <ForeignField value={value} set={set} readOnly={readOnly} own={own} />
        )}
        <TextField
          label={t("knownHours")}
          hint={t("knownHoursHint")}
          wrong={hours ? undefined : t("knownHoursWrong", { most: MOST_HOURS })}
          inputMode="numeric"
          maxLength={3}
          readOnly={readOnly}
          value={value.knownHours}
          onText={(knownHours) => set({ knownHours })}
        />
      </div>
    </details>
  );
}
