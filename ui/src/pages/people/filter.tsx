import { useTranslation } from "react-i18next";
import { Search, SelectField, useAddress } from "../../parts";
import { chosen, type Directory, EVERY } from "./data";

/** Which directory, and the search; both stand in the address. */
export function Filter({ directories, label }: { directories: readonly Directory[]; label: string }) {
  const { t } = useTranslation("people");
  const [params, change] = useAddress();
  return (
    <div className="p-tools">
      {directories.length > 0 && (
        <SelectField
          label={t("directory")}
          value={chosen(directories, params.directory)?.id ?? EVERY}
          onText={(directory) => change({ directory })}
          options={[
            ...directories.map((one) => ({ value: one.id, label: one.name })),
            { value: EVERY, label: t("everyDirectory") },
          ]}
        />
      )}
      <Search label={label} value={params.text ?? ""} onSearch={(text) => change({ text })} />
    </div>
  );
}
