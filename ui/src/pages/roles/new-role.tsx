import { iconArrowLeft } from "@siemens/ix-icons/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Guard } from "../../app/guard";
import { Button, Page, ProblemTold } from "../../parts";
import { same } from "../../parts/edit";
import { useGo } from "../people/go";
import { EMPTY, isValid, ofForm, RoleFields } from "./fields";
import "./roles.css";

/** Makes a role; its rights are given in the matrix. */
export function NewRole() {
  const { t } = useTranslation("roles");
  const client = useQueryClient();
  const go = useGo();
  const [typed, setTyped] = useState(EMPTY);
  const make = useMutation({
    mutationFn: () => call(api.POST("/api/v1/roles", { body: { ...ofForm(typed), rights: [] } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["roles"] }),
  });
  const made = make.data?.id;
  // Only when nothing is unsaved any more, else the guard would ask.
  useEffect(() => {
    if (made !== undefined) go("roles", made);
  }, [made, go]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isValid(typed) && !make.isPending) make.mutate();
  };
  return (
    <Page
      title={t("newRole")}
      actions={
        <Button icon={iconArrowLeft} onClick={() => go("roles")}>
          {t("toList")}
        </Button>
      }
    >
      <form className="card stack r-form" onSubmit={submit}>
        <p className="soft">{t("newRoleWhy")}</p>
        <RoleFields value={typed} autoFocus set={(changes) => setTyped({ ...typed, ...changes })} />
        <ProblemTold error={make.error} whom={typed.name} />
        <div className="actions">
          <Button type="submit" kind="primary" busy={make.isPending} disabled={!isValid(typed)}>
            {t("makeRole")}
          </Button>
        </div>
      </form>
      <Guard dirty={made === undefined && !same(typed, EMPTY)} />
    </Page>
  );
}
