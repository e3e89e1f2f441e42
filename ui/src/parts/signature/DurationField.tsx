import { useTranslation } from "react-i18next";
import { Field } from "../Field";
import { type Duration, UNITS, type Unit } from "./duration";
import "./signature.css";

export interface DurationFieldProps {
  label: string;
  hint?: string | undefined;
  wrong?: string | undefined;
  value: Duration;
  onChange: (value: Duration) => void;
}

const isUnit = (text: string): text is Unit => text in UNITS;

/** A number and its unit. */
export function DurationField({ label, hint, wrong, value, onChange }: DurationFieldProps) {
  const { t } = useTranslation("signature-parts");
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(ids) => (
        <div className="sg-duration">
          <input
            {...ids}
            className="control"
            inputMode="numeric"
            autoComplete="off"
            maxLength={9}
            value={value.amount}
            onChange={(event) => onChange({ ...value, amount: event.target.value })}
          />
          <select
            className="control"
            aria-label={t("unitOf", { what: label })}
            value={value.unit}
            onChange={(event) =>
              isUnit(event.target.value) && onChange({ ...value, unit: event.target.value })
            }
          >
            {Object.keys(UNITS).map((unit) => (
              <option key={unit} value={unit}>
                {t(`units.${unit}`)}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}
