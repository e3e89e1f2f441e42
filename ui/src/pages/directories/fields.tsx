/** What is typed of an Active Directory. */
import { useTranslation } from "react-i18next";
import { PasswordField, TextField } from "../../parts";
import { CaField } from "./ca-field";
import { type DirectoryForm, isDomain } from "./form";
import { ServersField } from "./servers-field";

export interface FieldsProps {
  value: DirectoryForm;
  set: (changes: Partial<DirectoryForm>) => void;
  readOnly?: boolean;
  autoFocus?: boolean;
  /** Whether a password is stored, and whether it may serve for what stands in the form. */
  stored?: boolean;
  needsPassword: boolean;
}

export function DirectoryFields({ value, set, readOnly = false, autoFocus = false, ...rest }: FieldsProps) {
  const { t } = useTranslation("directories");
  const { stored = false, needsPassword } = rest;
  const domain = value.domain.trim();
  return (
    <>
      <TextField
        label={t("name")}
        hint={t("nameHint")}
        required
        autoFocus={autoFocus}
        maxLength={128}
        dir="auto"
        readOnly={readOnly}
        value={value.name}
        onText={(name) => set({ name })}
      />
      <TextField
        label={t("domain")}
        hint={t("domainHint")}
        wrong={domain !== "" && !isDomain(domain) ? t("domainWrong") : undefined}
        required
        maxLength={253}
        readOnly={readOnly}
        value={value.domain}
        onText={(text) => set({ domain: text })}
      />
      <ServersField value={value.servers} readOnly={readOnly} onChange={(servers) => set({ servers })} />
      <CaField value={value} set={set} readOnly={readOnly} />
      <TextField
        label={t("account")}
        hint={t("accountHint")}
        required
        maxLength={1024}
        readOnly={readOnly}
        value={value.account}
        onText={(account) => set({ account })}
      />
      {!readOnly && (
        <PasswordField
          label={t("password")}
          hint={passwordHint(t, stored, needsPassword)}
          required={needsPassword}
          autoComplete="new-password"
          value={value.password}
          onText={(password) => set({ password })}
        />
      )}
    </>
  );
}

function passwordHint(
  t: (key: "passwordHint" | "passwordStays" | "passwordAgain") => string,
  stored: boolean,
  needed: boolean,
): string {
  if (!stored) return t("passwordHint");
  return needed ? t("passwordAgain") : t("passwordStays");
}
