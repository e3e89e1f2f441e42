/** Whoever is logged on changes the own password. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { asProblem } from "../../api/problem";
import { SESSION, type Session } from "../../api/session";
import { ownAddress } from "../../app/address";
import { SessionPage } from "../../app/session-page";
import { Button, PasswordField, ProblemTold, Told, useParamsOfAddress, useSeconds } from "../../parts";
import { notOfRules } from "../../parts/broken";
import { useCapsLock } from "../../parts/caps";
import { BrokenRules, isRenewed, NOT_RENEWED, RenewFields } from "../../parts/RenewFields";
import "../logon/logon.css";

export default function PasswordPage() {
  const { t } = useTranslation("password");
  return <SessionPage title={t("title")}>{(session) => <Change session={session} />}</SessionPage>;
}

function Change({ session }: { session: Session }) {
  const { t } = useTranslation("password");
  const { to } = useParamsOfAddress();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [old, setOld] = useState("");
  const [renewed, setRenewed] = useState(NOT_RENEWED);
  const change = useMutation({
    mutationFn: () =>
      call(api.POST("/api/v1/passwords", { body: { password: old, new_password: renewed.next } })),
    onSuccess: () => {
      setOld("");
      setRenewed(NOT_RENEWED);
      // The end of the password is another one now.
      void client.invalidateQueries({ queryKey: SESSION });
    },
  });
  const wait = useSeconds(change.error === null ? undefined : asProblem(change.error).retryAt);
  const ready = old !== "" && isRenewed(renewed) && wait === 0;
  const back = (): void => void navigate({ to: ownAddress(to) ?? "/station", replace: true });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !change.isPending) change.mutate();
  };
  return (
    <section className="log-on" aria-labelledby="password-title">
      <h1 id="password-title">{t("title")}</h1>
      <p>{`${session.person.name} · ${session.user.name} (${session.directory.name})`}</p>
      {change.isSuccess && (
        <Told kind="success" loud>
          <p>{t("changed")}</p>
        </Told>
      )}
      {!change.isSuccess && <p className="soft">{t("why")}</p>}
      <form className="stack" onSubmit={submit} aria-busy={change.isPending}>
        {!change.isSuccess && (
          <div className="log-on-fields">
            <PasswordField
              label={t("old")}
              name="password"
              autoComplete="current-password"
              required
              autoFocus
              value={old}
              onText={setOld}
            />
            <RenewFields value={renewed} onChange={setRenewed} />
          </div>
        )}
        <div className="log-on-end">
          <div className="stack">
            <CapsTold />
            <BrokenRules error={change.error} />
            <ProblemTold error={notOfRules(change.error)} />
          </div>
          <div className="actions">
            <Button className="large" onClick={back}>
              {t("back")}
            </Button>
            {!change.isSuccess && (
              <Button
                type="submit"
                kind="primary"
                className="large"
                busy={change.isPending}
                disabled={!ready}
              >
                {t("change")}
              </Button>
            )}
          </div>
        </div>
      </form>
    </section>
  );
}

function CapsTold() {
  const { t } = useTranslation("password");
  if (!useCapsLock()) return null;
  return (
    <Told kind="warning">
      <p>{t("logon:capsLock")}</p>
    </Told>
  );
}
