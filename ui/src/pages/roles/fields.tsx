import { useTranslation } from "react-i18next";
import { LinesField, TextField } from "../../parts";
import type { Role } from "./data";
import { IDLE, SESSION, toMinutes, toSeconds } from "./minutes";

/** A role as it stands in the form: times as they are typed. */
export interface RoleForm {
  name: string;
  description: string;
  idle: string;
  session: string;
}

export const EMPTY: RoleForm = { name: "", description: "", idle: "", session: "" };

export const formOf = (role: Role): RoleForm => ({
  name: role.name,
  description: role.description,
  idle: toMinutes(role.idle_seconds),
  session: toMinutes(role.session_seconds),
});

export const isValid = (form: RoleForm): boolean =>
  form.name.trim() !== "" &&
  toSeconds(form.idle, IDLE) !== undefined &&
  toSeconds(form.session, SESSION) !== undefined;

/** What of a role stands in the form, as the API takes it. */
export const ofForm = (form: RoleForm) => ({
  name: form.name,
  description: form.description,
  idle_seconds: toSeconds(form.idle, IDLE) ?? null,
  session_seconds: toSeconds(form.session, SESSION) ?? null,
});

export interface RoleFieldsProps {
  value: RoleForm;
  set: (changes: Partial<RoleForm>) => void;
  readOnly?: boolean;
  /** The name belongs to Pforte itself. */
  nameFixed?: boolean;
  autoFocus?: boolean;
}

/** Name, description and times of a role. */
export function RoleFields({
  value,
  set,
  readOnly = false,
  nameFixed = false,
  autoFocus = false,
}: RoleFieldsProps) {
  const { t } = useTranslation("roles");
  return (
    <>
      <TextField
        label={t("name")}
        required
        autoFocus={autoFocus}
        maxLength={128}
        readOnly={readOnly || nameFixed}
        value={value.name}
        onText={(name) => set({ name })}
      />
      <LinesField
        label={t("description")}
        rows={2}
        maxLength={1000}
        readOnly={readOnly}
        value={value.description}
        onText={(description) => set({ description })}
      />
      <div className="p-fields">
        <TextField
          label={t("idleMinutes")}
          hint={t("idleHint")}
          wrong={toSeconds(value.idle, IDLE) === undefined ? t("idleWrong") : undefined}
          inputMode="decimal"
          readOnly={readOnly}
          value={value.idle}
          onText={(idle) => set({ idle })}
        />
        <TextField
          label={t("sessionMinutes")}
          hint={t("sessionHint")}
          wrong={toSeconds(value.session, SESSION) === undefined ? t("sessionWrong") : undefined}
          inputMode="decimal"
          readOnly={readOnly}
          value={value.session}
          onText={(session) => set({ session })}
        />
      </div>
    </>
  );
}
