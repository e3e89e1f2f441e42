import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { MakeDialog, TextField } from "../../parts";
import { AreaChoice } from "../areas/choice";

export interface NewStationProps {
  onMade: (made: Schema<"RegisteredStation">) => void;
  onClose: () => void;
}

/** Registers a station. */
export function NewStation(done: NewStationProps) {
  const { t } = useTranslation("stations");
  const [name, setName] = useState("");
  const [area, setArea] = useState("");
  return (
    <MakeDialog
      {...done}
      title={t("newTitle")}
      yes={t("register")}
      ready={name.trim() !== "" && area !== ""}
      dirty={name !== "" || area !== ""}
      make={() => call(api.POST("/api/v1/stations", { body: { name, area } }))}
    >
      <TextField
        label={t("name")}
        hint={t("nameHint")}
        required
        autoFocus
        maxLength={256}
        dir="auto"
        value={name}
        onText={setName}
      />
      <AreaChoice label={t("area")} value={area} onChoose={setArea} />
    </MakeDialog>
  );
}
