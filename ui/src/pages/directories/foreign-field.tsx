/** The other domains whose people may be in this one's groups. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { CheckField } from "../../parts";
import { directoriesQuery } from "./data";
import type { FieldsProps } from "./fields";
import { othersOf, withForeign } from "./form";

export function ForeignField({ value, set, readOnly = false, own }: FieldsProps) {
  const { t } = useTranslation("directories");
  const { data = [] } = useQuery(directoriesQuery);
  const others = othersOf(data, own, value.foreign);
  if (others.length === 0) return null;
  return (
    <fieldset className="d-set">
      <legend>{t("foreign")}</legend>
      {others.map(({ id, name }) => (
        <CheckField
          key={id}
          label={name}
          disabled={readOnly}
          checked={value.foreign.includes(id)}
          onCheck={(chosen) => set({ foreign: withForeign(value.foreign, id, chosen) })}
        />
      ))}
      <p className="hint">{t("foreignHint")}</p>
    </fieldset>
  );
}
