/** An application's name, whether its credential counts, where it gets answers, and how people sign in it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { CheckField, EditBar, Loaded, TextField, Told, useEdit } from "../../parts";
import { AreaChoice } from "../../parts/AreaChoice";
import { Chosen, type Named } from "../../parts/Chosen";
import { StationChoice } from "../../parts/StationChoice";
import type { LoadedProps } from "../../parts/states";
import { Copied } from "../areas/copy";
import { areasQuery } from "../areas/data";
import { stationsQuery } from "../stations/data";
import {
  type Application,
  applicationQuery,
  changeApplication,
  FIELDS,
  isOwn,
  showApplication,
} from "./data";

export interface SettingsProps {
  application: Application;
  mayChange: boolean;
}

/** In the order of the server, so that what was taken out and put in again is no change. */
const inOrder = (things: readonly Named[]): Named[] => things.toSorted((a, b) => (a.id < b.id ? -1 : 1));

const listed = (things: readonly Named[]): string => things.map(({ name }) => name).join(", ");

export function Settings({ application, mayChange }: SettingsProps) {
  const { t } = useTranslation("applications");
  const client = useQueryClient();
  const edit = useEdit<Application>({
    stored: application,
    fields: FIELDS,
    save: changeApplication,
    reload: () => showApplication(application.id),
    onSaved: (saved) => {
      client.setQueryData(applicationQuery(saved.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: ["applications"] });
    },
  });
  const { areas, stations } = edit.value;
  const why = useId();
  const valid = edit.value.name.trim() !== "";
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (edit.dirty && valid) void edit.save();
      }}
    >
      <dl className="facts app-facts">
        <div>
          <dt>{t("key")}</dt>
          <dd>
            <Copied text={application.key} label={t("key")} />
          </dd>
        </div>
        <div>
          <dt>{t("id")}</dt>
          <dd>
            <Copied text={application.id} label={t("id")} />
          </dd>
        </div>
      </dl>
      <div className="app-name">
        <TextField
          label={t("name")}
          hint={t("nameHint")}
          required
          maxLength={256}
          dir="auto"
          readOnly={!mayChange}
          value={edit.value.name}
          onText={(name) => edit.set({ name })}
        />
        <CheckField
          label={t("enabled")}
          checked={edit.value.enabled}
          disabled={!mayChange}
          onCheck={(enabled) => edit.set({ enabled })}
        />
      </div>
      {application.enabled && !edit.value.enabled && <Told kind="warning">{t("disabledWhy")}</Told>}
      {!isOwn(application) && (
        <div>
          <CheckField
            label={t("ownDialog")}
            aria-describedby={why}
            checked={edit.value.own_dialog}
            disabled={!mayChange}
            onCheck={(own_dialog) => edit.set({ own_dialog })}
          />
          <p className="small soft" id={why}>
            {t("ownDialogWhy")}
          </p>
        </div>
      )}
      {areas.length + stations.length === 0 && <Told kind="warning">{t("nowhereWhy")}</Told>}
      <div className="app-places">
        <Areas chosen={areas} mayChange={mayChange} onChoose={(next) => edit.set({ areas: inOrder(next) })} />
        <Stations
          chosen={stations}
          mayChange={mayChange}
          onChoose={(next) => edit.set({ stations: inOrder(next) })}
        />
      </div>
      <EditBar
        edit={edit}
        readOnly={!mayChange}
        valid={valid}
        fields={[
          { field: "name", label: t("name") },
          { field: "enabled", label: t("enabled"), show: (value) => (value.enabled ? t("on") : t("off")) },
          {
            field: "own_dialog",
            label: t("ownDialog"),
            show: (value) => (value.own_dialog ? t("on") : t("off")),
          },
          { field: "areas", label: t("areas"), show: (value) => listed(value.areas) },
          { field: "stations", label: t("stations"), show: (value) => listed(value.stations) },
        ]}
      />
      <button type="submit" hidden />
    </form>
  );
}

interface ScopeProps {
  chosen: readonly Named[];
  mayChange: boolean;
  onChoose: (things: Named[]) => void;
}

function Areas({ chosen, mayChange, onChoose }: ScopeProps) {
  const { t } = useTranslation("applications");
  const choosing = useAccess().may("areas.read") && mayChange;
  const query = useQuery({ ...areasQuery, enabled: choosing });
  return (
    <Places title={t("areas")} hint={t("areasHint")} chosen={chosen} query={choosing ? query : undefined}>
      {(all) => <AreaChoice label={t("areas")} areas={all} chosen={chosen} onChoose={onChoose} />}
    </Places>
  );
}

function Stations({ chosen, mayChange, onChoose }: ScopeProps) {
  const { t } = useTranslation("applications");
  const choosing = useAccess().may("stations.read") && mayChange;
  const query = useQuery({ ...stationsQuery, enabled: choosing });
  return (
    <Places
      title={t("stations")}
      hint={t("stationsHint")}
      chosen={chosen}
      query={choosing ? query : undefined}
    >
      {(all) => <StationChoice label={t("stations")} stations={all} chosen={chosen} onChoose={onChoose} />}
    </Places>
  );
}

interface PlacesProps<T> {
  title: string;
  hint: string;
  chosen: readonly Named[];
  /** What there is to choose from; none for who may not choose. */
  query: LoadedProps<T>["query"] | undefined;
  children: (all: T) => ReactNode;
}

/** Some places of the scope: chosen ones alone until there is something to choose from. */
function Places<T>({ title, hint, chosen, query, children }: PlacesProps<T>) {
  const { t } = useTranslation("applications");
  return (
    <fieldset className="card stack app-set">
      <legend>{title}</legend>
      <p className="small soft">{hint}</p>
      {query?.data === undefined && <Chosen things={chosen} />}
      {query === undefined && chosen.length === 0 && <p className="soft">{t("nonePlace")}</p>}
      {query !== undefined && <Loaded query={query}>{children}</Loaded>}
    </fieldset>
  );
}
