import { iconArrowLeft } from "@siemens/ix-icons/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Guard } from "../../app/guard";
import { Button, Page, ProblemTold, Told } from "../../parts";
import { same } from "../../parts/edit";
import { RulesTold } from "../../parts/signature/RulesTold";
import { useGo } from "../people/go";
import { Clash } from "./clash";
import { Fields } from "./fields";
import { EMPTY, isValid, rulesOf, toApi } from "./form";

/** Makes a policy; what is doubtful about it is told on its own page then. */
export function NewPolicy() {
  const { t } = useTranslation("signature-policies");
  const client = useQueryClient();
  const mayManage = useAccess().may("signatures.manage");
  const go = useGo();
  const [form, setForm] = useState(EMPTY);
  const making = useMutation({
    mutationFn: () => call(api.POST("/api/v1/signature-policies", { body: toApi(form) })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["signature-policies"] }),
  });
  const made = making.data?.id;
  // Only when nothing is unsaved any more, else the guard would ask.
  useEffect(() => {
    if (made !== undefined) go("signature-policies", made, {});
  }, [made, go]);
  return (
    <Page
      title={t("new")}
      actions={
        <Button icon={iconArrowLeft} onClick={() => go("signature-policies", undefined, {})}>
          {t("toList")}
        </Button>
      }
    >
      {!mayManage && <Told kind="warning">{t("readOnly")}</Told>}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
        }}
      >
        <Fields value={form} set={(changes) => setForm({ ...form, ...changes })} />
        <Clash form={form} />
        <div className="stack edit-bar">
          <RulesTold rules={rulesOf(form)} scope={form} live />
          <ProblemTold error={making.error} whom={form.name} />
          <div className="actions">
            <Button
              kind="primary"
              busy={making.isPending}
              disabled={!mayManage || !isValid(form)}
              onClick={() => making.mutate()}
            >
              {t("create")}
            </Button>
          </div>
        </div>
      </form>
      <Guard dirty={made === undefined && !same(form, EMPTY)} />
    </Page>
  );
}
