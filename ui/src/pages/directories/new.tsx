import { iconArrowLeft } from "@siemens/ix-icons/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Guard } from "../../app/guard";
import { Button, Page, ProblemTold, Told } from "../../parts";
import { same } from "../../parts/edit";
import { useGo } from "../people/go";
import { DirectoryFields } from "./fields";
import { EMPTY, newOf } from "./form";
import { TestPanel, verdictOf } from "./test-panel";
import { Unsure } from "./unsure";
import { useTest } from "./use-test";
import { isTestable, isValid } from "./valid";
import "./directories.css";

/** Adds a directory; it can be tested before. */
export function NewDirectory() {
  const { t } = useTranslation("directories");
  const client = useQueryClient();
  const mayChange = useAccess().may("directories.manage");
  const go = useGo();
  const [typed, setTyped] = useState(EMPTY);
  const test = useTest();
  const add = useMutation({
    mutationFn: () => call(api.POST("/api/v1/directories", { body: newOf(typed) })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["directories"] }),
  });
  const made = add.data?.id;
  // Only when nothing is unsaved any more, else the guard would ask.
  useEffect(() => {
    if (made !== undefined) go("directories", made, {});
  }, [made, go]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isValid(typed) && !add.isPending) add.mutate();
  };
  const verdict = verdictOf(test, typed);
  return (
    <Page
      title={t("newTitle")}
      actions={
        <Button icon={iconArrowLeft} onClick={() => go("directories", undefined, {})}>
          {t("toList")}
        </Button>
      }
    >
      {!mayChange && <Told kind="warning">{t("readOnly")}</Told>}
      <div className="p-two-sides">
        <form className="card stack" onSubmit={submit} aria-label={t("newTitle")}>
          <DirectoryFields
            value={typed}
            readOnly={!mayChange}
            needsPassword
            set={(changes) => setTyped({ ...typed, ...changes })}
          />
          <ProblemTold error={add.error} whom={typed.name} />
          <Unsure verdict={verdict} />
          <div className="actions">
            <Button
              type="submit"
              kind="primary"
              busy={add.isPending}
              disabled={!mayChange || !isValid(typed)}
            >
              {verdict === "bad" ? t("addAnyway") : t("add")}
            </Button>
          </div>
        </form>
        <TestPanel test={test} form={typed} ready={mayChange && isTestable(typed)} />
      </div>
      <Guard dirty={made === undefined && !same(typed, EMPTY)} />
    </Page>
  );
}
