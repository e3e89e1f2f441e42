/** The stations at which a role counts: any, or some of them. */
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Loaded } from "../../parts";
import { Chosen } from "../../parts/Chosen";
import { StationChoice } from "../../parts/StationChoice";
import { stationsQuery } from "../stations/data";
import { inOrder, type Named } from "./data";

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
  return (
    <>
      {wrong && <p className="a-wrong">{t("stationsWrong")}</p>}
      {query.data === undefined && <Chosen things={value} />}
      <Loaded query={query} isEmpty={(all) => all.length === 0} empty={<Empty title={t("noStations")} />}>
        {(all) => (
          <StationChoice
            label={t("stations")}
            stations={all}
            chosen={value}
            onChoose={(chosen) => onChange(inOrder(chosen))}
          />
        )}
      </Loaded>
    </>
  );
}
