/** Explain: pick a person, a right and a place, and see why this person may or may not. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";

import { Button, Loaded, Page, TextField, useAddress } from "../../parts";
import { Picker } from "../people/picker";
import { ReasonShown } from "./answer";
import type { Reason } from "./reason";

export default function ExplainPage() {
  const { t } = useTranslation("explain");
  const [asked] = useAddress();
  const { user = "", right = "", area = "" } = asked;
  const whole = user !== "" && right !== "" && area !== "";
  return (
    <Page title={t("title")}>
      <Question key={`${user} ${right} ${area}`} user={user} right={right} area={area} />
      {whole && <Explained user={user} right={right} area={area} />}
    </Page>
  );
}

interface Asked {
  /** The user's identity. */
  user: string;
  right: string;
  area: string;
}

function Question({ user, right, area }: Asked) {
  const { t } = useTranslation("explain");
  const [, change] = useAddress();
  const [typed, setTyped] = useState({ right, area });
  const [picking, setPicking] = useState(false);
  const known = useQuery({
    queryKey: ["users", user],
    queryFn: ({ signal }) => call(api.GET("/api/v1/users/{id}", { params: { path: { id: user } }, signal })),
    enabled: user !== "",
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change({ right: typed.right.trim(), area: typed.area.trim() }, true);
  };
  return (
    <form className="card stack explain-form" onSubmit={submit}>
      <div className="row">
        <span className="grow wrap">
          {known.data
            ? `${known.data.label} (${known.data.directory.name}\\${known.data.login})`
            : t("nobody")}
        </span>
        <Button onClick={() => setPicking(true)}>{t("chooseUser")}</Button>
      </div>
      <div className="explain-fields">
        <TextField
          label={t("right")}
          hint={t("rightHint")}
          value={typed.right}
          onText={(text) => setTyped({ ...typed, right: text })}
          required
        />
        <TextField
          label={t("area")}
          hint={t("areaHint")}
          value={typed.area}
          onText={(text) => setTyped({ ...typed, area: text })}
          required
        />
      </div>
      <div className="actions">
        <Button
          type="submit"
          kind="primary"
          disabled={user === "" || typed.right.trim() === "" || typed.area.trim() === ""}
        >
          {t("ask")}
        </Button>
      </div>
      {picking && (
        <Picker
          title={t("chooseUser")}
          kinds={["user"]}
          onPick={(picked) => {
            setPicking(false);
            change({ user: picked.id ?? "" }, true);
          }}
          onClose={() => setPicking(false)}
        />
      )}
    </form>
  );
}

function Explained({ user, right, area }: Asked) {
  const query = useQuery({
    queryKey: ["explanations", user, right, area],
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const answer = await call(api.POST("/api/v1/explanations", { body: { user, right, area }, signal }));
      return answer.explain as unknown as Reason;
    },
  });
  return <Loaded query={query}>{(reason) => <ReasonShown reason={reason} />}</Loaded>;
}
