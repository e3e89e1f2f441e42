/** One area: where it lies, its name and place to change, what stands in it. */
import { iconUserCheck } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, EditBar, TextField, Told, useEdit } from "../../parts";
import { useGo, useMayOpen } from "../people/go";
import { AreaChoice } from "./choice";
import { Copied } from "./copy";
import { type Area, everyPage, pageQuery } from "./data";
import { canMove, countBelow } from "./tree";

const FIELDS = ["name", "parent"] as const;

/** Saves a name or a place, and only what differs. */
export const changeArea = (value: Area, stored: Area): Promise<Area> =>
  call(
    api.PATCH("/api/v1/areas/{id}", {
      params: { path: { id: stored.id } },
      body: {
        version: stored.version,
        ...(value.name === stored.name ? {} : { name: value.name }),
        ...(value.parent === stored.parent ? {} : { parent: value.parent ?? null }),
      },
    }),
  );

export interface AreaDetailProps {
  area: Area;
  areas: readonly Area[];
  nameField: RefObject<HTMLInputElement | null>;
}

export function AreaDetail({ area, areas, nameField }: AreaDetailProps) {
  const { t } = useTranslation("areas");
  const client = useQueryClient();
  const mayChange = useAccess().may("areas.manage");
  const go = useGo();
  const open = useMayOpen();
  const pathOf = (id: string | null | undefined): string =>
    areas.find((one) => one.id === id)?.path ?? id ?? "";
  const edit = useEdit<Area>({
    stored: area,
    fields: FIELDS,
    save: changeArea,
    reload: () => call(api.GET("/api/v1/areas/{id}", { params: { path: { id: area.id } } })),
    onSaved: () => void client.invalidateQueries({ queryKey: ["areas"] }),
  });
  const parent = edit.value.parent ?? "";
  return (
    <>
      <dl className="facts">
        <dt>{t("path")}</dt>
        <dd>
          <Copied text={area.path} label={t("path")} />
        </dd>
        <dt>{t("id")}</dt>
        <dd>
          <Copied text={area.id} label={t("id")} />
        </dd>
        <dt>{t("below")}</dt>
        <dd>{t("areas", { count: countBelow(areas, area.id) })}</dd>
      </dl>
      <StationsHere area={area} />
      {open("assignments") && (
        <div className="row">
          <Button icon={iconUserCheck} onClick={() => go("assignments", undefined, { area: area.id })}>
            {t("whoHere")}
          </Button>
        </div>
      )}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void edit.save();
        }}
      >
        <TextField
          ref={nameField}
          label={t("name")}
          hint={t("nameHint")}
          required
          maxLength={256}
          dir="auto"
          readOnly={!mayChange}
          value={edit.value.name}
          onText={(name) => edit.set({ name })}
        />
        {area.parent ? (
          <AreaChoice
            label={t("above")}
            value={parent}
            fallback={pathOf(parent)}
            disabled={!mayChange}
            allowed={(one) => one.id === area.parent || canMove(areas, area.id, one.id)}
            onChoose={(id) => edit.set({ parent: id })}
          />
        ) : (
          <p className="soft small">{t("root")}</p>
        )}
        {area.parent && parent !== area.parent && (
          <Told kind="warning">
            <MoveMeans area={area} areas={areas} below={parent} />
          </Told>
        )}
        <EditBar
          edit={edit}
          readOnly={!mayChange}
          valid={edit.value.name.trim() !== ""}
          fields={[
            { field: "name", label: t("name") },
            { field: "parent", label: t("above"), show: (value) => pathOf(value.parent) },
          ]}
        />
      </form>
    </>
  );
}

/** What it means when an area is moved. */
export function MoveMeans({ area, areas, below }: { area: Area; areas: readonly Area[]; below: string }) {
  const { t } = useTranslation("areas");
  const from = areas.find((one) => one.id === area.parent)?.path ?? "";
  const to = areas.find((one) => one.id === below)?.path ?? "";
  const along = countBelow(areas, area.id);
  return (
    <ul className="means">
      <li className="wrap">{t("moveGains", { name: area.name, to })}</li>
      <li className="wrap">{t("moveLoses", { from })}</li>
      {along > 0 && <li>{t("moveAlong", { count: along })}</li>}
      <li>{t("moveStays")}</li>
    </ul>
  );
}

/** The stations that stand in an area itself. */
function StationsHere({ area }: { area: Area }) {
  const { t } = useTranslation("areas");
  const mayRead = useAccess().may("stations.read");
  const stations = useQuery({
    queryKey: ["stations", "every"],
    enabled: mayRead,
    queryFn: ({ signal }) =>
      everyPage<Schema<"Station">>((after) =>
        call(api.GET("/api/v1/stations", { params: { query: pageQuery("", after, 500) }, signal })),
      ),
  }).data;
  const here = stations?.filter((station) => station.area.id === area.id) ?? [];
  if (here.length === 0) return null;
  return (
    <div>
      <h3>{t("stationsHere")}</h3>
      <ul className="chips">
        {here.map((station) => (
          <li className="chip" key={station.id} dir="auto">
            {station.name}
          </li>
        ))}
      </ul>
    </div>
  );
}
