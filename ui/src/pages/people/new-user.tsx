import { iconArrowLeft } from "@siemens/ix-icons/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Guard } from "../../app/guard";
import { Button, CheckField, Page, ProblemTold, TextField } from "../../parts";
import { notOfRules } from "../../parts/broken";
import { useGo } from "./go";
import { type Chosen, NewPassword, NONE } from "./new-password";

interface Typed {
  login: string;
  label: string;
  essential: boolean;
  mustChange: boolean;
  password: Chosen;
}

const EMPTY: Typed = { login: "", label: "", essential: false, mustChange: false, password: NONE };

/** Why a log-on name cannot be one of the local directory. */
const loginFault = (login: string): "loginMarks" | undefined =>
  /[\\@]/.test(login) ? "loginMarks" : undefined;

/** Makes a user of the local directory. */
export function NewUser() {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const go = useGo();
  const [typed, setTyped] = useState(EMPTY);
  const put = (changes: Partial<Typed>): void => setTyped((before) => ({ ...before, ...changes }));
  const make = useMutation({
    mutationFn: ({ login, label, essential, mustChange, password }: Typed) =>
      call(
        api.POST("/api/v1/users", {
          body: {
            login,
            essential,
            must_change: mustChange,
            password: password.text,
            ...(label.trim() === "" ? {} : { label }),
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["users"] }),
  });
  const made = make.data?.id;
  // Only when nothing is unsaved any more, else the guard would ask.
  useEffect(() => {
    if (made !== undefined) go("users", made);
  }, [made, go]);
  const fault = loginFault(typed.login);
  const ready = typed.login.trim() !== "" && typed.password.text !== "" && fault === undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !make.isPending) make.mutate(typed);
  };
  const dirty = made === undefined && JSON.stringify(typed) !== JSON.stringify(EMPTY);
  return (
    <Page
      title={t("newUser")}
      actions={
        <Button icon={iconArrowLeft} onClick={() => go("users")}>
          {t("toList")}
        </Button>
      }
    >
      <form className="card stack" onSubmit={submit}>
        <p className="soft">{t("newUserWhy")}</p>
        <div className="p-fields">
          <TextField
            label={t("login")}
            hint={t("loginHint")}
            wrong={fault && t(fault)}
            required
            autoFocus
            maxLength={256}
            value={typed.login}
            onText={(login) => put({ login })}
          />
          <TextField
            label={t("label")}
            hint={t("labelHint")}
            maxLength={128}
            value={typed.label}
            onText={(label) => put({ label })}
          />
          <NewPassword value={typed.password} onChange={(password) => put({ password })} error={make.error} />
        </div>
        <CheckField
          label={t("mustChange")}
          checked={typed.mustChange}
          onCheck={(mustChange) => put({ mustChange })}
        />
        <Essential checked={typed.essential} onCheck={(essential) => put({ essential })} />
        <ProblemTold error={notOfRules(make.error)} whom={typed.login} />
        <div className="actions">
          <Button type="submit" kind="primary" busy={make.isPending} disabled={!ready}>
            {t("makeUser")}
          </Button>
        </div>
      </form>
      <Guard dirty={dirty} />
    </Page>
  );
}

/** Whether a user is essential, and what that means. */
export function Essential(props: {
  checked: boolean;
  disabled?: boolean;
  onCheck: (checked: boolean) => void;
}) {
  const { t } = useTranslation("people");
  return (
    <CheckField
      {...props}
      label={
        <>
          {t("essential")}
          <span className="small soft p-block">{t("essentialWhy")}</span>
        </>
      }
    />
  );
}
