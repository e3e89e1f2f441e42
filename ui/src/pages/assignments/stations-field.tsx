/** The stations at which a role counts: any, or some of them. */
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { CheckField, Empty, Loaded, Search } from "../../parts";
import { type Station, stationsQuery } from "../stations/data";
import { Chosen } from "./chosen";
import { inOrder, type Named } from "./data";

/** Lines of the list; of more stations some are searched. */
const MOST_SHOWN = 50;

export interface StationsFieldProps {
  value: readonly Named[] | null;
  wrong: boolean;
  onChange: (stations: Named[] | null) => void;
}

export function StationsField({ value, wrong, onChange }: StationsFieldProps) {
  const { t } = useTranslation("assignments");
  // What was chosen is there again when "any" was only tried.
  const [before, setBefore] = useState<Named[]>([]);
  const id = useId();
  const some = value !== null;
  return (
    <fieldset className="card stack a-set">
      <legend>{t("stations")}</legend>
      <div className="row">
        <Either
          name={id}
          label={t("anyStation")}
          checked={!some}
          onChoose={() => {
            setBefore([...(value ?? [])]);
            onChange(null);
          }}
        />
        <Either name={id} label={t("someStations")} checked={some} onChoose={() => onChange(before)} />
      </div>
      {some && <Some value={value} wrong={wrong} onChange={onChange} />}
    </fieldset>
  );
}

/** One of two ways; a pair in a fieldset of its own. */
export function Either({
  name,
  label,
  checked,
  onChoose,
}: {
  /** The same for both, so that the arrow keys lead from one to the other. */
  name: string;
  label: string;
  checked: boolean;
  onChoose: () => void;
}) {
  return (
    <label className="check">
      <input type="radio" name={name} checked={checked} onChange={onChoose} />
      <span>{label}</span>
    </label>
  );
}

interface SomeProps {
  value: readonly Named[];
  wrong: boolean;
  onChange: (stations: Named[]) => void;
}

function Some({ value, wrong, onChange }: SomeProps) {
  const { t } = useTranslation("assignments");
  const query = useQuery(stationsQuery);
  const remove = (id: string): void => onChange(value.filter((one) => one.id !== id));
  return (
    <>
      <Chosen things={value} onRemove={remove} />
      {wrong && <p className="a-wrong">{t("stationsWrong")}</p>}
      <Loaded query={query} isEmpty={(all) => all.length === 0} empty={<Empty title={t("noStations")} />}>
        {(all) => (
          <Choice
            all={all}
            chosen={new Set(value.map((one) => one.id))}
            onAdd={({ id, name }) => onChange(inOrder([...value, { id, name }]))}
            onRemove={remove}
          />
        )}
      </Loaded>
    </>
  );
}

interface ChoiceProps {
  all: readonly Station[];
  chosen: ReadonlySet<string>;
  onAdd: (station: Station) => void;
  onRemove: (id: string) => void;
}

function Choice({ all, chosen, onAdd, onRemove }: ChoiceProps) {
  const { t } = useTranslation("assignments");
  const { compare } = useFormat();
  const [text, setText] = useState("");
  const wanted = text.trim().toLocaleLowerCase();
  const fitting = all
    .filter((one) => `${one.name}\n${one.area.name}`.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => compare(a.name, b.name));
  const more = fitting.length - MOST_SHOWN;
  return (
    <>
      <Search label={t("searchStations")} value={text} onSearch={setText} />
      <div className="tree-box a-box a-stations">
        {fitting.slice(0, MOST_SHOWN).map((one) => (
          <CheckField
            key={one.id}
            checked={chosen.has(one.id)}
            onCheck={(on) => (on ? onAdd(one) : onRemove(one.id))}
            label={
              <>
                <bdi className="a-cut">{one.name}</bdi>
                <span className="small soft a-cut">{one.area.name}</span>
              </>
            }
          />
        ))}
        {fitting.length === 0 && <Empty title={t("noneFound")} />}
        {more > 0 && <p className="small soft">{t("moreStations", { count: more })}</p>}
      </div>
    </>
  );
}
