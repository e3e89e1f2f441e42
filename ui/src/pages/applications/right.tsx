/** One right: what people read by language; retiring it; a new one. */
import { iconTrashcan } from "@siemens/ix-icons/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/problem";
import { useAccess } from "../../app/access";
import { Guard } from "../../app/guard";
import { isLanguage, LANGUAGES } from "../../i18n/languages";
import { Button, Confirm, Dialog, EditBar, ProblemTold, TextField, Told, useEdit } from "../../parts";
import { Chosen } from "../../parts/Chosen";
import { Ask } from "../areas/ask";
import { rolesQuery } from "../roles/data";
import { type Application, applicationQuery, changeRight, showApplication } from "./data";
import { actionOf, isKey, languagesOf, type Names, namesOf, type ShownRight } from "./rights";

/** Takes what the server answered as what is known. */
function useKnow(): (application: Application) => void {
  const client = useQueryClient();
  return (application) => {
    client.setQueryData(applicationQuery(application.id).queryKey, application);
    void client.invalidateQueries({ queryKey: ["applications"] });
  };
}

/** A name in any language says whose it is. */
const languageName = (language: string): string => (isLanguage(language) ? LANGUAGES[language] : language);

interface NameFieldsProps {
  names: Names;
  languages: readonly string[];
  readOnly?: boolean;
  onName: (names: Names) => void;
}

function NameFields({ names, languages, readOnly = false, onName }: NameFieldsProps) {
  return (
    <div className="app-names">
      {languages.map((language) => (
        <TextField
          key={language}
          label={languageName(language)}
          maxLength={256}
          dir="auto"
          lang={language}
          readOnly={readOnly}
          value={names[language] ?? ""}
          onText={(name) => onName({ [language]: name })}
        />
      ))}
    </div>
  );
}

export interface RightDialogProps {
  application: Application;
  right: ShownRight;
  mayChange: boolean;
  onClose: () => void;
}

export function RightDialog({ application: { id, key }, right, mayChange, onClose }: RightDialogProps) {
  const { t } = useTranslation("applications");
  const know = useKnow();
  const [asking, setAsking] = useState<"retire" | "leave" | null>(null);
  const { action } = right;
  const languages = languagesOf(right.right.names);
  const formOf = ({ rights }: Pick<Application, "rights">): Names => {
    const found = rights.find((one) => actionOf(one) === action);
    if (found === undefined) throw new Problem("not-found", 404, action);
    return Object.fromEntries(languages.map((language) => [language, found.names[language] ?? ""]));
  };
  const edit = useEdit<Names>({
    stored: formOf({ rights: [right.right] }),
    fields: languages,
    save: async (value, stored) => {
      const base = { action, names: namesOf(stored, languages) };
      const wanted = { action, names: namesOf(value, languages) };
      const saved = await changeRight(id, { action, base, wanted });
      know(saved);
      return formOf(saved);
    },
    reload: async () => formOf(await showApplication(id)),
    onSaved: onClose,
  });
  const close = (): void => (edit.dirty ? setAsking("leave") : onClose());
  return (
    <Dialog
      title={right.label}
      wide
      onClose={close}
      actions={
        <>
          {mayChange && (
            <Button icon={iconTrashcan} disabled={edit.dirty} onClick={() => setAsking("retire")}>
              {t("retire")}
            </Button>
          )}
          <Button onClick={close}>{t("close")}</Button>
        </>
      }
    >
      <p className="code">{`${key}/${action}`}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (edit.dirty) void edit.save();
        }}
      >
        <NameFields names={edit.value} languages={languages} readOnly={!mayChange} onName={edit.set} />
        <EditBar
          edit={edit}
          readOnly={!mayChange}
          fields={languages.map((field) => ({ field, label: languageName(field) }))}
        />
        <button type="submit" hidden />
      </form>
      {asking === "retire" && (
        <Retire
          id={id}
          name={`${key}/${action}`}
          right={right}
          onClose={() => setAsking(null)}
          onDone={onClose}
        />
      )}
      {asking === "leave" && (
        <Confirm
          title={t("parts:leaveTitle")}
          yes={t("parts:leave")}
          no={t("parts:stayHere")}
          onYes={onClose}
          onNo={() => setAsking(null)}
        >
          <p>{t("leaveWhy")}</p>
        </Confirm>
      )}
    </Dialog>
  );
}

interface RetireProps {
  id: string;
  /** The whole name of the right, as roles have it. */
  name: string;
  right: ShownRight;
  onClose: () => void;
  onDone: () => void;
}

/** Asks before a right is retired, and says which roles lose it. */
function Retire({ id, name, right, onClose, onDone }: RetireProps) {
  const { t } = useTranslation("applications");
  const know = useKnow();
  const mayRead = useAccess().may("roles.read");
  const roles = useQuery({ ...rolesQuery, enabled: mayRead }).data;
  const holding = roles?.filter((role) => role.rights.includes(name));
  const { action } = right;
  const base = { action, names: right.right.names };
  return (
    <Ask
      title={t("retireTitle", { name })}
      yes={t("retire")}
      danger
      whom={name}
      act={async () => know(await changeRight(id, { action, base, wanted: undefined }))}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{t("retireWhy")}</p>
      {holding?.length === 0 && <p>{t("retireNobody")}</p>}
      {holding !== undefined && holding.length > 0 && (
        <Told kind="warning">
          <p>{t("retireLoses", { count: holding.length })}</p>
          <Chosen things={holding} />
        </Told>
      )}
    </Ask>
  );
}

export interface NewRightProps {
  application: Application;
  onClose: () => void;
}

export function NewRight({ application: { id, key }, onClose }: NewRightProps) {
  const { t } = useTranslation("applications");
  const know = useKnow();
  const [typed, setTyped] = useState("");
  const [names, setNames] = useState<Names>({});
  // The server takes actions in any case and keeps them in lower case.
  const action = typed.trim().toLowerCase();
  const languages = languagesOf({});
  const making = useMutation({
    mutationFn: () =>
      changeRight(id, { action, base: undefined, wanted: { action, names: namesOf(names, languages) } }),
    onSuccess: (made) => {
      know(made);
      onClose();
    },
  });
  const make = (): void => {
    if (isKey(action) && !making.isPending) making.mutate();
  };
  return (
    <Dialog
      title={t("newRightTitle")}
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="primary" busy={making.isPending} disabled={!isKey(action)} onClick={make}>
            {t("makeRight")}
          </Button>
        </>
      }
    >
      <p className="small soft">{t("newRightWhy")}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        <TextField
          label={t("action")}
          hint={t("actionHint", { key })}
          wrong={typed !== "" && !isKey(typed) ? t("keyWrong") : undefined}
          required
          autoFocus
          maxLength={256}
          value={typed}
          onText={setTyped}
        />
        <NameFields
          names={names}
          languages={languages}
          onName={(more) => setNames((before) => ({ ...before, ...more }))}
        />
        <button type="submit" hidden />
      </form>
      <ProblemTold error={making.error} whom={action} />
      <Guard dirty={(typed !== "" || Object.values(names).some(Boolean)) && !making.isSuccess} />
    </Dialog>
  );
}
