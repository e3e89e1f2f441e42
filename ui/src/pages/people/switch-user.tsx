import { iconLock, iconUnlock } from "@siemens/ix-icons/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Button, Confirm, ProblemTold } from "../../parts";
import type { User } from "./data";

/** Disables a user at once, after a question, or enables one again. Users are never removed. */
export function SwitchUser({
  user,
  onChanged,
}: {
  user: User;
  onChanged: (before: number, after: number) => void;
}) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const turn = useMutation({
    mutationFn: (enabled: boolean) =>
      call(
        api.PATCH("/api/v1/users/{id}", {
          params: { path: { id: user.id } },
          body: { enabled, version: user.version },
        }),
      ),
    onSuccess: (after) => {
      onChanged(user.version, after.version);
      client.setQueryData(["users", user.id], after);
    },
    onSettled: () => {
      setAsking(false);
      void client.invalidateQueries({ queryKey: ["users"] });
    },
  });
  return (
    <>
      {user.enabled ? (
        <Button icon={iconLock} onClick={() => setAsking(true)}>
          {t("disable")}
        </Button>
      ) : (
        <Button icon={iconUnlock} busy={turn.isPending} onClick={() => turn.mutate(true)}>
          {t("enable")}
        </Button>
      )}
      {asking && (
        <Confirm
          title={t("disableTitle", { name: user.label })}
          yes={t("disable")}
          no={t("cancel")}
          danger
          busy={turn.isPending}
          onYes={() => turn.mutate(false)}
          onNo={() => setAsking(false)}
        >
          <p>{t("disableWhy")}</p>
        </Confirm>
      )}
      <ProblemTold error={turn.error} whom={user.label} />
    </>
  );
}
