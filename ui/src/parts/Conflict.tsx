import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { type Conflicting, differing, type Edit, merged } from "./edit";

export interface Shown<T> {
  field: keyof T & string;
  label: string;
  /** How a value is shown; texts and numbers need none. */
  show?: (value: T) => ReactNode;
}

export interface ConflictProps<T extends object> {
  conflict: Conflicting<T>;
  fields: readonly Shown<T>[];
  onChoose: (chosen: T) => void;
  onClose: () => void;
}

/** What somebody else changed meanwhile, beside one's own values; one chooses field by field. */
export function Conflict<T extends object>({ conflict, fields, onChoose, onClose }: ConflictProps<T>) {
  const { t } = useTranslation("parts");
  const differ = differing(
    conflict,
    fields.map((shown) => shown.field),
  );
  const [mine, setMine] = useState<ReadonlySet<keyof T & string>>(
    () => new Set(differ.filter((one) => one.mineChanged).map((one) => one.field)),
  );
  const choose = (field: keyof T & string, own: boolean): void => {
    const next = new Set(mine);
    if (own) next.add(field);
    else next.delete(field);
    setMine(next);
  };
  return (
    <Dialog
      title={t("conflictTitle")}
      wide
      alert
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("back")}</Button>
          <Button onClick={() => onChoose(conflict.theirs)}>{t("takeTheirs")}</Button>
          <Button kind="primary" onClick={() => onChoose(merged(conflict, mine))}>
            {t("saveChosen")}
          </Button>
        </>
      }
    >
      <p>{t("conflictWhy")}</p>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("field")}</th>
            <th scope="col">{t("before")}</th>
            <th scope="col">{t("theirs")}</th>
            <th scope="col">{t("mine")}</th>
          </tr>
        </thead>
        <tbody>
          {differ.map(({ field }) => {
            const shown = fields.find((one) => one.field === field);
            const show = shown?.show ?? ((value: T) => String(value[field] ?? ""));
            const cell = (own: boolean, value: T) => (
              <label className="check">
                <input
                  type="radio"
                  name={field}
                  checked={mine.has(field) === own}
                  onChange={() => choose(field, own)}
                />
                <span className="wrap">{show(value)}</span>
              </label>
            );
            return (
              <tr key={field}>
                <th scope="row">{shown?.label ?? field}</th>
                <td>{show(conflict.base)}</td>
                <td>{cell(false, conflict.theirs)}</td>
                <td>{cell(true, conflict.mine)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Dialog>
  );
}

/** The foot of a form: save, put back, what went wrong, and the conflict where there is one. */
export function EditConflict<T extends object>({
  edit,
  fields,
}: {
  edit: Edit<T>;
  fields: readonly Shown<T>[];
}) {
  if (edit.conflict === null) return null;
  return (
    <Conflict
      conflict={edit.conflict}
      fields={fields}
      onChoose={(chosen) => void edit.resolve(chosen)}
      onClose={edit.dismiss}
    />
  );
}
