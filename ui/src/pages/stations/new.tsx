import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { Guard } from "../../app/guard";
import { Button, Dialog, ProblemTold, TextField } from "../../parts";
import { AreaChoice } from "../areas/choice";

/** Registers a station. */
export function NewStation({
  onMade,
  onClose,
}: {
  onMade: (made: Schema<"RegisteredStation">) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("stations");
  const [name, setName] = useState("");
  const [area, setArea] = useState("");
  const making = useMutation({
    mutationFn: () => call(api.POST("/api/v1/stations", { body: { name, area } })),
    onSuccess: onMade,
  });
  const ready = name.trim() !== "" && area !== "";
  const make = (): void => {
    if (ready && !making.isPending) making.mutate();
  };
  return (
    <Dialog
      title={t("newTitle")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("areas:cancel")}</Button>
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
        <AreaChoice label={t("area")} value={area} onChoose={setArea} />
      </form>
      <ProblemTold error={making.error} />
      {/* On its way to the server it is no longer typed text that could be lost: the page goes on to it. */}
      <Guard dirty={(name !== "" || area !== "") && !making.isPending && !making.isSuccess} />
    </Dialog>
  );
}
