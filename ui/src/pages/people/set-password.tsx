import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Button, CheckField, Dialog, ProblemTold } from "../../parts";
import { notOfRules } from "../../parts/broken";
import type { User } from "./data";
import { NewPassword, NONE } from "./new-password";
import { Name } from "./shown";

/** Sets the password of a local user. */
export function SetPassword({
  user,
  onClose,
  onDone,
}: {
  user: User;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const [chosen, setChosen] = useState(NONE);
  const [mustChange, setMustChange] = useState(false);
  const set = useMutation({
    mutationFn: () =>
      call(
        api.PUT("/api/v1/users/{id}/password", {
          params: { path: { id: user.id } },
          body: { password: chosen.text, must_change: mustChange },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["users"] });
      onDone();
    },
  });
  return (
    <Dialog title={t("setPassword")} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen.text !== "" && !set.isPending) set.mutate();
        }}
      >
        <p>
          <Name>{user.label}</Name> · {t("setPasswordWhy")}
        </p>
        <NewPassword value={chosen} onChange={setChosen} error={set.error} />
        <CheckField label={t("mustChange")} checked={mustChange} onCheck={setMustChange} />
        <ProblemTold error={notOfRules(set.error)} whom={user.label} />
        <div className="actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" kind="primary" busy={set.isPending} disabled={chosen.text === ""}>
            {t("setPassword")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
