/** A choice of an area by its path. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { SelectField } from "../../parts";
import { type Area, areasQuery } from "./data";

export interface AreaChoiceProps {
  label: string;
  hint?: string;
  /** The identity of the chosen area; empty while none is. */
  value: string;
  onChoose: (id: string) => void;
  /** What no area means; without it one must be chosen. */
  none?: string;
  /** Areas that may be chosen; all without it. */
  allowed?: (area: Area) => boolean;
  disabled?: boolean;
  /** The path of the chosen one, where the areas may not be read or it is not among them. */
  fallback?: string | undefined;
}

export function AreaChoice(props: AreaChoiceProps) {
  const { label, hint, value, onChoose, none, allowed, disabled, fallback } = props;
  const { t } = useTranslation("areas");
  const format = useFormat();
  const areas = useQuery(areasQuery).data ?? [];
  const options = areas
    .filter((area) => allowed?.(area) ?? true)
    .map((area) => ({ value: area.id, label: area.path }))
    .toSorted((a, b) => format.compare(a.label, b.label));
  if (none !== undefined) options.unshift({ value: "", label: none });
  if (!options.some((option) => option.value === value)) {
    options.unshift({ value, label: value === "" ? t("chooseArea") : (fallback ?? value) });
  }
  return (
    <SelectField
      label={label}
      hint={hint}
      value={value}
      options={options}
      disabled={disabled ?? false}
      onText={onChoose}
    />
  );
}
