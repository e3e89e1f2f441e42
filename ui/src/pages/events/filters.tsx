/** The filters of the log, all of them in the address. */
import { iconClose, iconFilter } from "@siemens/ix-icons/icons";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Button, OpenField, Search, SelectField, TextField } from "../../parts";
import type { Params } from "../../parts/address";
import { FILTERS, type Filter, type FilterName, fromField, NONE, toField, wordsOf } from "./filter";
import { useNames } from "./names";
import { CATEGORIES, RESULTS } from "./types";
import { TypesDialog } from "./types-dialog";

export interface FiltersProps {
  filter: Filter;
  change: (changes: Params) => void;
}

export function Filters({ filter, change }: FiltersProps) {
  const { t } = useTranslation("events");
  const names = useNames();
  const [choosing, setChoosing] = useState(false);
  const [more, setMore] = useState(false);
  const types = wordsOf(filter.type);
  // Another choice begins at the newest again.
  const set = (changes: Params): void => change({ ...changes, before: undefined });
  const choices = (name: "category" | "result", words: readonly string[], called: (id: string) => string) => {
    const now = filter[name] ?? "";
    const several = now === "" || words.includes(now) ? [] : [now];
    return [
      { value: "", label: t("all") },
      ...words.map((word) => ({ value: word, label: called(word) })),
      ...several.map((value) => ({ value, label: wordsOf(value).map(called).join(", ") })),
    ];
  };
  const [only] = types;
  return (
    <div className="event-filters">
      <div className="event-filter-row">
        <Search label={t("text")} value={filter.text ?? ""} onSearch={(text) => set({ text })} />
        <OpenField
          label={t("columns.type")}
          value={types.length > 1 ? t("typesChosen", { count: types.length }) : only && names.type(only)}
          none={t("all")}
          onOpen={() => setChoosing(true)}
        />
        <SelectField
          label={t("columns.result")}
          value={filter.result ?? ""}
          options={choices("result", RESULTS, names.result)}
          onText={(result) => set({ result })}
        />
        <Button icon={iconFilter} aria-expanded={more} onClick={() => setMore(!more)}>
          {t("moreFilters")}
        </Button>
      </div>
      {more && (
        <div className="event-filter-row">
          <SelectField
            label={t("category")}
            value={filter.category ?? ""}
            options={choices("category", CATEGORIES, names.category)}
            onText={(category) => set({ category })}
          />
          {(["user", "station", "application"] as const).map((name) => (
            <Search
              key={name}
              label={t(`by.${name}`)}
              value={filter[name] ?? ""}
              onSearch={(text) => set({ [name]: text })}
            />
          ))}
          {(["from", "to"] as const).map((name) => (
            <TextField
              key={name}
              label={t(`by.${name}`)}
              type="datetime-local"
              step={1}
              value={toField(filter[name])}
              onText={(text) => set({ [name]: fromField(text) })}
            />
          ))}
        </div>
      )}
      <Chosen filter={filter} change={set} />
      {choosing && (
        <TypesDialog
          chosen={types}
          onClose={() => setChoosing(false)}
          onChoose={(chosen) => {
            setChoosing(false);
            set({ type: chosen.join(",") });
          }}
        />
      )}
    </div>
  );
}

/** What is filtered by, each with a way out of it. */
function Chosen({ filter, change }: FiltersProps) {
  const { t } = useTranslation("events");
  const names = useNames();
  const format = useFormat();
  const set = FILTERS.filter((name) => filter[name] !== undefined && name !== "text");
  if (set.length === 0) return null;
  const shown = (name: FilterName, value: string): string => {
    if (name === "from" || name === "to") return format.time(value);
    if (name === "type") return wordsOf(value).map(names.type).join(", ");
    if (name === "category") return wordsOf(value).map(names.category).join(", ");
    if (name === "result") return wordsOf(value).map(names.result).join(", ");
    return value;
  };
  return (
    <ul className="event-chosen" aria-label={t("filteredBy")}>
      {set.map((name) => {
        const value = shown(name, filter[name] ?? "");
        const label = t(`by.${name}`);
        return (
          <li key={name}>
            <Button
              icon={iconClose}
              aria-label={t("removeFilter", { filter: `${label}: ${value}` })}
              onClick={() => change({ [name]: undefined })}
            >
              <span className="cut" dir="auto">{`${label}: ${value}`}</span>
            </Button>
          </li>
        );
      })}
      <li>
        <Button kind="tertiary" onClick={() => change(NONE)}>
          {t("removeAll")}
        </Button>
      </li>
    </ul>
  );
}
