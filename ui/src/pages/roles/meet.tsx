import { useTranslation } from "react-i18next";
import { Button, Dialog } from "../../parts";
import { Name } from "../people/shown";
import { type Difference, difference } from "./changes";
import { formOf } from "./fields";
import type { Meeting } from "./saving";

const mineOf = (mine: ReadonlyMap<string, boolean>): Difference => {
  const named = (wanted: boolean): string[] =>
    [...mine]
      .filter(([, to]) => to === wanted)
      .map(([right]) => right)
      .toSorted();
  return { added: named(true), removed: named(false) };
};

export interface MeetProps {
  meeting: Meeting;
  onResolve: (keepMine: boolean) => Promise<void>;
  onClose: () => void;
}

/** Somebody else changed the role meanwhile: what they did, what is wanted here, and what shall hold. */
export function Meet({ meeting, onResolve, onClose }: MeetProps) {
  const { t } = useTranslation("roles");
  const { base, theirs, mine } = meeting;
  const [before, now] = [formOf(base), formOf(theirs)];
  const fields = (["name", "description", "idle", "session"] as const).filter(
    (field) => before[field] !== now[field],
  );
  return (
    <Dialog
      title={t("parts:conflictTitle")}
      alert
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("backToMatrix")}</Button>
          <Button onClick={() => void onResolve(false)}>{t("withoutMine")}</Button>
          <Button kind="primary" onClick={() => void onResolve(true)}>
            {t("onTop")}
          </Button>
        </>
      }
    >
      <p>{t("meetWhy", { name: base.name })}</p>
      <div className="p-two-sides">
        <section className="stack">
          <h3>{t("parts:theirs")}</h3>
          {fields.map((field) => (
            <p key={field}>
              {t(`field.${field}`)}: <Name>{before[field] || "–"}</Name> → <Name>{now[field] || "–"}</Name>
            </p>
          ))}
          <Listed {...difference(base.rights, theirs.rights)} />
        </section>
        <section className="stack">
          <h3>{t("parts:mine")}</h3>
          <Listed {...mineOf(mine)} />
        </section>
      </div>
    </Dialog>
  );
}

function Listed({ added, removed }: Difference) {
  const { t } = useTranslation("roles");
  return (
    <>
      {added.length > 0 && <Rights title={t("added", { count: added.length })} rights={added} />}
      {removed.length > 0 && <Rights title={t("removed", { count: removed.length })} rights={removed} />}
    </>
  );
}

function Rights({ title, rights }: { title: string; rights: readonly string[] }) {
  return (
    <div>
      <strong>{title}</strong>
      <ul className="m-diff">
        {rights.map((right) => (
          <li key={right}>
            <Name>{right}</Name>
          </li>
        ))}
      </ul>
    </div>
  );
}
