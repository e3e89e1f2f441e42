/** This browser as a station: made so by a station's credential, and forgotten again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { logOnOptions } from "../../api/session";
import { Button, Dialog, PasswordField, ProblemTold, Told } from "../../parts";
import { Ask } from "../areas/ask";

/** After this the browser is, or is no longer, a station; sessions of it may have ended. */
function useAfter(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: ["logon"] });
    await client.invalidateQueries({ queryKey: ["session"] });
  };
}

const install = (credential: string) =>
  call(api.POST("/api/v1/stations/current/credential", { body: { credential } }));

/** Which station this browser is, and how it becomes one or stops being one. */
export function ThisBrowser() {
  const { t } = useTranslation("stations");
  const known = useQuery(logOnOptions).data;
  const after = useAfter();
  const [asking, setAsking] = useState<"become" | "forget" | null>(null);
  const station = known?.station;
  return (
    <div className="this-browser small">
      <span className="grow wrap">
        {station ? t("browserIs", { name: station.name }) : t("browserIsNone")}
        {known?.station_refused === true && <span className="state down"> {t("browserRefused")}</span>}
      </span>
      <Button onClick={() => setAsking("become")}>{t("become")}</Button>
      {(station || known?.station_refused === true) && (
        <Button onClick={() => setAsking("forget")}>{t("forget")}</Button>
      )}
      {asking === "become" && <Become onClose={() => setAsking(null)} onDone={after} />}
      {asking === "forget" && (
        <Ask
          title={t("forgetTitle")}
          yes={t("forget")}
          act={() => call(api.DELETE("/api/v1/stations/current/credential"))}
          onDone={() => {
            setAsking(null);
            void after();
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t("forgetWhy")}</p>
        </Ask>
      )}
    </div>
  );
}

function Become({ onClose, onDone }: { onClose: () => void; onDone: () => Promise<void> }) {
  const { t } = useTranslation("stations");
  const [credential, setCredential] = useState("");
  const becoming = useMutation({
    mutationFn: () => install(credential.trim()),
    onSuccess: () => {
      onClose();
      void onDone();
    },
  });
  const become = (): void => {
    if (credential.trim() !== "" && !becoming.isPending) becoming.mutate();
  };
  return (
    <Dialog
      title={t("becomeTitle")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("areas:cancel")}</Button>
          <Button
            kind="primary"
            busy={becoming.isPending}
            disabled={credential.trim() === ""}
            onClick={become}
          >
            {t("become")}
          </Button>
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          become();
        }}
      >
        <Told kind="warning">{t("becomeWhy")}</Told>
        <PasswordField
          label={t("credential")}
          hint={t("becomeHint")}
          required
          value={credential}
          onText={setCredential}
        />
      </form>
      <ProblemTold error={becoming.error} />
    </Dialog>
  );
}

/** The button beside a credential that was just told. */
export function BecomeNow({ credential, onDone }: { credential: string; onDone: () => void }) {
  const { t } = useTranslation("stations");
  const after = useAfter();
  const becoming = useMutation({
    mutationFn: () => install(credential),
    onSuccess: () => {
      onDone();
      void after();
    },
  });
  return (
    <div className="stack">
      <Told>
        <p>{t("becomeWhy")}</p>
        <Button busy={becoming.isPending} onClick={() => becoming.mutate()}>
          {t("become")}
        </Button>
      </Told>
      <ProblemTold error={becoming.error} />
    </div>
  );
}
