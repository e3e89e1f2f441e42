import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Guard } from "../app/guard";
import { Button } from "./Button";
import { EditConflict, type Shown } from "./Conflict";
import type { Edit } from "./edit";
import { ProblemTold } from "./ProblemTold";

export interface EditBarProps<T extends object> {
  edit: Edit<T>;
  /** The fields with their labels, for the conflict. */
  fields: readonly Shown<T>[];
  /** Whether what stands in the form can be saved at all. */
  valid?: boolean;
  /** The reader may look but not change. */
  readOnly?: boolean;
  /** What the reader should see before saving. */
  children?: ReactNode;
}

/**
 * The foot of a form that uses `useEdit`: save, put back, what went wrong, what changed meanwhile, and
 * the question before unsaved changes are left. Put it into a `<form>` whose `onSubmit` calls `edit.save`.
 */
export function EditBar<T extends object>({
  edit,
  fields,
  valid = true,
  readOnly = false,
  children,
}: EditBarProps<T>) {
  const { t } = useTranslation("parts");
  if (readOnly) return null;
  return (
    <div className="stack edit-bar">
      {children}
      <ProblemTold error={edit.problem} />
      <div className="actions">
        {edit.dirty && (
          <span className="soft grow" role="status">
            {t("unsaved")}
          </span>
        )}
        <Button onClick={edit.reset} disabled={!edit.dirty || edit.saving}>
          {t("putBack")}
        </Button>
        <Button
          kind="primary"
          busy={edit.saving}
          disabled={!edit.dirty || !valid}
          onClick={() => void edit.save()}
        >
          {t("save")}
        </Button>
      </div>
      <EditConflict edit={edit} fields={fields} />
      <Guard dirty={edit.dirty} />
    </div>
  );
}
