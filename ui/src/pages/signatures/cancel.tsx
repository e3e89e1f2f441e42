/** Ends an open request; who does so proves anew who they are. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { logOnOptions, useSession } from "../../api/session";
import { useFormat } from "../../i18n/format";
import { Button, Dialog, LinesField, PasswordField, ProblemTold, SelectField, TextField } from "../../parts";
import type { Request } from "../../parts/signature/rules";
import { requestQuery } from "./data";

const MOST_REASON = 1_000;

export function Cancel({ request, onClose }: { request: Request; onClose: () => void }) {
  const { t } = useTranslation("signatures");
  const { list } = useFormat();
  const client = useQueryClient();
  const session = useSession();
  const directories = useQuery(logOnOptions).data?.directories ?? [];
  const own = session?.directory.name;
  const [typed, setTyped] = useState({
    directory: own ?? "",
    user: session?.user.name ?? "",
    reason: "",
    password: "",
  });
  const set = (changes: Partial<typeof typed>): void => setTyped((before) => ({ ...before, ...changes }));
  const directory = typed.directory || (directories[0]?.name ?? "");
  const ready = typed.user.trim() !== "" && typed.password !== "" && typed.reason.trim() !== "";
  const cancelling = useMutation({
    mutationFn: () =>
      call(
        api.POST("/api/v1/signature-requests/{id}/cancellation", {
          params: { path: { id: request.id } },
          body: {
            reason: typed.reason.trim(),
            directory,
            user: typed.user.trim(),
            password: typed.password,
          },
        }),
      ),
    onSuccess: (now) => {
      client.setQueryData(requestQuery(request.id).queryKey, now);
      void client.invalidateQueries({ queryKey: ["signature-requests"] });
      onClose();
    },
    // The password is never kept; what else was typed is.
    onSettled: () => set({ password: "" }),
  });
  const submit = (): void => {
    if (ready && !cancelling.isPending) cancelling.mutate();
  };
  const names = directories.map((one) => one.name);
  if (own !== undefined && !names.includes(own)) names.unshift(own);
  return (
    <Dialog
      title={t("cancelTitle", { object: request.object })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("keep")}</Button>
          <Button kind="danger" busy={cancelling.isPending} disabled={!ready} onClick={submit}>
            {t("cancel")}
          </Button>
        </>
      }
    >
      <p dir="auto">{t("cancelWhy", { roles: list(request.rules.cancel_roles.map((role) => role.name)) })}</p>
      <form
        className="stack"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <LinesField
          label={t("cancelReason")}
          rows={2}
          maxLength={MOST_REASON}
          required
          value={typed.reason}
          onText={(reason) => set({ reason })}
        />
        <div className="p-fields">
          <SelectField
            label={t("directory")}
            value={directory}
            options={names.map((name) => ({ value: name, label: name }))}
            onText={(next) => set({ directory: next })}
          />
          <TextField
            label={t("user")}
            required
            maxLength={256}
            value={typed.user}
            onText={(user) => set({ user })}
          />
          <PasswordField
            label={t("password")}
            required
            value={typed.password}
            onText={(password) => set({ password })}
          />
        </div>
        <button type="submit" hidden />
      </form>
      <ProblemTold error={cancelling.error} />
    </Dialog>
  );
}
