/** The areas in which a role counts. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "../../parts";
import { AreaChoice } from "../../parts/AreaChoice";
import { Chosen } from "../../parts/Chosen";
import { areasQuery } from "../areas/data";
import { inOrder, type Named } from "./data";

export interface AreasFieldProps {
  value: readonly Named[];
  wrong: boolean;
  onChange: (areas: Named[]) => void;
}

export function AreasField({ value, wrong, onChange }: AreasFieldProps) {
  const { t } = useTranslation("assignments");
  const query = useQuery(areasQuery);
  return (
    <fieldset className="card stack a-set">
      <legend>{t("areas")}</legend>
      <p className="small soft">{t("areasHint")}</p>
      {wrong && <p className="a-wrong">{t("areasWrong")}</p>}
      {query.data === undefined && <Chosen things={value} />}
      <Loaded query={query}>
        {(areas) => (
          <AreaChoice
            label={t("areas")}
            areas={areas}
            chosen={value}
            onChoose={(chosen) => onChange(inOrder(chosen))}
          />
        )}
      </Loaded>
    </fieldset>
  );
}
