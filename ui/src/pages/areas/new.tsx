import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Guard } from "../../app/guard";
import { Button, Dialog, ProblemTold, TextField } from "../../parts";
import type { Area } from "./data";

/** Makes an area below another. */
export function NewArea({
  parent,
  onMade,
  onClose,
}: {
  parent: Area;
  onMade: (area: Area) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("areas");
  const [name, setName] = useState("");
  const making = useMutation({
    mutationFn: () => call(api.POST("/api/v1/areas", { body: { parent: parent.id, name } })),
    onSuccess: onMade,
  });
  const make = (): void => {
    if (name.trim() !== "" && !making.isPending) making.mutate();
  };
  return (
    <Dialog
      title={t("newTitle", { path: parent.path })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" busy={making.isPending} disabled={name.trim() === ""} onClick={make}>
            {t("make")}
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
      </form>
      <ProblemTold error={making.error} />
      {/* On its way to the server it is no longer typed text that could be lost: the page goes on to it. */}
      <Guard dirty={name !== "" && !making.isPending && !making.isSuccess} />
    </Dialog>
  );
}
