/** Chooses types of events, by their categories. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, CheckField, Dialog } from "../../parts";
import { useNames } from "./names";
import { CATEGORIES, TYPES } from "./types";

export interface TypesDialogProps {
  chosen: readonly string[];
  onChoose: (types: string[]) => void;
  onClose: () => void;
}

export function TypesDialog({ chosen, onChoose, onClose }: TypesDialogProps) {
  const { t } = useTranslation("events");
  const names = useNames();
  const [wanted, setWanted] = useState<ReadonlySet<string>>(() => new Set(chosen));
  const set = (ids: readonly string[], on: boolean): void => {
    const next = new Set(wanted);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setWanted(next);
  };
  return (
    <Dialog
      title={t("chooseTypes")}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button onClick={() => onChoose([])}>{t("allTypes")}</Button>
          <Button kind="primary" onClick={() => onChoose([...wanted])}>
            {t("showChosen")}
          </Button>
        </>
      }
    >
      <div className="event-types">
        {CATEGORIES.map((category) => {
          const inside = TYPES.filter((type) => type.category === category).map(({ id }) => id);
          return (
            <fieldset key={category}>
              <legend>{names.category(category)}</legend>
              <CheckField
                label={t("allOf", { category: names.category(category) })}
                checked={inside.every((id) => wanted.has(id))}
                onCheck={(on) => set(inside, on)}
              />
              {inside.map((id) => (
                <CheckField
                  key={id}
                  label={names.type(id)}
                  checked={wanted.has(id)}
                  onCheck={(on) => set([id], on)}
                />
              ))}
            </fieldset>
          );
        })}
      </div>
    </Dialog>
  );
}
