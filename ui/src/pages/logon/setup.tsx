import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { logOnOptions } from "../../api/session";
import { Button } from "../../parts/Button";
import { notOfRules } from "../../parts/broken";
import { useCapsLock } from "../../parts/caps";
import { PasswordField, TextField } from "../../parts/Field";
import { ProblemTold } from "../../parts/ProblemTold";
import { BrokenRules } from "../../parts/RenewFields";
import { Told } from "../../parts/Told";

interface Typed {
  code: string;
  user: string;
  label: string;
  password: string;
  again: string;
}

function useSetUp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ code, user, label, password }: Typed) =>
      call(
        api.POST("/api/v1/setup", {
          body: { code: code.trim(), user, password, ...(label === "" ? {} : { label }) },
        }),
      ),
    // The set-up is done: the page becomes the log-on by itself.
    onSuccess: () => client.invalidateQueries({ queryKey: logOnOptions.queryKey }),
  });
}

/** Makes the first administrator; the code proves that one may. */
export function SetUpForm() {
  const { t } = useTranslation("logon");
  const [typed, setTyped] = useState<Typed>({ code: "", user: "", label: "", password: "", again: "" });
  const setUp = useSetUp();
  const caps = useCapsLock();
  const differs = typed.again !== "" && typed.again !== typed.password;
  const ready = [typed.code, typed.user, typed.password].every((text) => text.trim() !== "");
  const put = (changes: Partial<Typed>): void => setTyped({ ...typed, ...changes });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && typed.again === typed.password && !setUp.isPending) setUp.mutate(typed);
  };
  return (
    <section className="log-on" aria-labelledby="set-up-title">
      <h1 id="set-up-title">{t("setUpTitle")}</h1>
      <p>{t("setUpWhy")}</p>
      <form className="stack" onSubmit={submit}>
        <div className="log-on-fields">
          <TextField
            label={t("code")}
            hint={t("codeHint")}
            required
            autoFocus
            maxLength={200}
            value={typed.code}
            onText={(code) => put({ code })}
          />
          <TextField
            label={t("name")}
            required
            autoComplete="username"
            maxLength={256}
            value={typed.user}
            onText={(user) => put({ user })}
          />
          <TextField
            label={t("label")}
            hint={t("labelHint")}
            maxLength={256}
            autoCapitalize="words"
            value={typed.label}
            onText={(label) => put({ label })}
          />
        </div>
        <div className="log-on-fields">
          <PasswordField
            label={t("password")}
            required
            autoComplete="new-password"
            value={typed.password}
            onText={(password) => put({ password })}
          />
          <PasswordField
            label={t("again")}
            required
            autoComplete="new-password"
            wrong={differs ? t("differs") : undefined}
            value={typed.again}
            onText={(again) => put({ again })}
          />
        </div>
        {caps && (
          <Told kind="warning">
            <p>{t("capsLock")}</p>
          </Told>
        )}
        <BrokenRules error={setUp.error} />
        <ProblemTold error={notOfRules(setUp.error)} />
        <div className="actions">
          <Button
            type="submit"
            kind="primary"
            className="large"
            busy={setUp.isPending}
            disabled={!ready || typed.again !== typed.password}
          >
            {t("makeAdministrator")}
          </Button>
        </div>
      </form>
    </section>
  );
}
