/** What the person in charge may do, asked by this person: any right, any area, with the reason. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { ProblemTold } from "../../parts/ProblemTold";
import { ReasonShown } from "./answer";
import type { Reason } from "./reason";

export function OwnQuestion() {
  const { t } = useTranslation("explain");
  const [right, setRight] = useState("");
  const [area, setArea] = useState("");
  const ask = useMutation({
    mutationFn: async () => {
      const questions = [{ right: right.trim(), area: area.trim() }];
      const { answers } = await call(
        api.POST("/api/v1/decisions", { body: { questions, explain: true, act: false } }),
      );
      return (answers[0]?.explain ?? null) as Reason | null;
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <details className="card own-question">
      <summary>{t("own")}</summary>
      <form className="stack" onSubmit={submit}>
        <div className="explain-fields">
          <TextField label={t("right")} hint={t("rightHint")} value={right} onText={setRight} required />
          <TextField label={t("area")} hint={t("areaHint")} value={area} onText={setArea} required />
        </div>
        <div className="actions">
          <Button type="submit" busy={ask.isPending} disabled={right.trim() === "" || area.trim() === ""}>
            {t("ask")}
          </Button>
        </div>
      </form>
      <ProblemTold error={ask.error} />
      {ask.data && <ReasonShown reason={ask.data} />}
    </details>
  );
}
