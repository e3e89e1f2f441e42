/** Several roles, each added by a list and taken out by a button. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { SelectField } from "../../parts";
import { Chosen } from "../../parts/Chosen";
import { rolesQuery } from "../roles/data";
import type { Named } from "./data";
import { MOST } from "./form";

export interface RolesFieldProps {
  label: string;
  hint?: string;
  wrong?: string | undefined;
  value: readonly Named[];
  onChange: (roles: Named[]) => void;
}

export function RolesField({ label, hint, wrong, value, onChange }: RolesFieldProps) {
  const { t } = useTranslation("signature-policies");
  const mayRead = useAccess().may("roles.read");
  const { compare } = useFormat();
  const all = useQuery({ ...rolesQuery, enabled: mayRead }).data ?? [];
  const taken = new Set(value.map((role) => role.id));
  const free = all.filter((role) => !taken.has(role.id)).toSorted((a, b) => compare(a.name, b.name));
  const full = value.length >= MOST.roles;
  const add = (id: string): void => {
    const role = free.find((one) => one.id === id);
    if (role !== undefined) onChange([...value, { id, name: role.name }]);
  };
  return (
    <div className="stack sp-roles">
      <SelectField
        label={label}
        hint={mayRead ? hint : t("rolesHidden")}
        wrong={wrong}
        value=""
        disabled={!mayRead || full}
        options={[
          { value: "", label: t(full ? "rolesFull" : "addRole") },
          ...free.map((role) => ({ value: role.id, label: role.name })),
        ]}
        onText={add}
      />
      <Chosen things={value} onRemove={(id) => onChange(value.filter((role) => role.id !== id))} />
    </div>
  );
}
