/** What is typed of a workgroup host, and of the accounts of Pforte's own computer. */
import { useTranslation } from "react-i18next";
import { TextField } from "../../parts";
import type { FieldsProps } from "./fields";
import { isAddress } from "./valid";

export function HostFields({ value, set, readOnly = false }: FieldsProps) {
  const { t } = useTranslation("directories");
  const wrong = value.address.trim() !== "" && !isAddress(value.address);
  return (
    <>
      <TextField
        label={t("host")}
        hint={t("hostHint")}
        required
        maxLength={253}
        readOnly={readOnly}
        value={value.host}
        onText={(host) => set({ host })}
      />
      <TextField
        label={t("address")}
        hint={t("addressHint")}
        wrong={wrong ? t("addressWrong") : undefined}
        maxLength={45}
        readOnly={readOnly}
        value={value.address}
        onText={(address) => set({ address })}
      />
    </>
  );
}

export function ComputerFields({ value, set, readOnly = false }: FieldsProps) {
  const { t } = useTranslation("directories");
  return (
    <>
      <TextField
        label={t("pam")}
        hint={t("pamHint")}
        required
        maxLength={64}
        readOnly={readOnly}
        value={value.pam}
        onText={(pam) => set({ pam })}
      />
      <TextField
        label={t("leastUid")}
        hint={t("leastUidHint")}
        required
        inputMode="numeric"
        maxLength={10}
        readOnly={readOnly}
        value={value.leastUid}
        onText={(leastUid) => set({ leastUid })}
      />
    </>
  );
}
