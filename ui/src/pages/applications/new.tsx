import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { Guard } from "../../app/guard";
import { Button, Dialog, ProblemTold, TextField } from "../../parts";
import { isKey } from "./rights";

export interface NewApplicationProps {
  onMade: (made: Schema<"RegisteredApplication">) => void;
  onClose: () => void;
}

/** Registers an application; where it gets answers is chosen afterwards. */
export function NewApplication({ onMade, onClose }: NewApplicationProps) {
  const { t } = useTranslation("applications");
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const making = useMutation({
    mutationFn: () => call(api.POST("/api/v1/applications", { body: { key: key.trim(), name } })),
    onSuccess: onMade,
  });
  const wrong = key !== "" && !isKey(key);
  const ready = isKey(key) && name.trim() !== "";
  const make = (): void => {
    if (ready && !making.isPending) making.mutate();
  };
  return (
    <Dialog
      title={t("newTitle")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" busy={making.isPending} disabled={!ready} onClick={make}>
            {t("register")}
          </Button>
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
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
        {/* Enter in a field registers: a form of several fields needs a button for that. */}
        <button type="submit" hidden />
      </form>
      <ProblemTold error={making.error} />
      {/* On its way to the server it is no longer typed text that could be lost: the page goes on to it. */}
      <Guard dirty={(key !== "" || name !== "") && !making.isPending && !making.isSuccess} />
    </Dialog>
  );
}
