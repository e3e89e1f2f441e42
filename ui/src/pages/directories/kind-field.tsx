/** Which kind of directory it is, chosen before everything else. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { SelectField } from "../../parts";
import type { FieldsProps } from "./fields";
import { KINDS, SCHEMAS } from "./form";

export function KindField({ value, set, readOnly = false }: FieldsProps) {
  const { t } = useTranslation("directories");
  const name = useId();
  return (
    <fieldset className="d-set">
      <legend>{t("kind")}</legend>
      <div className="d-kinds">
        {KINDS.map((kind) => (
          <label key={kind} className="check">
            <input
              type="radio"
              name={name}
              disabled={readOnly}
              checked={value.kind === kind}
              onChange={() => set({ kind })}
            />
            <span>
              {t(`kinds.${kind}`)}
              <span className="d-domain soft small">{t(`kindsWhy.${kind}`)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Which other LDAP server it is: they name things differently. */
export function SchemaField({ value, set, readOnly = false }: FieldsProps) {
  const { t } = useTranslation("directories");
  return (
    <SelectField
      label={t("schema")}
      disabled={readOnly}
      value={value.schema}
      onText={(text) => set({ schema: SCHEMAS.find((one) => one === text) ?? value.schema })}
      options={SCHEMAS.map((one) => ({ value: one, label: t(`schemas.${one}`) }))}
    />
  );
}
