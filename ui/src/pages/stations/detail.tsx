/** One station: name, area, whether its credential counts; another credential; removal. */
import { iconKey, iconTrashcan } from "@siemens/ix-icons/icons";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, CheckField, EditBar, TextField, Time, Told, useEdit } from "../../parts";
import { Ask } from "../areas/ask";
import { AreaChoice } from "../areas/choice";
import { Copied } from "../areas/copy";
import type { Session } from "../sessions/data";
import type { Station } from "./data";

const FIELDS = ["name", "area", "enabled"] as const;

const changeStation = (value: Station, stored: Station): Promise<Station> =>
  call(
    api.PATCH("/api/v1/stations/{id}", {
      params: { path: { id: stored.id } },
      body: {
        version: stored.version,
        ...(value.name === stored.name ? {} : { name: value.name }),
        ...(value.area.id === stored.area.id ? {} : { area: value.area.id }),
        ...(value.enabled === stored.enabled ? {} : { enabled: value.enabled }),
      },
    }),
  );

export interface StationDetailProps {
  station: Station;
  session: Session | undefined;
  onCredential: (credential: string) => void;
  onRemoved: () => void;
}

export function StationDetail({ station, session, onCredential, onRemoved }: StationDetailProps) {
  const { t } = useTranslation("stations");
  const client = useQueryClient();
  const mayChange = useAccess().may("stations.manage");
  const [asking, setAsking] = useState<"renew" | "remove" | null>(null);
  const renewed = async (): Promise<void> => {
    const path = { id: station.id };
    const { credential } = await call(api.POST("/api/v1/stations/{id}/credential", { params: { path } }));
    onCredential(credential);
  };
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ["stations"] });
    void client.invalidateQueries({ queryKey: ["sessions"] });
  };
  return (
    <>
      <dl className="facts">
        <dt>{t("id")}</dt>
        <dd>
          <Copied text={station.id} label={t("id")} />
        </dd>
        <dt>{t("created")}</dt>
        <dd>
          <Time at={station.created_at} />
        </dd>
        {session !== undefined && (
          <>
            <dt>{t("inCharge")}</dt>
            <dd dir="auto">{session.person.name}</dd>
          </>
        )}
      </dl>
      <StationForm station={station} session={session} mayChange={mayChange} onSaved={refresh} />
      {mayChange && (
        <div className="row">
          <Button icon={iconKey} onClick={() => setAsking("renew")}>
            {t("renew")}
          </Button>
          <Button icon={iconTrashcan} onClick={() => setAsking("remove")}>
            {t("areas:remove")}
          </Button>
        </div>
      )}
      {asking === "renew" && (
        <Ask
          title={t("renewTitle", { name: station.name })}
          yes={t("renew")}
          whom={station.name}
          act={renewed}
          onDone={() => {
            setAsking(null);
            refresh();
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t("renewWhy")}</p>
        </Ask>
      )}
      {asking === "remove" && (
        <Ask
          title={t("removeTitle", { name: station.name })}
          yes={t("areas:remove")}
          danger
          whom={station.name}
          act={() => call(api.DELETE("/api/v1/stations/{id}", { params: { path: { id: station.id } } }))}
          onDone={() => {
            setAsking(null);
            onRemoved();
            refresh();
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t("removeWhy")}</p>
          {session !== undefined && (
            <Told kind="warning">{t("endsSession", { name: session.person.name })}</Told>
          )}
        </Ask>
      )}
    </>
  );
}

interface FormProps {
  station: Station;
  session: Session | undefined;
  mayChange: boolean;
  onSaved: () => void;
}

function StationForm({ station, session, mayChange, onSaved }: FormProps) {
  const { t } = useTranslation("stations");
  const edit = useEdit<Station>({
    stored: station,
    fields: FIELDS,
    save: changeStation,
    reload: () => call(api.GET("/api/v1/stations/{id}", { params: { path: { id: station.id } } })),
    onSaved,
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void edit.save();
      }}
    >
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
      <AreaChoice
        label={t("area")}
        hint={t("areaHint")}
        value={edit.value.area.id}
        fallback={edit.value.area.name}
        disabled={!mayChange}
        onChoose={(id) => edit.set({ area: { id, name: id } })}
      />
      <CheckField
        label={t("enabled")}
        checked={edit.value.enabled}
        disabled={!mayChange}
        onCheck={(enabled) => edit.set({ enabled })}
      />
      {station.enabled && !edit.value.enabled && (
        <Told kind="warning">
          {session === undefined ? t("disabledWhy") : t("endsSession", { name: session.person.name })}
        </Told>
      )}
      <EditBar
        edit={edit}
        readOnly={!mayChange}
        valid={edit.value.name.trim() !== ""}
        fields={[
          { field: "name", label: t("name") },
          { field: "area", label: t("area"), show: (value) => value.area.name },
          { field: "enabled", label: t("enabled"), show: (value) => (value.enabled ? t("on") : t("off")) },
        ]}
      />
    </form>
  );
}
