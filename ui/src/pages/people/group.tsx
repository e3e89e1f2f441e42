import { iconArrowLeft, iconHistoryList } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, EditBar, Loaded, Page, TextField, useEdit } from "../../parts";
import { type Group, useDirectories } from "./data";
import { Given } from "./given";
import { useGo, useMayOpen } from "./go";
import { Members } from "./members";
import { Mark, Name } from "./shown";

const showGroup = (id: string, signal?: AbortSignal): Promise<Group> =>
  call(api.GET("/api/v1/groups/{id}", { params: { path: { id } }, signal: signal ?? null }));

/** One group: its name, its members, its roles. */
export function GroupPage({ id }: { id: string }) {
  const { t } = useTranslation("people");
  const go = useGo();
  const open = useMayOpen();
  const query = useQuery({ queryKey: ["groups", id], queryFn: ({ signal }) => showGroup(id, signal) });
  return (
    <Page
      title={query.data?.name ?? t("group")}
      actions={
        <>
          {open("events") && (
            <Button
              icon={iconHistoryList}
              onClick={() => go("events", undefined, { text: query.data?.name })}
            >
              {t("events")}
            </Button>
          )}
          <Button icon={iconArrowLeft} onClick={() => go("groups")}>
            {t("toList")}
          </Button>
        </>
      }
    >
      <Loaded query={query}>{(group) => <Detail group={group} reload={() => showGroup(id)} />}</Loaded>
    </Page>
  );
}

function Detail({ group, reload }: { group: Group; reload: () => Promise<Group> }) {
  const { may } = useAccess();
  const { all } = useDirectories();
  // Only a local group has members here; who may not see directories sees them where there are some.
  const kind = all.find((one) => one.id === group.directory.id)?.kind;
  const local = kind === "local" || (kind === undefined && group.members.length > 0);
  const manage = may("users.manage") && local;
  return (
    <div className="p-two-sides">
      <div className="stack">
        <Known group={group} local={local} />
        {local && !group.built_in && <Rename group={group} reload={reload} readOnly={!manage} />}
        <Given kind="group" id={group.id} />
      </div>
      {local && <Members group={group} manage={manage} />}
    </div>
  );
}

function Known({ group, local }: { group: Group; local: boolean }) {
  const { t } = useTranslation("people");
  return (
    <section className="card stack" aria-label={t("known")}>
      <dl className="facts">
        <dt>{t("group")}</dt>
        <dd className="chips">
          <Name>{group.name}</Name>
          {group.built_in && <Mark>{t("builtIn")}</Mark>}
        </dd>
        <dt>{t("directory")}</dt>
        <dd>
          <Name>{group.directory.name}</Name>
        </dd>
      </dl>
      {group.built_in && <p className="soft">{t("builtInWhy")}</p>}
      {!local && <p className="soft">{t("membersElsewhere")}</p>}
    </section>
  );
}

interface RenameProps {
  group: Group;
  reload: () => Promise<Group>;
  readOnly: boolean;
}

function Rename({ group, reload, readOnly }: RenameProps) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const edit = useEdit<Group>({
    stored: group,
    reload,
    fields: ["name"],
    save: ({ name }, stored) =>
      call(
        api.PATCH("/api/v1/groups/{id}", {
          params: { path: { id: group.id } },
          body: { name, version: stored.version },
        }),
      ),
    onSaved: (saved) => {
      client.setQueryData(["groups", group.id], saved);
      void client.invalidateQueries({ queryKey: ["groups"] });
    },
  });
  const valid = edit.value.name.trim() !== "";
  return (
    <form
      className="card stack"
      aria-label={t("change")}
      onSubmit={(event) => {
        event.preventDefault();
        if (valid && edit.dirty) void edit.save();
      }}
    >
      <TextField
        label={t("groupName")}
        hint={t("groupNameHint")}
        required
        maxLength={128}
        readOnly={readOnly}
        value={edit.value.name}
        onText={(name) => edit.set({ name })}
      />
      <EditBar
        edit={edit}
        valid={valid}
        readOnly={readOnly}
        fields={[{ field: "name", label: t("groupName") }]}
      />
    </form>
  );
}
