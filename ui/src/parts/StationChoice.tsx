/** Several stations, chosen from a list with a search. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../i18n/format";
import type { Station } from "../pages/stations/data";
import "../pages/areas/areas.css";
import { Chosen, type Named } from "./Chosen";
import { CheckField } from "./Field";
import { Search } from "./Search";
import { Empty } from "./states";

/** Lines of the list; of more stations some are searched. */
const MOST_SHOWN = 50;

export interface StationChoiceProps {
  label: string;
  stations: readonly Station[];
  chosen: readonly Named[];
  /** In any order: what is chosen is a set. */
  onChoose: (stations: Named[]) => void;
}

export function StationChoice({ label, stations, chosen, onChoose }: StationChoiceProps) {
  const { t } = useTranslation("parts");
  const { compare } = useFormat();
  const [text, setText] = useState("");
  const wanted = text.trim().toLocaleLowerCase();
  const fitting = stations
    .filter((one) => `${one.name}\n${one.area.name}`.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => compare(a.name, b.name));
  const more = fitting.length - MOST_SHOWN;
  const ids = new Set(chosen.map((one) => one.id));
  const remove = (id: string): void => onChoose(chosen.filter((one) => one.id !== id));
  const add = ({ id, name }: Station): void => onChoose([...chosen, { id, name }]);
  return (
    <>
      <Chosen things={chosen} onRemove={remove} />
      <Search label={t("stationsSearch")} value={text} onSearch={setText} />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has no height of its own to scroll in */}
      <div className="tree-box choice-box choice-stations" role="group" aria-label={label}>
        {fitting.slice(0, MOST_SHOWN).map((one) => (
          <CheckField
            key={one.id}
            checked={ids.has(one.id)}
            onCheck={(on) => (on ? add(one) : remove(one.id))}
            label={
              <>
                <bdi className="choice-cut">{one.name}</bdi>
                <span className="small soft choice-cut">{one.area.name}</span>
              </>
            }
          />
        ))}
        {fitting.length === 0 && <Empty title={t("stationsNoneFound")} />}
        {more > 0 && <p className="small soft">{t("stationsMore", { count: more })}</p>}
      </div>
    </>
  );
}
