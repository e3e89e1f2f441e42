import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { MakeDialog, TextField } from "../../parts";
import type { Area } from "./data";

export interface NewAreaProps {
  parent: Area;
  onMade: (area: Area) => void;
  onClose: () => void;
}

/** Makes an area below another. */
export function NewArea({ parent, ...done }: NewAreaProps) {
  const { t } = useTranslation("areas");
  const [name, setName] = useState("");
  return (
    <MakeDialog
      {...done}
      title={t("newTitle", { path: parent.path })}
      yes={t("make")}
      ready={name.trim() !== ""}
      dirty={name !== ""}
      make={() => call(api.POST("/api/v1/areas", { body: { parent: parent.id, name } }))}
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
    </MakeDialog>
  );
}
