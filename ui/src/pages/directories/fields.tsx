/** What is typed of a directory: first its kind, then what the kind has. */
import { useTranslation } from "react-i18next";
import { PasswordField, TextField } from "../../parts";
import { CaField } from "./ca-field";
import { ControllersField } from "./controllers-field";
import { type DirectoryForm, isLdap } from "./form";
import { KindField, SchemaField } from "./kind-field";
import { MoreFields } from "./more-fields";
import { ComputerFields, HostFields } from "./other-fields";
import { Safer } from "./safer";
import { isDomain } from "./valid";

export interface FieldsProps {
  value: DirectoryForm;
  set: (changes: Partial<DirectoryForm>) => void;
  readOnly?: boolean;
  /** The directory's identity, once it is stored. */
  own?: string | undefined;
}

export interface DirectoryFieldsProps extends FieldsProps {
  /** Whether the directory is there already: its kind stays. */
  stored?: boolean;
  /** Whether the stored password may not serve for what stands in the form. */
  needsPassword: boolean;
}

export function DirectoryFields({ stored = false, needsPassword, ...props }: DirectoryFieldsProps) {
  const { t } = useTranslation("directories");
  const { value, set, readOnly = false } = props;
  return (
    <>
      {!stored && <KindField {...props} />}
      <TextField
        label={t("name")}
        hint={t("nameHint")}
        required
        maxLength={128}
        dir="auto"
        readOnly={readOnly}
        value={value.name}
        onText={(name) => set({ name })}
      />
      {value.kind === "os" && <ComputerFields {...props} />}
      {value.kind === "workgroup" && (
        <>
          {!stored && <Safer />}
          <HostFields {...props} />
        </>
      )}
      {value.kind === "other-ldap" && <SchemaField {...props} />}
      {isLdap(value) && <LdapFields {...props} />}
      {value.kind !== "os" && <Account {...props} stored={stored} needed={needsPassword} />}
      {value.kind !== "os" && <MoreFields {...props} />}
    </>
  );
}

function LdapFields({ value, set, readOnly = false }: FieldsProps) {
  const { t } = useTranslation("directories");
  const domain = value.domain.trim();
  return (
    <>
      <TextField
        label={t("domain")}
        hint={value.kind === "other-ldap" ? t("domainHintLdap") : t("domainHint")}
        wrong={domain !== "" && !isDomain(domain) ? t("domainWrong") : undefined}
        required
        maxLength={253}
        readOnly={readOnly}
        value={value.domain}
        onText={(text) => set({ domain: text })}
      />
      <ControllersField value={value} set={set} readOnly={readOnly} />
      <CaField value={value} set={set} readOnly={readOnly} />
    </>
  );
}

interface AccountProps extends FieldsProps {
  stored: boolean;
  needed: boolean;
}

function Account({ value, set, readOnly = false, stored, needed }: AccountProps) {
  const { t } = useTranslation("directories");
  return (
    <>
      <TextField
        label={t("account")}
        hint={value.kind === "workgroup" ? t("accountHintHost") : t("accountHint")}
        required
        maxLength={1024}
        readOnly={readOnly}
        value={value.account}
        onText={(account) => set({ account })}
      />
      {!readOnly && (
        <PasswordField
          label={t("password")}
          hint={passwordHint(t, stored, needed)}
          required={!stored || needed}
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
