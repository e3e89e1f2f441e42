/** The acts that are signed: rights of applications, found by their names. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { CheckField, Empty, ProblemTold, Progress, Search, Told } from "../../parts";
import { Chosen } from "../../parts/Chosen";
import { isOwn } from "../applications/data";
import { useApplications } from "../roles/data";

/** Lines of the list; of more acts some are searched. */
const MOST_SHOWN = 50;

export interface ActionsFieldProps {
  value: readonly string[];
  wrong: boolean;
  onChange: (actions: string[]) => void;
}

interface Act {
  name: string;
  label: string;
  application: string;
}

export function ActionsField({ value, wrong, onChange }: ActionsFieldProps) {
  const { t, i18n } = useTranslation("signature-policies");
  const mayRead = useAccess().may("applications.read");
  const { compare } = useFormat();
  const [text, setText] = useState("");
  const { known, all, error } = useApplications();
  const acts: Act[] = all
    .filter((application) => !isOwn(application))
    .flatMap((application) =>
      application.rights.map(({ name, names }) => ({
        name,
        label: names[i18n.language] ?? names.en ?? name,
        application: application.name,
      })),
    );
  const wanted = text.trim().toLocaleLowerCase();
  const fitting = acts
    .filter((act) => [act.name, act.label, act.application].join("\n").toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => compare(a.name, b.name));
  const more = fitting.length - MOST_SHOWN;
  const chosen = new Set(value);
  const set = (name: string, on: boolean): void =>
    onChange((on ? [...value, name] : value.filter((one) => one !== name)).toSorted());
  return (
    <fieldset className="card stack sp-set">
      <legend>{t("actions")}</legend>
      <p className="small soft">{t("actionsHint")}</p>
      {wrong && <p className="sp-wrong">{t("actionsWrong")}</p>}
      <Chosen things={value.map((name) => ({ id: name, name }))} onRemove={(name) => set(name, false)} />
      <ProblemTold error={error} />
      {!mayRead && <Told>{t("actionsHidden")}</Told>}
      {mayRead && !known && <Progress />}
      {mayRead && known && (
        <>
          <Search label={t("actionsSearch")} value={text} onSearch={setText} />
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has no height of its own to scroll in */}
          <div className="tree-box choice-box choice-stations" role="group" aria-label={t("actions")}>
            {fitting.slice(0, MOST_SHOWN).map((act) => (
              <CheckField
                key={act.name}
                checked={chosen.has(act.name)}
                onCheck={(on) => set(act.name, on)}
                label={
                  <>
                    <bdi className="choice-cut">{act.label}</bdi>
                    <span className="small soft choice-cut">{act.name}</span>
                  </>
                }
              />
            ))}
            {fitting.length === 0 && <Empty title={t("actionsNoneFound")} />}
            {more > 0 && <p className="small soft">{t("actionsMore", { count: more })}</p>}
          </div>
        </>
      )}
    </fieldset>
  );
}
