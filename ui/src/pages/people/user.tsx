import { iconArrowLeft, iconHistoryList, iconKey, iconQuestion } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, EditBar, Loaded, Page, TextField, Time, Told, useEdit } from "../../parts";
import { type User, useDirectories } from "./data";
import { Given } from "./given";
import { useGo, useMayOpen } from "./go";
import { Essential } from "./new-user";
import { Person } from "./person";
import { SetPassword } from "./set-password";
import { Mark, Name } from "./shown";
import { SwitchUser } from "./switch-user";
import { changesOf, useOwnVersions } from "./user-changes";

const showUser = (id: string, signal?: AbortSignal): Promise<User> =>
  call(api.GET("/api/v1/users/{id}", { params: { path: { id } }, signal: signal ?? null }));

/** One user, with all that is known and can be changed. */
export function UserPage({ id }: { id: string }) {
  const { t } = useTranslation("people");
  const go = useGo();
  const versions = useOwnVersions();
  const query = useQuery({ queryKey: ["users", id], queryFn: ({ signal }) => showUser(id, signal) });
  return (
    <Page
      title={query.data?.label ?? t("user")}
      actions={
        <>
          {query.data && <Acts user={query.data} onChanged={versions.note} />}
          <Button icon={iconArrowLeft} onClick={() => go("users")}>
            {t("toList")}
          </Button>
        </>
      }
    >
      <Loaded query={query}>
        {(user) => <Detail user={user} reload={() => showUser(id)} versionFor={versions.newest} />}
      </Loaded>
    </Page>
  );
}

/** Whether names and passwords of a user are kept here. */
function useIsLocal(user: User): boolean | undefined {
  const { all } = useDirectories();
  const directory = all.find((one) => one.id === user.directory.id);
  return directory && directory.kind === "local";
}

type DetailProps = Pick<FormProps, "user" | "reload" | "versionFor">;

function Detail(props: DetailProps) {
  const { may } = useAccess();
  const { user } = props;
  return (
    <div className="p-two-sides">
      <div className="stack">
        <Known user={user} />
        <Form {...props} local={useIsLocal(user) ?? false} manage={may("users.manage")} />
      </div>
      <div className="stack">
        <Given kind="user" id={user.id} />
      </div>
    </div>
  );
}

interface ActsProps {
  user: User;
  onChanged: (before: number, after: number) => void;
}

function Acts({ user, onChanged }: ActsProps) {
  const { t } = useTranslation("people");
  const { may } = useAccess();
  const local = useIsLocal(user) ?? false;
  const manage = may("users.manage");
  const go = useGo();
  const open = useMayOpen();
  const [setting, setSetting] = useState(false);
  const [done, setDone] = useState(false);
  return (
    <>
      {open("explain") && (
        <Button icon={iconQuestion} onClick={() => go("explain", undefined, { user: user.id })}>
          {t("explain")}
        </Button>
      )}
      {open("events") && (
        <Button icon={iconHistoryList} onClick={() => go("events", undefined, { user: user.id })}>
          {t("events")}
        </Button>
      )}
      {manage && local && (
        <Button icon={iconKey} onClick={() => setSetting(true)}>
          {t("setPassword")}
        </Button>
      )}
      {manage && <SwitchUser user={user} onChanged={onChanged} />}
      {done && (
        <Told kind="success">
          <p>{t("passwordSet")}</p>
        </Told>
      )}
      {setting && (
        <SetPassword
          user={user}
          onClose={() => setSetting(false)}
          onDone={() => {
            setSetting(false);
            setDone(true);
          }}
        />
      )}
    </>
  );
}

function Known({ user }: { user: User }) {
  const { t } = useTranslation("people");
  return (
    <section className="card" aria-label={t("known")}>
      <dl className="facts">
        <dt>{t("directory")}</dt>
        <dd>
          <Name>{user.directory.name}</Name>
        </dd>
        <dt>{t("login")}</dt>
        <dd>
          <Name>{user.login}</Name>
        </dd>
        <dt>{t("state")}</dt>
        <dd className="chips">
          {user.enabled ? t("enabled") : <Mark kind="off">{t("disabled")}</Mark>}
          {user.essential && <Mark kind="warning">{t("essential")}</Mark>}
        </dd>
        <dt>{t("seen")}</dt>
        <dd>{user.seen_at ? <Time at={user.seen_at} /> : t("never")}</dd>
      </dl>
    </section>
  );
}

interface FormProps {
  user: User;
  reload: () => Promise<User>;
  local: boolean;
  manage: boolean;
  /** The version to save on where this page itself changed the user since. */
  versionFor: (version: number) => number;
}

function Form({ user, reload, local, manage, versionFor }: FormProps) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const edit = useEdit<User>({
    stored: user,
    reload,
    fields: ["label", "login", "person", "essential"],
    save: (value, stored) =>
      call(
        api.PATCH("/api/v1/users/{id}", {
          params: { path: { id: user.id } },
          body: { ...changesOf(value, stored), version: versionFor(stored.version) },
        }),
      ),
    onSaved: (saved) => {
      client.setQueryData(["users", user.id], saved);
      void client.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const { value } = edit;
  const valid = value.label.trim() !== "" && value.login.trim() !== "" && !/[\\@]/.test(value.login);
  return (
    <form
      className="card stack"
      aria-label={t("change")}
      onSubmit={(event) => {
        event.preventDefault();
        if (valid && edit.dirty) void edit.save();
      }}
    >
      {!local && <p className="soft">{t("namesElsewhere")}</p>}
      {local && (
        <div className="p-fields">
          <TextField
            label={t("label")}
            required
            maxLength={128}
            readOnly={!manage}
            value={value.label}
            onText={(label) => edit.set({ label })}
          />
          <TextField
            label={t("login")}
            hint={t("loginChange")}
            wrong={/[\\@]/.test(value.login) ? t("loginMarks") : undefined}
            required
            maxLength={256}
            readOnly={!manage}
            value={value.login}
            onText={(login) => edit.set({ login })}
          />
        </div>
      )}
      <Person user={value} readOnly={!manage} onChoose={(person) => edit.set({ person })} />
      <Essential
        checked={value.essential}
        disabled={!manage}
        onCheck={(essential) => edit.set({ essential })}
      />
      <EditBar
        edit={edit}
        valid={valid}
        readOnly={!manage}
        fields={[
          { field: "label", label: t("label") },
          { field: "login", label: t("login") },
          { field: "person", label: t("person"), show: (one) => one.person.name },
          { field: "essential", label: t("essential"), show: (one) => t(one.essential ? "yes" : "no") },
        ]}
      />
    </form>
  );
}
