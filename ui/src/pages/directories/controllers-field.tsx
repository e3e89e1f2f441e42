/** The servers of an LDAP directory: named, or those of a domain found by DNS. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "../../parts";
import type { FieldsProps } from "./fields";
import { ServersField } from "./servers-field";
import { areAddresses } from "./valid";

export function ControllersField({ value, set, readOnly = false }: FieldsProps) {
  const { t } = useTranslation("directories");
  const name = useId();
  const domain = value.kind === "active-directory";
  const way = (found: boolean, label: string) => (
    <label className="check">
      <input
        type="radio"
        name={name}
        disabled={readOnly}
        checked={value.found === found}
        onChange={() => set({ found })}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <fieldset className="d-set">
      <legend>{domain ? t("controllers") : t("ldapServers")}</legend>
      {domain && (
        <div className="d-trust">
          {way(false, t("serversNamed"))}
          {way(true, t("serversFound"))}
        </div>
      )}
      {domain && value.found ? (
        <Found value={value} set={set} readOnly={readOnly} />
      ) : (
        <ServersField
          value={value.servers}
          domain={domain}
          readOnly={readOnly}
          onChange={(servers) => set({ servers })}
        />
      )}
    </fieldset>
  );
}

function Found({ value, set, readOnly = false }: FieldsProps) {
  const { t } = useTranslation("directories");
  return (
    <>
      <TextField
        label={t("dns")}
        hint={t("dnsHint")}
        wrong={areAddresses(value.dns) ? undefined : t("dnsWrong")}
        maxLength={400}
        readOnly={readOnly}
        value={value.dns}
        onText={(dns) => set({ dns })}
      />
      <TextField
        label={t("site")}
        hint={t("siteHint")}
        maxLength={253}
        readOnly={readOnly}
        value={value.site}
        onText={(site) => set({ site })}
      />
    </>
  );
}
