import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { MakeDialog, TextField } from "../../parts";
import { isKey } from "./rights";

export interface NewApplicationProps {
  onMade: (made: Schema<"RegisteredApplication">) => void;
  onClose: () => void;
}

/** Registers an application; where it gets answers is chosen afterwards. */
export function NewApplication(done: NewApplicationProps) {
  const { t } = useTranslation("applications");
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const wrong = key !== "" && !isKey(key);
  return (
    <MakeDialog
      {...done}
      title={t("newTitle")}
      yes={t("register")}
      ready={isKey(key) && name.trim() !== ""}
      dirty={key !== "" || name !== ""}
      make={() => call(api.POST("/api/v1/applications", { body: { key: key.trim(), name } }))}
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
      <TextField
        label={t("key")}
        hint={t("keyHint")}
        wrong={wrong ? t("keyWrong") : undefined}
        required
        maxLength={256}
        value={key}
        onText={setKey}
      />
    </MakeDialog>
  );
}
